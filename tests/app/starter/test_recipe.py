"""``order-batch init``: what it writes, what it leaves, and when it writes nothing."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.app.shell import UNREACHABLE, Shell


def content() -> dict[str, bytes]:
    """All files below the folder by name."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def test_an_empty_folder_becomes_a_repository_whose_files_can_be_used(shell: Shell) -> None:
    """The example is valid under the policy, is applied on paper, and a second time nothing is written."""
    Path(".git").mkdir()
    assert shell("init").code == 0
    written = content()
    assert shell("validate", "batches", "policy.yaml", "batches/example.yaml").code == 0
    applied = shell("apply", "batches/example.yaml", "--format", "json")
    assert (applied.code, set(applied.outcomes().values())) == (0, {"placed"})
    assert [policy["name"] for policy in applied.json["policies"]] == ["limits"]
    again = shell("init", "--format", "json")
    assert {file["status"] for file in again.json["files"]} == {"same"}
    assert {name: text for name, text in content().items() if ".order-batch/" not in name} == written


def test_what_is_there_is_never_changed(shell: Shell) -> None:
    """Neither a file nor a link, wherever it leads; what is missing in it is said."""
    Path(".vscode").mkdir()
    Path(".gitignore").write_text("node_modules\n", "utf-8")
    Path(".vscode/settings.json").write_text("{}", "utf-8")
    Path("policy.yaml").write_text("other: tool\n", "utf-8")
    Path(".pre-commit-config.yaml").symlink_to("../gone.yaml")
    command = shell("init")
    assert command.code == 0
    assert Path(".gitignore").read_text("utf-8") == "node_modules\n"
    assert (Path(".vscode/settings.json").read_text("utf-8"), Path("policy.yaml").read_text("utf-8")) == (
        "{}",
        "other: tool\n",
    )
    assert not Path("../gone.yaml").exists()
    assert "add the line .order-batch/" in command.stdout
    assert "it is no policy" in command.stdout
    assert Path("batches/example.yaml").exists()


@pytest.mark.parametrize("blocked", [".github", "batches", "schemas"])
@pytest.mark.parametrize("link", [True, False])
def test_nothing_is_written_where_a_folder_is_something_else(
    blocked: str, shell: Shell, tmp_path_factory: pytest.TempPathFactory, *, link: bool
) -> None:
    """A link out of the work tree is not followed, and no other file is begun."""
    outside = tmp_path_factory.mktemp("outside")
    if link:
        Path(blocked).symlink_to(outside)
    else:
        Path(blocked).touch()
    command = shell("init")
    assert command.code == 3
    assert f"{blocked}/" in command.stderr
    assert "Nothing was written" in command.stderr
    assert (list(outside.iterdir()), [path.name for path in Path().iterdir()]) == ([], [blocked])


def test_a_folder_is_made(shell: Shell) -> None:
    """Named on the command line; as open as other folders are."""
    assert shell("init", "a/b", "--ci", "none").code == 0
    assert Path("a/b/policy.yaml").exists()
    assert Path("a/b/batches").stat().st_mode & 0o777 == 0o777 & ~_umask()


def test_the_result_as_json_has_each_file_and_what_is_left(shell: Shell) -> None:
    """Paths, why they are there, and what became of them."""
    Path("policy.yaml").write_text("version: 1", "utf-8")
    result = shell("init", "--ci", "gitlab", "--format", "json").json
    files = {file["path"]: file for file in result["files"]}
    assert files[".gitlab-ci.yml"]["status"] == "written"
    assert files["policy.yaml"]["status"] == "kept"
    assert "no policy" in files["policy.yaml"]["advice"]
    assert result["folder"] == "."
    assert result["next_steps"][0]["step"] == "make-repository"
    assert "git init" in result["next_steps"][0]["text"]


def test_a_wheel_is_copied_with_its_hash(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One that cannot be one is refused, before anything is written."""
    outside = tmp_path_factory.mktemp("outside")
    wheel = outside / "order_batch_runner-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK\x03\x04 and so on")
    odd = outside / "other-1.0-py3-none-any.whl"
    odd.write_bytes(b"PK")
    empty = outside / "order_batch_runner-0.2.0-py3-none-any.whl"
    empty.touch()
    for path in (odd, empty, outside / "order_batch_runner-9-py3-none-any.whl"):
        assert shell("init", "--wheel", path).code == 3
    assert not content()
    assert shell("init", "--wheel", wheel).code == 0
    folder = Path(".github/actions/order-batch")
    assert (folder / wheel.name).read_bytes() == wheel.read_bytes()
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert f"./{wheel.name} --hash=sha256:{digest}\n" in (folder / "requirements.txt").read_text("utf-8")


def test_a_file_that_names_a_wheel_leaves_nothing_to_do(shell: Shell) -> None:
    """The steps do not mention a wheel that is named already."""
    shell("init")
    folder = Path(".github/actions/order-batch")
    assert "name-wheel" in steps(shell)
    with (folder / "requirements.txt").open("a", encoding="utf-8") as file:
        file.write("./order_batch_runner-0.1.0-py3-none-any.whl --hash=sha256:ab\n")
    assert "name-wheel" not in steps(shell)


@pytest.mark.usefixtures("skipped_waits")
def test_an_account_that_cannot_be_read_writes_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown is not nothing held."""
    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)
    command = shell("init", "--rebalance", "--from", "account", "--venue", "kraken")
    assert command.code == 5, command.stderr
    assert not content()


def test_the_weights_of_an_account_are_valid_targets(shell: Shell) -> None:
    """As is the example: both can be rebalanced at once."""
    assert shell("init", "--rebalance", "--from", "account", "--quote", "USD", "--ci", "none").code == 0
    assert shell("init", "example", "--rebalance", "--ci", "none").code == 0
    assert "XBT: " in Path("targets.yaml").read_text("utf-8")
    assert "quote: USD" in Path("targets.yaml").read_text("utf-8")
    assert "currency: USD" in Path("policy.yaml").read_text("utf-8")
    checked = shell("validate", "targets.yaml", "example/targets.yaml")
    assert checked.code == 0, checked.stdout


def test_the_weights_of_an_account_are_where_it_is(shell: Shell) -> None:
    """Nothing is traded until it drifts."""
    assert shell("init", "--rebalance", "--from", "account", "--ci", "none").code == 0
    checked = shell("rebalance", "targets.yaml", "--check")
    assert checked.code == 0, checked.stdout + checked.stderr


def test_the_weights_of_an_account_come_with_targets_alone(shell: Shell) -> None:
    """An option that would do nothing is refused."""
    command = shell("init", "--from", "account")
    assert (command.code, "--rebalance" in command.stderr) == (3, True)
    assert not content()


def test_published_schemas_are_written(shell: Shell) -> None:
    """So that an editor needs no network."""
    shell("init", "--ci", "none")
    printed = shell("schema", "policy").stdout
    assert Path("schemas/policy.schema.json").read_text("utf-8") == printed
    settings = json.loads(Path(".vscode/settings.json").read_text("utf-8"))
    assert "./schemas/policy.schema.json" in settings["yaml.schemas"]


def steps(shell: Shell) -> list[str]:
    """Return what is left to do, in a folder that has all files."""
    return [step["step"] for step in shell("init", "--format", "json").json["next_steps"]]


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
