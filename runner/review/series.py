"""The end of a command about several files: how each of them ended, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.errors import ExitCode


class FileState(StrEnum):
    """The state in which one of several files ended; the value is in JSON."""

    DONE = "done"
    FAILED = "failed"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEnd:
    """The end of one of several files.

    ``batch`` is the name in it, empty if it could not be read. ``exit_code`` is that of the file alone, None
    if it has not begun; then ``stopped_by`` is the file because of which. ``error`` is why there is no
    result, empty if there is one.
    """

    file: str
    batch: str
    exit_code: ExitCode | None
    error: str = ""
    stopped_by: str = ""

    @property
    def state(self) -> FileState:
        """Done, failed or not begun; a plan with changes is done."""
        if self.exit_code is None:
            return FileState.NOT_BEGUN
        return FileState.DONE if self.exit_code in _DONE else FileState.FAILED


_DONE = (0, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesEnd:
    """The end of a command about several files, in their order.

    ``removed`` are batch files that are gone, each with its new name, which may be empty.
    """

    files: tuple[FileEnd, ...]
    exit_code: ExitCode
    removed: tuple[tuple[str, str], ...] = ()
