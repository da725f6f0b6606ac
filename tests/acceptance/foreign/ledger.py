"""Everything that crossed the wire, in order, and when: what a test may believe."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Ledger:
    """Frames and calls as they came and went; ``at`` is seconds since the start."""

    started: float = field(default_factory=time.monotonic)
    entries: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    token_calls: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0

    def note(self, way: str, connection: int, content: Any) -> None:
        """Remember one frame: ``way`` is ``in``, ``out``, ``open`` or ``close``."""
        at = round(time.monotonic() - self.started, 6)
        self.entries.append({"at": at, "way": way, "connection": connection, "frame": content})

    def note_call(self, path: str, fields: dict[str, str], error: str | None) -> None:
        """Remember one REST call and the error that it was answered with."""
        at = round(time.monotonic() - self.started, 6)
        self.entries.append({"at": at, "way": "rest", "path": path, "fields": fields, "error": error})
        if path.endswith("/GetWebSocketsToken"):
            self.token_calls.append({"at": at, "error": error})
