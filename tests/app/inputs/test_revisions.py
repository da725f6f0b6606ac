"""``plan --against``: the other version is in a file, or in git."""

from __future__ import annotations

import os
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest

from tests.app.shell import STATE, CommandResult, Shell, batch, order

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(*args: str) -> None:
    """Run git here."""
    subprocess.run(["git", *IDENTITY, *args], check=True, capture_output=True)


def same(result: CommandResult) -> bool:
    """Return whether a plan says that both versions ask for the same."""
    assert result.code == 0, result.stderr
    return "no difference" in result.stdout


@pytest.fixture
def committed(shell: Shell) -> Path:
    """A batch with one order, under version control."""
    git("init", "--quiet", "--initial-branch", "main")
    file = batch(order("a"))
    git("add", str(file))
    git("commit", "--quiet", "--message", "one")
    return file


def kinds(result: CommandResult) -> dict[str, str]:
    """Return what became of each order, by id."""
    assert result.code == 0, result.stderr
    groups = result.json["diff"]["groups"]
    return {order["id"]: order["change"] for group in groups for order in group["orders"]}


def test_a_file_is_compared_with_itself_at_a_revision(shell: Shell, committed: Path) -> None:
    """By a branch, a tag or a commit; nothing is sent and nothing is kept."""
    batch(order("a", price="144"), order("b", price="143"))
    result = shell("plan", committed, "--against", "main", "--format", "json")
    assert kinds(result) == {"a": "changed", "b": "added"}
    (change,) = result.json["diff"]["groups"][0]["orders"][0]["fields"]
    assert change == {"name": "price", "was": "145", "now": "144"}
    assert not STATE.exists()
    assert "price 145 -> 144" in shell("plan", committed, "--against", "HEAD").stdout


def test_a_file_in_a_folder_is_found_from_anywhere(shell: Shell, committed: Path) -> None:
    """Its path is the one on the command line, absolute or not."""
    Path("batches").mkdir()
    moved = Path("batches/two.yaml")
    moved.write_bytes(committed.read_bytes())
    git("add", ".")
    git("commit", "--quiet", "--message", "two")
    for file in (moved, moved.absolute()):
        result = shell("plan", file, "--against", "HEAD", "--format", "json")
        assert result.json["diff"]["totals"]["orders"] == {"added": 0, "removed": 0, "changed": 0, "same": 1}


def test_a_file_that_was_not_there_yet_is_all_new(shell: Shell, committed: Path) -> None:
    """A pull request may bring a batch."""
    result = shell("plan", batch(order("a"), name="new"), "--against", "main", "--format", "json")
    assert kinds(result) == {"a": "added"}


def test_two_files_are_compared(shell: Shell) -> None:
    """Without any git."""
    earlier, later = batch(order("a")), batch(order("b"), name="other")
    result = shell("plan", later, "--against", earlier, "--format", "json")
    assert kinds(result) == {"a": "removed", "b": "added"}
    assert result.json["diff"]["fields"] == [{"name": "name", "was": "one", "now": "other"}]


@pytest.mark.parametrize(
    "revision", ["nowhere", "--output=x", "--help", "main:two.yaml", ":one.yaml", "HEAD^{tree}", ".."]
)
def test_what_is_no_revision_is_said(shell: Shell, committed: Path, revision: str) -> None:
    """Exit code 3; git takes no option from it."""
    result = shell("plan", committed, f"--against={revision}")
    assert result.code == (3 if revision else 0)
    assert list(Path().glob("x*")) == []


def test_without_a_repository_it_is_said_too(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is no git at all."""
    file = batch(order("a"))
    assert shell("plan", file, "--against", "main").code == 3
    git("init", "--quiet")
    monkeypatch.setenv("PATH", "")
    result = shell("plan", file, "--against", "main")
    assert result.code == 3
    assert "git cannot be run" in result.words


def test_an_older_version_that_is_no_batch_is_compared_with_nothing(shell: Shell, committed: Path) -> None:
    """The plan is shown all the same: the new version may be what repairs it."""
    Path("old.yaml").write_text("version: 2\n", "utf-8")
    result = shell("plan", committed, "--against", "old.yaml", "--format", "json")
    assert result.code == 0
    assert "diff" not in result.json
    assert "old.yaml is not a valid batch" in result.words


# --- what a pull request can bring along --------------------------------------------------------


@pytest.mark.parametrize("name", ["main", "origin/main", "v1.yaml", "{commit}"])
def test_a_file_named_like_a_revision_is_not_taken_for_it(shell: Shell, committed: Path, name: str) -> None:
    """The revision and the file are both named, with what to write for each."""
    git("tag", "v1.yaml")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    name = name.format(commit=commit.strip())
    changed = batch(order("a", price="144"))
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(changed.read_bytes())
    result = shell("plan", changed, "--against", name)
    assert result.code == 3
    assert f"Write {name}^0 for the revision, or ./{name} for the file." in result.words
    assert not same(shell("plan", changed, "--against", f"{name}^0"))
    assert same(shell("plan", changed, "--against", f"./{name}"))


@pytest.mark.parametrize("name", ["develop", "origin/develop", "0" * 40])
def test_a_file_named_like_an_unknown_revision_is_not_read(shell: Shell, committed: Path, name: str) -> None:
    """A shallow checkout knows few revisions; what is named like one must be said to be a file."""
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(committed.read_bytes())
    result = shell("plan", committed, "--against", name)
    assert result.code == 3
    assert f"write ./{name} to compare with it" in result.words
    assert same(shell("plan", committed, "--against", f"./{name}"))


def test_a_repository_inside_the_checkout_is_not_entered(
    shell: Shell, committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare one beside the batch would name a program to fetch what is missing with; it is not run."""
    folder = Path("batches")
    git("init", "--quiet", "--bare", str(folder))
    file = folder / "one.yaml"
    file.write_bytes(committed.read_bytes())
    witness = tmp_path / "witness"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\nenv >{witness}\n", "utf-8")
    program.chmod(0o755)
    (folder / "config").write_text(
        f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tfsmonitor = {program}\n"
        "[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = .\n\tpromisor = true\n\tuploadpack = {program}\n',
        "utf-8",
    )
    monkeypatch.setenv("KRAKEN_API_SECRET", "canary")
    (folder / "refs/heads/other").write_text("1" * 40 + "\n", "ascii")
    assert shell("plan", file, "--against", "other").code == 3
    assert shell("plan", file, "--against", "1" * 40).code == 3
    assert shell("plan", file, "--against", "main").code == 0
    monkeypatch.chdir(folder)
    assert shell("plan", file.name, "--against", "1" * 40).code == 3
    assert shell("plan", file.name, "--against", "main").code == 0
    assert not witness.exists()


def test_nothing_is_fetched_and_no_program_of_a_configuration_runs(
    shell: Shell, committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a clone without blobs the missing one is not fetched: exit code 3, in the words of git."""
    witness = tmp_path / "witness"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\nenv >>{witness}\n", "utf-8")
    program.chmod(0o755)
    changed = batch(order("a", price="144"))
    git("commit", "--quiet", "--all", "--message", "two")
    git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--filter=blob:none", f"file://{Path.cwd()}", str(clone))
    monkeypatch.chdir(clone)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "remote.origin.uploadpack",
    ):
        git("config", name, str(program))
    result = shell("plan", changed.name, "--against", "HEAD^")
    assert result.code == 3
    assert "one.yaml: git cannot read this file" in result.words
    assert "fatal:" in result.words
    assert not witness.exists()


# --- what surrounds git ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_variables_that_point_git_elsewhere_are_not_passed_on(
    shell: Shell, committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A hook in a linked worktree sets them."""
    git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    changed = batch(order("a", price="144"))
    monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    result = shell("plan", changed, "--against", "main", "--format", "json")
    assert kinds(result) == {"a": "changed"}


def test_dubious_ownership_keeps_the_cure_that_git_names(
    shell: Shell, committed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A container's checkout belongs to another user."""
    if not os.access(committed, os.W_OK) or os.getuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    for path in (Path(), *Path().rglob("*")):
        os.chown(path, 12345, 12345, follow_symlinks=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    result = shell("plan", committed, "--against", "main")
    assert result.code == 3
    assert "git config --global --add safe.directory" in result.words


def test_a_file_of_another_repository_is_not_compared(
    shell: Shell, committed: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Git runs where the command runs, and nowhere else."""
    other = tmp_path_factory.mktemp("other")
    git("init", "--quiet", str(other))
    file = other / "one.yaml"
    file.write_bytes(committed.read_bytes())
    result = shell("plan", file, "--against", "main")
    assert result.code == 3
    assert "is not in the repository of the working directory" in result.words


# --- names that change ---------------------------------------------------------------------------------


def test_a_renamed_file_is_found_by_its_old_path(shell: Shell, committed: Path) -> None:
    """The remark names the path to compare with, and that is right."""
    Path("batches").mkdir()
    git("mv", "one.yaml", "batches/two.yaml")
    result = shell("plan", "batches/two.yaml", "--against", "main", "--format", "json")
    assert kinds(result) == {"a": "added"}
    assert "compare it with main:one.yaml" in result.words
    assert same(shell("plan", "batches/two.yaml", "--against", "main:one.yaml"))
    assert same(shell("plan", "batches/two.yaml", "--against", "main:./one.yaml"))


def test_links_are_followed_in_the_revision(shell: Shell, committed: Path) -> None:
    """A link that points elsewhere since is a difference; one that leads out is not followed."""
    Path("folder").mkdir()
    other = Path("folder/other.yaml")
    other.write_bytes(
        batch(order("a", price="144"), name="other").read_bytes().replace(b"name: other", b"name: one")
    )
    link, out = Path("link.yaml"), Path("out.yaml")
    link.symlink_to("one.yaml")
    Path("batches").symlink_to("folder")
    out.symlink_to("/etc/hostname")
    git("add", ".")
    git("commit", "--quiet", "--message", "links")
    assert same(shell("plan", link, "--against", "main"))
    assert same(shell("plan", "batches/other.yaml", "--against", "main"))
    link.unlink()
    link.symlink_to("folder/other.yaml")
    assert kinds(shell("plan", link, "--against", "main", "--format", "json")) == {"a": "changed"}
    result = shell("plan", committed, "--against", "main:out.yaml")
    assert result.code == 3
    assert "leads out of the repository" in result.words


def test_a_renamed_batch_would_be_placed_again_and_says_so(shell: Shell, committed: Path) -> None:
    """In every format that shows differences."""
    committed.write_text(committed.read_text("utf-8").replace("name: one", "name: two"), "utf-8")
    words = "batch one is now two: its order would be placed again"
    for format in ("text", "markdown"):
        assert words in " ".join(
            shell("plan", committed, "--against", "main", "--format", format).stdout.split()
        )
    result = shell("plan", committed, "--against", "main", "--format", "json")
    assert result.json["diff"]["placed_again"] == [
        {"what": "batch", "was": "one", "now": "two", "orders": 1, "line": 1}
    ]


@pytest.mark.parametrize("against", ["main", "main:inner/one.yaml", "main:./inner/one.yaml"])
def test_a_file_of_a_submodule_is_not_taken_for_a_new_one(
    shell: Shell, committed: Path, tmp_path_factory: pytest.TempPathFactory, against: str
) -> None:
    """The outer repository holds only the id of its commit, and no version of the file."""
    outer = tmp_path_factory.mktemp("outer")
    source = Path.cwd()
    git("-C", str(outer), "init", "--quiet", "--initial-branch", "main")
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(source), "inner")
    git("-C", str(outer), *add)
    git("-C", str(outer), "commit", "--quiet", "--message", "inner")
    with chdir(outer):
        result = shell("plan", Path("inner") / committed, "--offline", "--against", against)
        assert result.code == 3
        assert "in another repository" in result.words
    with chdir(outer / "inner"):
        assert same(shell("plan", committed, "--offline", "--against", "main"))
