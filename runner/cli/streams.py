"""Standard output and error for readers who may leave early, as ``head`` does.

What nobody reads any more is dropped; how a command ends does not depend on who listened to it.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


class Patient(io.TextIOWrapper):
    """A text stream that goes on when its reader has gone; every other failure to write is raised."""

    def write(self, text: str, /) -> int:
        """Write text. Once the reader has gone, it goes nowhere."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self._go_nowhere()
            return len(text)

    def flush(self) -> None:
        """Hand over what has been written."""
        try:
            super().flush()
        except BrokenPipeError:
            self._go_nowhere()
            super().flush()

    def _go_nowhere(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def patient(stream: TextIO) -> TextIO:
    """The same stream with patience. What it wraps is not to be used any more."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, errors, by_line = stream.encoding, stream.errors, stream.line_buffering
    return Patient(stream.detach(), encoding=encoding, errors=errors, line_buffering=by_line)
