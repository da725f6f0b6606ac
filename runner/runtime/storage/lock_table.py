"""The kernel's table of locks: it shows who holds a file without trying the lock, which would be in the way.

It shows no process of another container, and on some file systems none, so a file that is not in it may be
locked all the same. Source: proc(5), /proc/locks
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.errors import InvalidInput

from .files import read_limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TABLE: Final = Path("/proc/locks")
_MAX_BYTES: Final = 4 * 1024 * 1024

FileNumber = tuple[int, int, int]
"""Major and minor number of a device, and the inode on it."""


def lock_holders(paths: Iterable[Path]) -> dict[Path, int]:
    """Return those of some files that are locked for sure, each with the process that holds it."""
    try:
        held = holders_in(read_limited(_TABLE, _MAX_BYTES).decode("ascii", "replace"))
    except InvalidInput:
        return {}
    numbered = ((path, number) for path in paths if (number := _number_of(path)) is not None)
    return {path: held[number] for path, number in numbered if number in held}


def holders_in(table: str) -> Mapping[FileNumber, int]:
    """Return the process of each lock on a whole file in the text of the table; of several the last."""
    found: dict[FileNumber, int] = {}
    for row in (line.split() for line in table.splitlines()):
        match row:
            case [_, "FLOCK", _, _, process, file, *_]:
                try:
                    major, minor, inode = file.split(":")
                    found[int(major, 16), int(minor, 16), int(inode)] = int(process)
                except ValueError:
                    continue
    return found


def _number_of(path: Path) -> FileNumber | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return os.major(found.st_dev), os.minor(found.st_dev), found.st_ino
