"""The halt of a state folder: no intent passes after it, and those before are waited for."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from runner.domain import HaltChange
from runner.errors import Locked, Refused
from runner.runtime.storage import add_halt, nothing_passes, read_halts
from runner.runtime.storage.halts import HALTS, passing
from runner.runtime.storage.writing import open_lock

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from runner.runtime.storage.halts import passing

with passing(Path(sys.argv[1])) as halt:
    print(halt, flush=True)
    sys.stdin.read()
"""


def change(*, halted: bool = True, reason: str = "odd fills") -> HaltChange:
    """A halt, or a resumption."""
    return HaltChange(halted=halted, by="ann", host="desk", reason=reason, at="2026-11-30T09:00:00Z")


def test_what_was_added_is_read_in_its_order(tmp_path: Path) -> None:
    """Nothing is there at first, and nothing is ever taken out."""
    folder = tmp_path / "kraken" / ".halts"
    assert read_halts(folder) == ()
    changes = (change(), change(halted=False, reason="all fine"), change(reason="\x1b[31mred"))
    for each in changes:
        add_halt(folder, each)
    assert read_halts(folder) == changes


def test_a_halt_in_force_is_given_to_each_intent(tmp_path: Path) -> None:
    """Until somebody resumes."""
    with passing(tmp_path) as halt:
        assert halt is None
    add_halt(tmp_path, change())
    with passing(tmp_path) as halt:
        assert halt == change()
    add_halt(tmp_path, change(halted=False))
    with passing(tmp_path) as halt:
        assert halt is None


def test_a_halt_that_cannot_be_read_is_not_none(tmp_path: Path) -> None:
    """Nothing passes, and the cure is named; a link is not followed."""
    for content in ("", "{}", '{"changes": [{"halted": true}]}', '{"changes": "none"}'):
        (tmp_path / HALTS).write_text(content, "utf-8")
        with pytest.raises(Refused, match="cannot be read"), passing(tmp_path):
            pass
        with pytest.raises(Refused, match="cannot be read"):
            add_halt(tmp_path, change())
    (tmp_path / HALTS).unlink()
    (tmp_path / HALTS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="cannot be read"):
        read_halts(tmp_path)


def test_a_run_that_hangs_while_it_writes_prevents_no_halt(tmp_path: Path) -> None:
    """The halt is there at once; only that nothing passes any more is not, until the run goes on or dies."""
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "None\n"
        writer.send_signal(signal.SIGSTOP)
        try:
            add_halt(tmp_path, change())
            assert not nothing_passes(tmp_path)
        finally:
            writer.kill()
    assert nothing_passes(tmp_path)


def test_two_changes_at_once_are_one_after_the_other(tmp_path: Path) -> None:
    """The second is not lost in the first: it is refused."""
    import fcntl  # noqa: PLC0415

    lock = open_lock(tmp_path / "changing", make=True)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(Locked, match="another command"):
        add_halt(tmp_path, change())
