"""The event log of a run: one JSON object a line, written as it happens, for other programs.

The run does not depend on it: where the disk takes no more, that is reported once, and the run continues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.harmless import json_text

from .line_log import LineLog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class EventLog(LineLog):
    """A log of events. ``say`` reports why it ended early."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        super().__init__(path)
        self._path = path
        self._say = say

    def add(self, event: Mapping[str, Any]) -> None:
        """Add an event. Never raises for what the disk does."""
        try:
            self.write(json_text(event, one_line=True).encode("ascii"))
        except OSError as error:
            self._say(
                f"{self._path}: no more events can be written ({error.strerror or error}). The run continues."
            )
