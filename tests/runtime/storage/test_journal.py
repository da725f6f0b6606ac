"""The journal on a real disk: what was appended is there, what could not be appended never was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import HaltChange
from runner.errors import Refused
from runner.journal import RunEnded
from runner.journal.codec import digest_of, seal, seal_all
from runner.runtime.storage import AccountHalted, Terms, add_halt, journal_entries, read_journal
from runner.runtime.storage.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

FILL = """
import resource, signal, sys
sys.dont_write_bytecode = True
from pathlib import Path
from runner.runtime.storage.journal import Journal

path = Path(sys.argv[1])
whole = path.read_bytes()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Journal(path) as journal:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * len(whole) + 9, -1))
    try:
        journal.append([{"entry": "x", "number": 2}, {"entry": "x", "number": 3}])
    except OSError:
        assert path.read_bytes() == whole
        journal.append([{"entry": "x", "number": 3}])
    else:
        sys.exit(1)
"""

DIE = """
import os, signal, sys
from pathlib import Path
from runner.runtime.storage.journal import Journal

Journal(Path(sys.argv[1])).append([{"entry": "x", "number": 1}])
os.kill(os.getpid(), signal.SIGKILL)
"""

ONE, TWO, THREE = ({"entry": "x", "number": number} for number in (1, 2, 3))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of the journal."""
    return tmp_path / "journal.jsonl"


def contents(path: Path) -> list[dict[str, Any]]:
    """Return what a new process finds."""
    with Journal(path) as journal:
        return journal.contents


def name_of(file: int) -> str:
    """The path of an open file or folder."""
    return str(Path(f"/proc/self/fd/{file}").readlink())


def count_open_files() -> int:
    """Return how many files this process holds open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def in_child(script: str, path: Path) -> int:
    """Return what a process that runs a script on the journal ends with."""
    command = [sys.executable, "-c", script, str(path)]
    return subprocess.run(command, check=False).returncode


def test_what_is_appended_is_found_again(path: Path) -> None:
    """Lines come back in their order, over any number of openings."""
    with Journal(path) as journal:
        assert journal.contents == []
        journal.append([ONE, TWO])
    with Journal(path) as journal:
        assert journal.contents == [ONE, TWO]
        journal.append([THREE])
    assert contents(path) == read_journal(path) == [ONE, TWO, THREE]
    assert path.read_text("ascii") == seal_all([ONE, TWO, THREE]).decode()


def test_lines_are_synced_before_append_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sync covers all lines of one call, and comes after all of them were written."""
    sizes: list[int] = []
    monkeypatch.setattr(os, "fdatasync", lambda file: sizes.append(os.fstat(file).st_size))
    with Journal(path) as journal:
        journal.append([ONE, TWO])
        journal.append([THREE])
    assert sizes == [len(seal_all([ONE, TWO])), len(seal_all([ONE, TWO, THREE]))]


def test_the_name_of_a_new_journal_is_synced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose name is lost with the power was never durable."""
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(name_of(file)))
    with Journal(path):
        assert synced == [str(path.parent)]


def test_a_journal_need_not_outlive_the_machine(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without durability nothing is synced, and all else is the same."""

    def forbidden(_: int) -> None:
        raise AssertionError("an unwanted sync")

    monkeypatch.setattr(os, "fdatasync", forbidden)
    monkeypatch.setattr(os, "fsync", forbidden)
    with Journal(path, durable=False) as journal:
        journal.append([ONE])
    assert read_journal(path) == [ONE]


@pytest.mark.parametrize("cut", [1, 5, len(seal(TWO)) - 1])
def test_a_torn_tail_is_cut_off_when_it_is_opened(path: Path, cut: int) -> None:
    """The next line starts where the last whole one ended."""
    path.write_text(seal(ONE) + seal(TWO, digest_of(seal(ONE)))[:cut], "ascii")
    assert read_journal(path) == [ONE]
    with Journal(path) as journal:
        assert journal.contents == [ONE]
        assert path.read_text("ascii") == seal(ONE)
        journal.append([THREE])
    assert read_journal(path) == [ONE, THREE]


@given(tail=st.binary(max_size=40).filter(lambda tail: b"\n" not in tail))
def test_no_tail_hides_the_lines_before_it(tmp_path_factory: pytest.TempPathFactory, tail: bytes) -> None:
    """Any remains of a broken write may follow the last line feed; the lines before it count."""
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    path.write_bytes(seal(ONE).encode() + tail)
    assert contents(path) == [ONE]
    assert path.read_text("ascii") == seal(ONE)


@pytest.mark.parametrize("open_it", [contents, read_journal])
def test_a_damaged_line_is_refused(path: Path, open_it: Callable[[Path], Any]) -> None:
    """The place is named, and the file is left as it is."""
    damaged = seal_all([ONE, TWO, THREE]).replace(b'"number":2', b'"number":3') + b"\xff\x00"
    path.write_bytes(damaged)
    with pytest.raises(Refused, match=rf"^{path}:2: this line of the journal is damaged"):
        open_it(path)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize("open_it", [Journal, read_journal, journal_entries])
def test_a_pipe_in_place_of_a_journal_is_refused(path: Path, open_it: Callable[[Path], Any]) -> None:
    """It is neither waited for nor an empty journal."""
    os.mkfifo(path)
    with pytest.raises(OSError, match="it is not a regular file"):
        open_it(path)


def test_a_refused_journal_is_closed(path: Path) -> None:
    """The file is given back although it was not taken."""
    path.write_text("damage\n", "ascii")
    before = count_open_files()
    with pytest.raises(Refused):
        Journal(path)
    assert count_open_files() == before


def test_a_full_disk_takes_all_or_nothing(path: Path) -> None:
    """Lines that do not fit are taken back: the file is as before, and can be appended to."""
    with Journal(path) as journal:
        journal.append([ONE])
    assert in_child(FILL, path) == 0
    assert contents(path) == [ONE, THREE]


def test_a_failing_sync_takes_the_lines_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that may not be on the disk do not count, though they were written."""

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    with Journal(path) as journal:
        journal.append([ONE])
        monkeypatch.setattr(os, "fdatasync", fail)
        with pytest.raises(OSError, match="Input/output"):
            journal.append([TWO])
        monkeypatch.undo()
        journal.append([THREE])
    assert contents(path) == [ONE, THREE]


def test_a_slow_disk_is_written_to_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that takes only a part is gone on with."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, bytes(data)[:7]))
    with Journal(path) as journal:
        journal.append([ONE, TWO])
    monkeypatch.undo()
    assert contents(path) == [ONE, TWO]


def test_a_process_that_is_killed_leaves_what_it_appended(path: Path) -> None:
    """Nothing waits in a buffer of ours."""

    assert in_child(DIE, path) == -signal.SIGKILL
    assert contents(path) == [ONE]


def test_no_journal_is_an_empty_one(path: Path) -> None:
    """Reading makes no file."""
    assert read_journal(path) == journal_entries(path) == []
    assert not path.exists()


def test_the_journal_of_a_batch_is_read_as_entries(path: Path) -> None:
    """Lines that are no entries of ours are ignored, damage is not."""
    ended = RunEnded(at="2026-11-22T07:00:10.000000Z", outcome="done")
    with Journal(path) as journal:
        journal.append([{"entry": "of a later version"}, ended])
    assert journal_entries(path) == [ended]
    path.write_text(path.read_text("ascii").replace("done", "lost"), "ascii")
    with pytest.raises(Refused, match=f"^{re.escape(str(path))}:2: "):
        journal_entries(path)


def test_under_a_halt_outcomes_are_written_and_intents_are_not(tmp_path: Path) -> None:
    """Nothing of a write with an intent is durable; what cannot be read halts as well."""
    halts = tmp_path / ".halts"
    halt = HaltChange(halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z")
    with Journal(tmp_path / "journal.jsonl", halts=halts) as journal:
        journal.write(journal.sealed([{"entry": "a"}]), Terms(intents=frozenset({1})))
        add_halt(halts, halt)
        with pytest.raises(AccountHalted, match="halted by ann on desk") as halted:
            journal.write(journal.sealed([{"entry": "b"}]), Terms(intents=frozenset({2})))
        assert halted.value.reqids == {2}
        journal.write(journal.sealed([{"entry": "c"}]))
        (halts / "halts.json").write_text("?", "utf-8")
        with pytest.raises(AccountHalted, match="cannot be read"):
            journal.write(journal.sealed([{"entry": "d"}]), Terms(intents=frozenset({3})))
    assert [row["entry"] for row in read_journal(tmp_path / "journal.jsonl")] == ["a", "c"]
