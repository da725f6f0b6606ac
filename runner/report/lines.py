"""Lines of styled text as values, independent of their rendering in a terminal.

A span never holds a control character: text of the exchange, a file or a journal cannot move the cursor,
change the title or reverse text. Nothing here knows rich or a stream.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import NamedTuple

from runner.harmless import neutral


class Style(StrEnum):
    """The kind of a piece of text; the value is its style in rich. The words carry the meaning."""

    PLAIN = ""
    NAME = "bold"
    QUIET = "dim"
    GOOD = "green"
    KNOWN = "cyan"
    WARNING = "yellow"
    BAD = "bold red"
    DOUBT = "bold magenta"
    BUY = "bold green"
    SELL = "magenta"


class _Fields(NamedTuple):
    text: str
    style: Style


class Span(_Fields):
    r"""A piece of a line. Characters that do not print are replaced by their escape, such as ``\x1b``."""

    __slots__ = ()

    def __new__(cls, text: str, style: Style = Style.PLAIN) -> Span:
        """As a named tuple is made, from a text that may hold anything."""
        return super().__new__(cls, text if text.isprintable() else neutral(text), style)


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """Return a line of its parts; text without a style is plain."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def plain(line: Line) -> str:
    """Return a line's text."""
    return "".join(span.text for span in line)


def width_of(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def cut(text: str, room: int) -> str:
    """As much of a text as fits into some columns."""
    taken = 0
    for place, char in enumerate(text):
        taken += _columns(char)
        if taken > room:
            return text[:place]
    return text


def indent(line: Line, columns: int) -> Line:
    """Return a line moved to the right; an empty one stays empty."""
    return (Span(" " * columns), *line) if columns and line else line


def fold(line: Line, room: int) -> list[Line]:
    """Return a line broken at blanks so that each piece fits into ``room`` columns.

    A word that is longer is left whole and sticks out: an id that was cut in two cannot be copied.
    Blanks at the beginning stay.
    """
    text = plain(line)
    if width_of(text) <= room:
        return [line]
    return [_part(line, start, end) for start, end in _pieces(text, room)]


def hang(line: Line, width: int, columns: int) -> list[Line]:
    """Return a line folded into ``width`` columns, all pieces but the first indented by ``columns``."""
    text = plain(line)
    if width_of(text) <= width:
        return [line]
    (start, end), *_ = _pieces(text, width)
    rest = text[end:].lstrip(" ")
    if not rest:
        return [line]
    tail = fold(_part(line, len(text) - len(rest), len(text)), width - columns)
    return [_part(line, start, end), *(indent(piece, columns) for piece in tail)]


def _pieces(text: str, room: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    for start, end in _words(text):
        if pieces and width_of(text[pieces[-1][0] : end]) <= room:
            pieces[-1] = (pieces[-1][0], end)
        else:
            # The blanks before the first word take room too.
            pieces.append((start if pieces else 0, end))
    return [(0, pieces[0][1]), *pieces[1:]] if pieces else [(0, len(text))]


def _words(text: str) -> list[tuple[int, int]]:
    words = []
    at = 0
    for word in text.split(" "):
        if word:
            words.append((at, at + len(word)))
        at += len(word) + 1
    return words


def _part(line: Line, start: int, end: int) -> Line:
    spans = []
    at = 0
    for span in line:
        text = span.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            spans.append(Span(text, span.style))
        at += len(span.text)
    return tuple(spans)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
