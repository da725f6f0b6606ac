"""The state folder and the versions, as they are on this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from runner import __version__
from runner.app.doctor.machine import read_folder, read_versions, requirements_by_extra
from runner.domain import HaltChange
from runner.runtime.storage import JOURNAL, add_halt, halts_path, hold, state_path

HALT = HaltChange(halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_that_is_not_there_is_made_later() -> None:
    """Not by this."""
    facts = read_folder(Path("state"), "paper")
    assert (facts.there, facts.writable, facts.place) == (False, True, str(Path.cwd()))
    assert facts.free_bytes is not None
    assert list(Path().iterdir()) == []


def test_a_journal_that_can_be_read_is_counted_and_a_damaged_one_named() -> None:
    """Of this venue alone."""
    for name in ("a", "b"):
        with hold(state_path(Path("state"), "paper", name, "")):
            pass
    (state_path(Path("state"), "paper", "b", "") / JOURNAL).write_text('{"x": 1}\n{"y"\n{"z": 2}\n', "utf-8")
    facts = read_folder(Path("state"), "paper")
    assert facts.journals == 1
    assert [failure.code.name for failure in facts.failures] == ["REFUSED"]
    assert "b/journal.jsonl" in facts.failures[0].reason
    assert read_folder(Path("state"), "kraken").failures == ()
    assert facts.mode == 0o700
    assert facts.owner == ""


def test_a_run_in_progress_is_seen_without_its_lock() -> None:
    """It goes on undisturbed."""
    with hold(state_path(Path("state"), "paper", "a", "")):
        assert read_folder(Path("state"), "paper").held == (("a", os.getpid()),)
    assert read_folder(Path("state"), "paper").held == ()


def test_a_halt_is_read() -> None:
    """One that cannot be read is a failure."""
    place = halts_path(Path("state"), "paper")
    add_halt(place, HALT)
    assert read_folder(Path("state"), "paper").halt == str(HALT)
    (place / "halts.json").write_text("?", "utf-8")
    facts = read_folder(Path("state"), "paper")
    assert facts.halt == ""
    assert "whether the account is halted cannot be read" in facts.failures[0].reason


def test_state_in_git_and_behind_a_link_is_a_failure() -> None:
    """A commit may have brought either."""
    for command in (["init", "-q"], ["config", "user.name", "x"], ["config", "user.email", "x@example"]):
        subprocess.run(["git", *command], check=True)
    with hold(state_path(Path("state"), "paper", "a", "")):
        pass
    subprocess.run(["git", "add", "-f", "state"], check=True)
    (tracked,) = read_folder(Path("state"), "paper").failures
    assert "git tracks 2 files of it" in tracked.reason
    assert "git rm -r --cached state" in tracked.cure
    Path("linked").symlink_to("state")
    assert "a link that a commit may have brought" in read_folder(Path("linked"), "paper").failures[0].reason


def test_a_file_in_the_place_of_the_folder_is_no_folder() -> None:
    """Nothing can be kept in it."""
    Path("state").write_text("", "utf-8")
    facts = read_folder(Path("state"), "paper")
    assert not facts.there
    assert facts.failures


def test_versions_are_those_of_this_environment() -> None:
    """The dependencies of the package, and of its optional parts."""
    facts = read_versions()
    assert facts.package == __version__
    assert facts.required.keys() <= facts.installed.keys()
    assert facts.required["trio"] == "0.27"
    assert facts.least_python == "3.11"
    assert set(facts.extras) == {"notify", "postgres"}


def test_requirements_are_read_from_metadata() -> None:
    """With extras and other marks, in the forms that builders write."""
    texts = ["trio>=0.27", "psycopg[binary]>=3.2; extra == 'postgres'", 'x (>=1.0) ; extra == "docs"', "bare"]
    assert requirements_by_extra(texts) == {
        "": {"trio": "0.27", "bare": ""},
        "postgres": {"psycopg": "3.2"},
        "docs": {"x": "1.0"},
    }
