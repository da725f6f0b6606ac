"""Lines onto a stream: plainly, or through rich, which knows whether there is a terminal and its colours.

rich is imported only where there may be a terminal.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from runner.report.lines import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from rich.console import Console

    from runner.report.lines import Line

DEFAULT_WIDTH = 80

UNFOLDED_WIDTH = 10_000
"""The width of a pipe or a file, which whoever reads it folds or not."""


class Painter(Protocol):
    """Writes lines to one stream that is ``width`` columns wide; ``terminal``: it is interactive."""

    width: int
    terminal: bool

    def paint(self, lines: Iterable[Line]) -> None:
        """Write the lines, and flush."""
        ...


class PlainPainter:
    """Text alone, for pipes and files."""

    def __init__(self, stream: TextIO, width: int | None = None) -> None:
        self._stream = stream
        self.width = width or DEFAULT_WIDTH
        self.terminal = stream.isatty()

    def paint(self, lines: Iterable[Line]) -> None:
        """Write the lines, and flush."""
        text = "".join(f"{plain(line).rstrip()}\n" for line in lines)
        self._stream.write(encodable(text, self._stream))
        self._stream.flush()


class RichPainter:
    """Text with colours, for terminals. Nothing that is painted is read as markup."""

    def __init__(self, stream: TextIO, console: Console) -> None:
        self._stream = stream
        self.console = console
        self.width = console.width
        self.terminal = stream.isatty()

    def paint(self, lines: Iterable[Line]) -> None:
        """Write the lines, and flush."""
        from rich.text import Text  # noqa: PLC0415 - a plain painter loads no rich

        text = Text()
        for line in lines:
            for span in line:
                text.append(encodable(span.text, self._stream), style=span.style.value)
            text.append("\n")
        self.console.print(text, end="", soft_wrap=True, highlight=False)
        self._stream.flush()


def painter(stream: TextIO, *, color: bool | None = None, width: int | None = None) -> Painter:
    """Return a painter for a stream: in colour on a terminal that wants it, or when ``color`` says so.

    rich reads ``NO_COLOR``, ``FORCE_COLOR``, ``TERM`` and ``COLUMNS``. With ``NO_COLOR`` no escape code is
    written at all, not even for bold.
    """
    if color is None and not _perhaps_a_terminal(stream):
        return PlainPainter(stream, width or _columns_wanted() or UNFOLDED_WIDTH)
    console = console_of(stream, color=color, width=width)
    if console.is_terminal and console.color_system and not console.no_color:
        return RichPainter(stream, console)
    return PlainPainter(stream, console.width)


def _perhaps_a_terminal(stream: TextIO) -> bool:
    """Return True if rich is needed, which is slow to import."""
    return stream.isatty() or any(os.environ.get(name) for name in ("FORCE_COLOR", "TTY_COMPATIBLE"))


def _columns_wanted() -> int:
    """Return ``COLUMNS``, as rich reads it; 0 if it is not set."""
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isascii() and columns.isdigit() else 0


def console_of(stream: TextIO, *, color: bool | None = None, width: int | None = None) -> Console:
    """Rich's view of a stream."""
    from rich.console import Console  # noqa: PLC0415 - with the format json, nothing of rich is loaded

    if color is None:
        return Console(file=stream, width=width, emoji=False, markup=False)
    return Console(
        file=stream,
        width=width,
        emoji=False,
        markup=False,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
    )


def encodable(text: str, stream: TextIO) -> str:
    """Replace characters that the stream cannot encode by their escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
