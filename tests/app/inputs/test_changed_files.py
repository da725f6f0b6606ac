"""The batch files of a pull request, with git itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from runner.app.inputs.selection import Selection, select
from runner.errors import InvalidInput


def git(*args: str | bytes) -> None:
    """Run git in the folder of the test."""
    quiet = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    subprocess.run(["git", *quiet, *args], check=True, capture_output=True, env=environment)


def write(name: str | bytes, text: str = "x") -> None:
    """Write a file."""
    path = Path(os.fsdecode(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def commit(message: str = "x") -> None:
    """Commit all there is."""
    git("add", "-A")
    git("commit", "-q", "-m", message)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch from a main on which work has gone on."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    for name in ("same", "changed", "gone", "moved", "theirs"):
        write(f"batches/{name}.yaml", name)
    write("other/far.yaml")
    write(".gitignore", "ignored.yaml\n")
    commit()
    git("checkout", "-q", "-b", "branch")


def names(found: Selection) -> list[str]:
    """The files that were found."""
    return [str(file) for file in found.files]


def test_the_files_of_a_branch_are_those_that_differ_from_where_it_parted() -> None:
    """New, different and renamed ones, committed or not; what main has changed since is not one."""
    git("checkout", "-q", "main")
    write("batches/theirs.yaml", "theirs, changed")
    commit()
    git("checkout", "-q", "branch")
    write("batches/changed.yaml", "other")
    git("mv", "batches/moved.yaml", "batches/renamed.yaml")
    git("rm", "-q", "batches/gone.yaml")
    commit()
    for name in ("batches/new.yaml", "batches/ignored.yaml", "elsewhere.yaml"):
        write(name)
    found = select([Path("batches")], "main")
    assert names(found) == ["batches/changed.yaml", "batches/new.yaml", "batches/renamed.yaml"]
    assert found.removed == (("batches/gone.yaml", ""), ("batches/moved.yaml", "batches/renamed.yaml"))
    assert found.left_out == (("batches/ignored.yaml", "git ignores it"),)
    assert "batches/gone.yaml: deleted." in " ".join(found.remarks())
    assert "elsewhere.yaml" in names(select([], "main"))


def test_a_named_file_is_taken_if_it_has_changed() -> None:
    """One that is deleted is said; one that never was is left to those who read it."""
    write("batches/changed.yaml", "other")
    Path("batches/gone.yaml").unlink()
    given = [Path(f"batches/{name}.yaml") for name in ("same", "changed", "gone", "never")]
    found = select(given, "main")
    assert names(found) == ["batches/changed.yaml", "batches/never.yaml"]
    assert found.removed == (("batches/gone.yaml", ""),)
    assert found.several


def test_nothing_changed_is_no_error() -> None:
    """A pull request may be about something else."""
    found = select([Path("batches")], "main")
    assert (found.files, found.removed) == ((), ())


def test_a_working_directory_below_the_top_names_its_own_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a person there would, also those that are gone."""
    write("batches/changed.yaml", "other")
    Path("batches/gone.yaml").unlink()
    monkeypatch.chdir("batches")
    found = select([], "main")
    assert names(found) == ["changed.yaml"]
    assert found.removed == (("gone.yaml", ""),)
    assert names(select([Path("../other")], "main")) == []


def test_names_may_hold_anything() -> None:
    """Blanks, line breaks, dashes in front, bytes that are no text, tabs."""
    odd = [b"-a.yaml", b"a b.yaml", b"a\nb.yaml", b"a\tb.yaml", b"\xff.yaml"]
    for name in odd:
        write(b"batches/" + name, "old")
    commit()
    for name in odd:
        write(b"batches/" + name, "new")
    found = select([Path("batches")], "HEAD")
    assert [os.fsencode(file.name) for file in found.files] == sorted(odd)
    for name in odd:
        Path(os.fsdecode(b"batches/" + name)).unlink()
    gone = select([Path("batches")], "HEAD").removed
    assert sorted(os.fsencode(name) for name, _ in gone) == sorted(b"batches/" + name for name in odd)


@pytest.mark.parametrize(
    "revision", ["nowhere", "--output=made", "-p", "a..b", "a\nb", "HEAD:batches", "\x00"]
)
def test_a_revision_is_a_name_and_no_option(revision: str) -> None:
    """A workflow may put any text there."""
    with pytest.raises(InvalidInput):
        select([Path("batches")], revision)
    assert not Path("made").exists()


def test_branches_without_a_common_commit_cannot_be_compared() -> None:
    """As in a checkout that knows its own commit alone."""
    git("checkout", "-q", "--orphan", "alone")
    commit("alone")
    with pytest.raises(InvalidInput, match="both have parted") as caught:
        select([Path("batches")], "main")
    assert "fetch-depth: 0" in caught.value.details[0]


def test_no_program_of_a_configuration_runs() -> None:
    """A filter that an attribute of the branch names is not run for a file."""
    git("config", "filter.evil.clean", "touch made; cat")
    git("config", "core.fsmonitor", "touch made")
    write(".gitattributes", "*.yaml filter=evil\n")
    write("batches/changed.yaml", "other")
    assert "batches/changed.yaml" in names(select([Path("batches")], "main"))
    assert not Path("made").exists()


def test_a_file_of_another_repository_is_no_change(tmp_path: Path) -> None:
    """A repository inside this one, and one that is none."""
    write("batches/inner/a.yaml")
    git("-C", "batches/inner", "init", "-q")
    with pytest.raises(InvalidInput, match="another repository"):
        select([Path("batches")], "main")
    os.chdir(tmp_path.parent)
    with pytest.raises(InvalidInput, match="no git repository"):
        select([tmp_path / "batches"], "main")
