"""Small tables of numbers: columns as wide as they need to be, numbers to the right, and no empty column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.lines import Line, Span, Style, hang, line, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 2


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, *, names: int = 1) -> list[Line]:
    """Return a heading and a line for each row; the first ``names`` columns are words, the others numbers.

    Columns in which no row has anything are left out. Where the lines would be longer than ``width``, each
    row says its numbers one after the other instead.
    """
    kept = [at for at in range(len(heads)) if at < names or any(row[at] for row in rows)]
    table = [[row[at] for at in kept] for row in (heads, *rows)]
    widths = [max(map(width_of, column)) for column in zip(*table, strict=True)]
    if sum(widths) + GAP * len(widths) > width:
        return _spelled_out([heads[at] for at in kept], table[1:], width, names)
    head, *body = ([_align_row(row, widths, names)] for row in table)
    return [line(Span(head[0], Style.QUIET)), *(line(row[0]) for row in body)]


def _align_row(row: Sequence[str], widths: Sequence[int], names: int) -> str:
    cells = []
    for at, (text, room) in enumerate(zip(row, widths, strict=True)):
        padding = " " * (room - width_of(text))
        cells.append(text + padding if at < names else padding + text)
    # The first column of the heading begins at the margin, the rows below it are indented.
    return (" " * GAP).join(cells).rstrip()


def _spelled_out(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, names: int) -> list[Line]:
    lines: list[Line] = []
    for row in rows:
        cells = [f"{head} {text}" for head, text in zip(heads[names:], row[names:], strict=True) if text]
        lines += hang(line(f"{' '.join(row[:names])}: {', '.join(cells)}"), width, 4)
    return [line(Span(heads[0], Style.QUIET)), *lines] if heads[0].strip() else lines
