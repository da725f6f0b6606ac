"""The wire log of a run: the WebSocket messages as they were, without secrets, one JSON object a line.

It proves nothing by itself and nothing waits for it: it is not synced, and ends where the disk takes no more.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from runner.domain import rfc3339
from runner.harmless import json_text

from .writing import open_log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

WIRE_LOG: Final = "wire.jsonl"
MAX_LOG_BYTES: Final = 64 * 1024 * 1024
MAX_TEXT: Final = 100_000
"""Longer messages are cut: the snapshot of a large account is none of a run's own."""


class WireLog:
    """A new log at a path, in a ``with`` statement. ``now`` returns Unix seconds."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._now = now
        self._left = MAX_LOG_BYTES
        self._file: int | None = None
        with suppress(OSError):
            self._file = open_log(path)

    def add(self, direction: str, connection: int, texts: Sequence[str]) -> None:
        """Add messages of one burst: ``sent`` or ``received``, on the run's n-th connection."""
        if self._file is None:
            return
        at = rfc3339(self._now())
        lines = [_line(at, direction, connection, text) for text in texts]
        data = b"".join(lines)
        self._left -= len(data)
        try:
            if self._left < 0:
                raise OSError("the log is full")
            os.write(self._file, data)
        except OSError:
            self.close()

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


def _line(at: str, direction: str, connection: int, text: str) -> bytes:
    content: dict[str, object] = {"at": at, "connection": connection, "direction": direction}
    if len(text) > MAX_TEXT:
        content |= {"text": text[:MAX_TEXT], "length": len(text)}
    else:
        content["text"] = text
    return json_text(content, one_line=True).encode("ascii")
