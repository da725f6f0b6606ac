"""The wire log of a run: the WebSocket messages as they were, without secrets, one JSON object a line.

It proves nothing by itself and nothing waits for it: it is not synced, and ends where the disk takes no more.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from runner.domain import rfc3339
from runner.harmless import json_text

from .line_log import LineLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

WIRE_LOG: Final = "wire.jsonl"
MAX_LOG_BYTES: Final = 64 * 1024 * 1024
MAX_TEXT: Final = 100_000
"""Longer messages that come in are cut: the snapshot of a large account is none of a run's own."""


class WireLog(LineLog):
    """A log of messages. ``now`` returns Unix seconds."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        super().__init__(path)
        self._now = now
        self._left = MAX_LOG_BYTES

    def add(self, direction: str, connection: int, texts: Sequence[str]) -> None:
        """Add messages of one burst: ``sent`` or ``received``, on the run's n-th connection."""
        if self.ended:
            return
        at = rfc3339(self._now())
        data = b"".join(_line(at, direction, connection, text) for text in texts)
        self._left -= len(data)
        if self._left < 0:
            self.close()
        with suppress(OSError):
            self.write(data)


def _line(at: str, direction: str, connection: int, text: str) -> bytes:
    content: dict[str, object] = {"at": at, "connection": connection, "direction": direction}
    if direction == "received" and len(text) > MAX_TEXT:
        content |= {"text": text[:MAX_TEXT], "length": len(text)}
    else:
        content["text"] = text
    return json_text(content, one_line=True).encode("ascii")
