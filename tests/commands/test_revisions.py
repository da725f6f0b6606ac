"""``plan --against``: the other version is in a file, or in git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.commands.shell import STATE, Said, Shell, batch, order

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(*args: str) -> None:
    """Run git here."""
    subprocess.run(["git", *IDENTITY, *args], check=True, capture_output=True)


@pytest.fixture
def committed(shell: Shell) -> Path:
    """A batch with one order, under version control."""
    git("init", "--quiet", "--initial-branch", "main")
    file = batch(order("a"))
    git("add", str(file))
    git("commit", "--quiet", "--message", "one")
    return file


def kinds(said: Said) -> dict[str, str]:
    """What became of each order, by id."""
    assert said.code == 0, said.stderr
    groups = said.json["diff"]["groups"]
    return {one["id"]: one["change"] for group in groups for one in group["orders"]}


def test_a_file_is_compared_with_itself_at_a_revision(shell: Shell, committed: Path) -> None:
    """By a branch, a tag or a commit; nothing is sent and nothing is kept."""
    batch(order("a", price="144"), order("b", price="143"))
    said = shell("plan", committed, "--against", "main", "--format", "json")
    assert kinds(said) == {"a": "changed", "b": "added"}
    (change,) = said.json["diff"]["groups"][0]["orders"][0]["fields"]
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
        said = shell("plan", file, "--against", "HEAD", "--format", "json")
        assert said.json["diff"]["totals"]["orders"] == {"added": 0, "removed": 0, "changed": 0, "same": 1}


def test_a_file_that_was_not_there_yet_is_all_new(shell: Shell, committed: Path) -> None:
    """A pull request may bring a batch."""
    said = shell("plan", batch(order("a"), name="new"), "--against", "main", "--format", "json")
    assert kinds(said) == {"a": "added"}


def test_two_files_are_compared(shell: Shell) -> None:
    """Without any git."""
    one, other = batch(order("a")), batch(order("b"), name="other")
    said = shell("plan", other, "--against", one, "--format", "json")
    assert kinds(said) == {"a": "removed", "b": "added"}
    assert said.json["diff"]["fields"] == [{"name": "name", "was": "one", "now": "other"}]


@pytest.mark.parametrize(
    "revision", ["nowhere", "--output=x", "--help", "main:one.yaml", "HEAD^{tree}", "..", ""]
)
def test_what_is_no_revision_is_said(shell: Shell, committed: Path, revision: str) -> None:
    """Exit code 3; git takes no option from it."""
    said = shell("plan", committed, f"--against={revision}")
    assert said.code == (3 if revision else 0)
    assert list(Path().glob("x*")) == []


def test_without_a_repository_it_is_said_too(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is no git at all."""
    file = batch(order("a"))
    assert shell("plan", file, "--against", "main").code == 3
    monkeypatch.setenv("PATH", "")
    said = shell("plan", file, "--against", "main")
    assert said.code == 3
    assert "git cannot be asked" in said.words


def test_an_older_version_that_is_no_batch_is_compared_with_nothing(shell: Shell, committed: Path) -> None:
    """The plan is shown all the same: the new version may be what repairs it."""
    Path("old.yaml").write_text("version: 2\n", "utf-8")
    said = shell("plan", committed, "--against", "old.yaml", "--format", "json")
    assert said.code == 0
    assert "diff" not in said.json
    assert "old.yaml is no valid batch" in said.words
