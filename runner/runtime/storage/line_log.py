"""A log of whole lines, written as they come, on which nothing depends.

Where the disk takes no more, the log ends at its last whole line.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from .writing import open_log

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class LineLog:
    """A new log at a path, in a ``with`` statement. Raises ``OSError`` if there can be no such file."""

    def __init__(self, path: Path) -> None:
        self._size = 0
        self._file: int | None = open_log(path)

    @property
    def ended(self) -> bool:
        """True if nothing more is added."""
        return self._file is None

    def write(self, lines: bytes) -> None:
        """Add lines: all of them, or none and the log ends. Raises ``OSError`` where the disk is full."""
        if self._file is None:
            return
        try:
            if os.write(self._file, lines) < len(lines):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            self.close()
            raise
        self._size += len(lines)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
