"""The places of policies: what cannot be seen or is spelt otherwise is never taken for none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.app.inputs.policy_files import is_policy, places_of, policy_paths
from runner.errors import InvalidInput


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a folder ``desk/batches``; the command runs at its top."""
    (tmp_path / "repository" / "desk" / "batches").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    return tmp_path / "repository"


def found(*files: str, given: str | None = None) -> list[str]:
    """The policies for some files, as they are called in messages."""
    paths = [Path(file) for file in files]
    named = Path(given) if given else None
    return [str(path) for path in policy_paths(places_of(paths), named, but=paths)]


def make(*files: str) -> None:
    """Make empty files."""
    for file in files:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).touch()


def test_all_policies_up_to_the_root_of_the_repository_hold(repository: Path) -> None:
    """Nearest first; what lies above the root is another's."""
    make("desk/batches/b.yaml", "desk/batches/policy.yaml", "policy.yaml", "../policy.yaml")
    assert found("desk/batches/b.yaml") == ["desk/batches/policy.yaml", "policy.yaml"]
    assert found(str(repository / "desk" / "batches" / "b.yaml")) == [
        "desk/batches/policy.yaml",
        "policy.yaml",
    ]
    assert found("desk/../desk/batches/b.yaml") == ["desk/batches/policy.yaml", "policy.yaml"]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_a_repository_inside_of_another_hides_no_policy(repository: Path, kind: str) -> None:
    """A commit can add a submodule, and must not be able to take a rule away with it."""
    make("desk/batches/b.yaml", "policy.yaml", "../policy.yaml")
    inner = repository / "desk" / ".git"
    if kind == "folder":
        inner.mkdir()
    elif kind == "file":
        inner.write_text("gitdir: ../.git/modules/desk\n")
    else:
        inner.symlink_to("nowhere")
    assert found("desk/batches/b.yaml") == ["policy.yaml"]
    make("desk/policy.yaml")
    assert found("desk/batches/b.yaml") == ["desk/policy.yaml", "policy.yaml"]


def test_without_a_repository_only_the_batch_s_folder_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a root it is unknown where to stop."""
    monkeypatch.chdir(tmp_path)
    make("policy.yaml", "desk/b.yaml")
    assert found("desk/b.yaml") == []
    make("desk/policy.yaml")
    assert found("desk/b.yaml") == ["desk/policy.yaml"]


def test_one_that_is_named_holds_as_well(repository: Path) -> None:
    """It is no way around the one that is found; the same one twice is one."""
    make("desk/batches/b.yaml", "policy.yaml", "rules/strict.yaml")
    assert found("desk/batches/b.yaml", given="rules/strict.yaml") == ["rules/strict.yaml", "policy.yaml"]
    assert found("desk/batches/b.yaml", given="desk/../policy.yaml") == ["desk/../policy.yaml"]


def test_a_link_is_looked_at_where_it_is_and_where_it_leads(repository: Path) -> None:
    """All stops on the way count, and so do links to folders."""
    make("real/b.yaml", "real/policy.yaml", "middle/policy.yaml", "desk/batches/policy.yaml")
    Path("middle/b.yaml").symlink_to("../real/b.yaml")
    Path("desk/batches/b.yaml").symlink_to("../../middle/b.yaml")
    expected = ["desk/batches/policy.yaml", "middle/policy.yaml", "real/policy.yaml"]
    assert found("desk/batches/b.yaml") == expected
    Path("folder").symlink_to("real")
    assert found("folder/b.yaml") == ["folder/policy.yaml"]  # the same file under another name
    make("elsewhere/policy.yaml")
    Path("elsewhere/folder").symlink_to("../real")
    Path("real/policy.yaml").unlink()
    assert found("elsewhere/folder/b.yaml") == ["elsewhere/policy.yaml"]


def test_a_batch_from_a_pipe_is_looked_for_where_the_command_runs(repository: Path) -> None:
    """And beside a pipe that has a place in a folder."""
    make("policy.yaml")
    assert places_of([Path("/dev/stdin")]).stream
    assert found("/dev/stdin") == ["policy.yaml"]
    assert found("/dev/fd/0") == ["policy.yaml"]
    assert found("/proc/self/fd/0") == ["policy.yaml"]
    make("desk/policy.yaml")
    os.mkfifo("desk/pipe.yaml")
    assert found("desk/pipe.yaml") == ["desk/policy.yaml", "policy.yaml"]
    assert not places_of([Path("desk/policy.yaml")]).stream


@pytest.mark.parametrize(
    "name",
    [
        *("policy.yml", "Policy.yaml", "POLICY.YAML", "policy.yaml.txt", "policies.yaml", ".policy.yaml"),
        *(
            "policy",
            "policy.json",
            "policies.yml",
            "polices.yaml",
            "plicy.yaml",
            "polciy.yaml",
            "policy.ymal",
        ),
        *(
            "_policy.yaml",
            "policy.yaml ",
            "policy .yaml",
            "policy.yaml.bak",
            "policy.yaml~",
            "policy (1).yaml",
        ),
        *(
            "p\N{CYRILLIC SMALL LETTER O}licy.yaml",
            "policy-copy.yaml",
            "policy.yaml.yml",
            "policy.yaml.disabled",
            "policy..yaml",
        ),
    ],
)
def test_another_spelling_is_an_error_that_names_the_right_one(repository: Path, name: str) -> None:
    """Beside the batch and above it."""
    make("desk/batches/b.yaml", f"desk/{name}")
    with pytest.raises(InvalidInput) as caught:
        found("desk/batches/b.yaml")
    assert str(caught.value) == f"desk/{name}: a policy under this name is not read"
    assert "Call it desk/policy.yaml;" in caught.value.details[0]


@pytest.mark.parametrize(
    "name",
    [
        *("my-policy.yaml", "policy-strict.yaml", "desk.policy.yaml", "policy.md", "policy.yaml.example"),
        *("policy.py", "pol.yaml", "polygon.yaml", "privacy-policy.txt", "policy.schema.json", "SECURITY"),
    ],
)
def test_other_names_are_other_files(repository: Path, name: str) -> None:
    """A policy that is named with --policy may be called anything."""
    make("b.yaml", name)
    Path("policies").mkdir()
    assert found("b.yaml") == []


def test_a_copy_beside_the_right_one_is_a_copy(repository: Path) -> None:
    """But a second spelling is not: somebody believes in it."""
    make("b.yaml", "policy.yaml", "policy.yaml.bak", "policy.yaml~", ".policy.yaml.swp", "policy (1).yaml")
    assert found("b.yaml") == ["policy.yaml"]
    make("policy.yml")
    with pytest.raises(InvalidInput, match=r"policy\.yml: a policy under this name is not read"):
        found("b.yaml")


def test_what_the_command_is_about_is_no_misspelt_policy(repository: Path) -> None:
    """A batch of that name is a batch."""
    make("policies.yaml", "policy.yml")
    assert found("policies.yaml", "policy.yml") == []
    assert found("policies.yaml", given="policy.yml") == ["policy.yml"]


def test_links_and_folders_in_its_place_are_found(repository: Path) -> None:
    """Its reader reports that it cannot be read."""
    make("b.yaml")
    Path("policy.yaml").symlink_to("nowhere")
    assert found("b.yaml") == ["policy.yaml"]
    Path("policy.yaml").unlink()
    Path("policy.yaml").symlink_to("policy.yaml")
    assert found("b.yaml") == ["policy.yaml"]
    Path("policy.yaml").unlink()
    Path("policy.yaml").mkdir()
    assert found("b.yaml") == ["policy.yaml"]


def test_a_folder_that_cannot_be_looked_at_is_an_error(repository: Path) -> None:
    """One that is not there holds nothing: a saved plan may name a file of another machine."""
    make("file")
    with pytest.raises(InvalidInput, match="cannot be looked at"):
        found("file/b.yaml")
    assert found("gone/b.yaml") == []


def test_a_policy_is_known_by_its_name() -> None:
    """So that a pattern for all files of a folder may hold it."""
    assert is_policy(Path("batches/policy.yaml"))
    assert not is_policy(Path("batches/my-policy.yaml"))
