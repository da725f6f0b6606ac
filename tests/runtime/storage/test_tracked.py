"""State that came with a checkout: one call of git, about the real place of the state."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from runner.errors import InvalidInput
from runner.runtime.storage import git as git_module
from runner.runtime.storage import tracked_state

FOLDER = Path(".order-batch/kraken/one")
JOURNAL = FOLDER / "journal.jsonl"


def git(*args: str) -> None:
    """Run git here."""
    subprocess.run(["git", *args], check=True, capture_output=True)


def write(path: Path) -> Path:
    """Make a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x\n", "ascii")
    return path


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree in which nothing is tracked, and in which the test runs."""
    top = tmp_path / "checkout"
    top.mkdir()
    monkeypatch.chdir(top)
    git("init", "--quiet")
    return top


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The child processes that are started."""
    started: list[list[str]] = []
    child = git_module._child

    def counted(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        started.append(command)
        return child(command, environment)

    monkeypatch.setattr(git_module, "_child", counted)
    return started


@pytest.mark.parametrize("name", ["journal.jsonl", "manifest.json", "lock", "../two/journal.jsonl"])
@pytest.mark.usefixtures("checkout")
def test_what_git_tracks_is_found_by_one_child(calls: list[list[str]], name: str) -> None:
    """In the folder and beside it: limits of a day are reckoned from the other journals."""
    file = write(FOLDER / name)
    write(Path("batch.yaml"))
    assert tracked_state(FOLDER) == []
    git("add", ".")
    assert tracked_state(FOLDER) == [file.resolve()]
    assert tracked_state(FOLDER.absolute()) == tracked_state(FOLDER)
    git("rm", "-r", "--quiet", "--cached", ".order-batch")
    assert tracked_state(FOLDER) == []
    assert len(calls) == 5


def test_without_a_repository_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[list[str]]
) -> None:
    """Nothing can have been checked out there."""
    monkeypatch.chdir(tmp_path)
    write(JOURNAL)
    assert tracked_state(FOLDER) == []
    assert calls == []


@pytest.mark.usefixtures("checkout")
def test_without_git_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout may be used where there is no git, or where its repository was left behind."""
    write(JOURNAL)
    git("add", ".")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert tracked_state(FOLDER) == []
    Path(".git").rename("elsewhere")
    Path(".git").write_text("gitdir: /nowhere\n", "ascii")
    assert tracked_state(FOLDER) == []


@pytest.mark.usefixtures("checkout")
def test_git_that_cannot_say_is_an_error() -> None:
    """With its own words: a damaged index proves nothing."""
    Path(".git/index").write_text("garbage", "ascii")
    with pytest.raises(InvalidInput, match="cannot list") as caught:
        tracked_state(FOLDER)
    assert "index" in " ".join(caught.value.details)


def test_the_place_counts_to_which_a_link_leads(checkout: Path, tmp_path: Path) -> None:
    """A folder outside of the repository may be a link into it."""
    write(JOURNAL)
    git("add", ".")
    outside = tmp_path / "outside"
    outside.symlink_to(checkout / ".order-batch")
    assert tracked_state(outside / "kraken/one") == [checkout / JOURNAL]


@pytest.mark.usefixtures("checkout")
def test_a_circle_of_links_ends() -> None:
    """The code that opens the state reports what is wrong with it."""
    Path(".order-batch").symlink_to(".order-batch")
    assert tracked_state(FOLDER) == []


def test_state_in_a_separate_repository(checkout: Path) -> None:
    """As a submodule is: the nearest repository counts."""
    write(JOURNAL)
    git("init", "--quiet", str(FOLDER))
    subprocess.run(["git", "-C", FOLDER, "add", "."], check=True)
    assert tracked_state(FOLDER) == [checkout / JOURNAL]
