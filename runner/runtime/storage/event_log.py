"""The event log of a run: one JSON object a line, written as it happens, for other programs.

The run does not depend on it: where the disk takes no more, the log ends at its last whole line, which is
said once, and the run goes on.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from runner.harmless import json_text

from .writing import open_log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType


class EventLog:
    """A new log at a path, in a ``with`` statement. ``say`` tells a person why it ended early.

    Raises ``OSError`` if there can be no such file.
    """

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self._path = path
        self._say = say
        self._size = 0
        self._file: int | None = open_log(path)

    def add(self, event: Mapping[str, Any]) -> None:
        """Add an event. Never raises for what the disk does."""
        if self._file is None:
            return
        data = json_text(event, one_line=True).encode("ascii")
        try:
            if os.write(self._file, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            self.close()
            self._say(
                f"{self._path}: no more events can be written ({error.strerror or error}). The run goes on."
            )
            return
        self._size += len(data)

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
