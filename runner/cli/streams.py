"""Standard output and error of every command. All text is written here.

A broken pipe or a full disk stops no command: the text is dropped. Only a full disk is kept in mind, since
a result that was lost is no success. Nothing is a command to a CI system unless it was made to be one.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, cast

from runner.harmless import context_of, without_commands

if TYPE_CHECKING:
    from typing import TextIO


class BrokenPipeTolerantStream(io.TextIOWrapper):
    """A text stream without commands that keeps working after a broken pipe or on a full disk.

    ``failure`` is the first error of a stream that could not be written, None for a reader that has gone.
    """

    failure: OSError | None = None
    _before = ""

    def write(self, text: str, /) -> int:
        """Write text that may contain untrusted text."""
        harmless = without_commands(text, self._before)
        self._before = context_of(harmless, self._before)
        self._hand_over(harmless)
        return len(text)

    def command(self, text: str, /) -> int:
        """Write whole lines that are commands to a CI system."""
        self._before = ""
        self._hand_over(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what has been written."""
        try:
            super().flush()
        except OSError as error:
            self._go_nowhere(error)
            super().flush()

    def _hand_over(self, text: str) -> None:
        try:
            super().write(text)
        except OSError as error:
            self._go_nowhere(error)

    def _go_nowhere(self, error: OSError) -> None:
        if not isinstance(error, BrokenPipeError):
            self.failure = self.failure or error
        nowhere = _nowhere()
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def tolerant_stream(stream: TextIO | None) -> TextIO:
    """Return a stream that tolerates a broken pipe; a missing one is discarded. Replaces the given stream.

    A character that its encoding does not have is written as its escape.
    """
    if stream is None:
        stream = cast("TextIO", os.fdopen(_nowhere(), "w", encoding="utf-8"))
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, by_line = stream.encoding, stream.line_buffering
    return BrokenPipeTolerantStream(
        stream.detach(), encoding=encoding, errors="backslashreplace", line_buffering=by_line
    )


def open_streams() -> None:
    """Replace the process's streams by tolerant ones.

    A descriptor that is missing is opened to nowhere first, so that no file that is opened later takes its
    place.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            _nowhere()
    sys.stdout, sys.stderr = tolerant_stream(sys.stdout), tolerant_stream(sys.stderr)
    sys.stdin = sys.stdin or os.fdopen(_nowhere(), encoding="utf-8")


def _nowhere() -> int:
    from runner.runtime.storage import open_nowhere  # noqa: PLC0415 - signals are seen to before this is loaded

    return open_nowhere()
