"""The halt of all runs of a venue in one state folder: a file, and a lock that each intent is written under.

A change is in the file first. Once the lock was free after that, every intent that was let pass before is in
its journal, and none is let pass any more.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from runner.domain import HaltChange, halt_in_force
from runner.errors import Locked, Refused

from .files import read_ours
from .writing import make_folder, open_lock, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HALTS: Final = "halts.json"
_PASSAGE: Final = "lock"
_CHANGING: Final = "changing"


class _Halts(Struct, frozen=True):
    changes: tuple[HaltChange, ...]


def read_halts(folder: Path) -> tuple[HaltChange, ...]:
    """Return all halts and resumptions, none without a file. Raises ``Refused``: unreadable is not none."""
    try:
        content = read_ours(folder / HALTS)
    except (FileNotFoundError, NotADirectoryError):
        return ()  # Where no folder can be, no intent can be written either.
    except OSError as error:
        raise _unreadable(folder, error.strerror or str(error)) from error
    try:
        return msgspec.json.decode(content, type=_Halts).changes
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(folder, str(error)) from error


def add_halt(folder: Path, change: HaltChange) -> None:
    """Add a halt or a resumption, durably. Raises ``Locked`` beside another change, and ``Refused``."""
    try:
        make_folder(folder, durable=True)
        lock = open_lock(folder / _CHANGING, make=True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write_json(folder / HALTS, msgspec.to_builtins(_Halts((*read_halts(folder), change))))
        finally:
            os.close(lock)
    except BlockingIOError:
        raise Locked(f"{folder}: another command is changing this", details=["Try again."]) from None
    except OSError as error:
        raise Refused(f"{folder}: a halt cannot be kept here: {error.strerror}") from error


def nothing_passes(folder: Path) -> bool:
    """Return True if no intent is being written; call it after ``add_halt`` until it is. Raises ``OSError``.

    A run that was stopped in the middle of a write lets it be False for as long as it stays so.
    """
    lock = open_lock(folder / _PASSAGE, make=True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


@contextmanager
def passing(folder: Path) -> Iterator[HaltChange | None]:
    """Give the halt that holds; none that begins during a block is over before it. Raises ``Refused``."""
    make_folder(folder, durable=True)
    lock = open_lock(folder / _PASSAGE, make=True)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield halt_in_force(read_halts(folder))
    finally:
        os.close(lock)


def _unreadable(folder: Path, why: str) -> Refused:
    return Refused(
        f"{folder / HALTS}: whether the account is halted cannot be read: {why}",
        details=["Nothing new is sent. Restore the file, or remove it once you know that nothing is halted."],
    )
