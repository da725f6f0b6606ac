"""A table of rows: a few narrow columns, then a text that may wrap, then worth, distance and line.

If the text column would become too narrow, every text moves to a separate line instead. Ids are not cut: one
that is too long for its column moves the rest to the next line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.report.lines import Line, Span, Style, fold, hang, indent, plain, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.report.wording.orders import OrderFields

MARGIN = 2
GAP = 2

READABLE = 32
"""Columns that a text needs to be read with ease: what most orders ask for fits."""

LONG_CELL = 32
"""A cell that is longer does not widen its column."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``cells`` go into columns, ``body`` follows them; ``notes`` are below the body.

    The body of a row with fewer cells begins in the column of the first missing cell. ``line`` is that of the
    file: None for a row that has none, 0 for an unknown one; ``was_line``: of an earlier version of the file.
    ``fields`` are the terms of an order apart, for tables with their own columns; ``odd``: it needs a look,
    so that nothing of it is dimmed.
    """

    cells: tuple[Span, ...]
    body: Line = ()
    worth: str = ""
    distance: str = ""
    line: int | None = None
    was_line: bool = False
    notes: tuple[Line, ...] = ()
    fields: OrderFields | None = None
    odd: bool = False

    @property
    def line_text(self) -> str:
        """The words for the line; empty for a row that has none."""
        return "" if self.line is None else f"{'was ' if self.was_line else ''}line {self.line or '-'}"


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one group below its heading."""

    heading: Line
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table. ``starts[n]`` is the column of what comes after ``n`` cells.

    ``tail_at`` is the column of worth, distance and line, None where bodies are stacked below the cells;
    ``worth`` and ``distance`` are the widths of theirs.
    """

    starts: tuple[int, ...]
    width: int
    tail_at: int | None
    worth: int = 0
    distance: int = 0

    @property
    def stacked(self) -> bool:
        """True if bodies are on lines below the cells."""
        return self.tail_at is None

    def tail_of(self, row: Row) -> str:
        """Return a row's worth, distance and line, aligned with those of other rows of its kind."""
        if self.stacked and row.fields is None:
            return (" " * GAP).join(filter(None, (row.worth, row.distance, row.line_text)))
        columns = [(row.worth, self.worth), (row.distance, self.distance)]
        parts = [f"{text:>{width}}" for text, width in columns if width]
        return (" " * GAP).join([*parts, row.line_text]).rstrip()


def layout_of(rows: Sequence[Row], width: int) -> Layout:
    """Return the layout in which all of these rows are readable."""
    starts = _starts(rows)
    worth = max((len(row.worth) for row in rows), default=0)
    distance = max((len(row.distance) for row in rows), default=0)
    needed = [(starts[len(row.cells)], width_of(plain(row.body))) for row in rows if row.body]
    ends = max((start + length for start, length in needed), default=starts[-1])
    aligned = Layout(starts, width, ends + GAP, worth, distance)
    tail = max((len(text) + GAP for row in rows if (text := aligned.tail_of(row))), default=0)
    if any(start + min(length, READABLE) + tail > width for start, length in needed):
        return replace(aligned, tail_at=None)
    return replace(aligned, tail_at=min(ends, width - tail) + GAP)


def table(rows: Iterable[Row], layout: Layout) -> list[Line]:
    """Return the rows as lines, without a blank at the end of any."""
    return [line for row in rows for line in _row(row, layout)]


def block_lines(blocks: Sequence[Block], width: int) -> list[Line]:
    """All blocks in one layout, each after an empty line."""
    layout = layout_of([row for block in blocks for row in block.rows], width)
    lines: list[Line] = []
    for block in blocks:
        lines += [(), *hang(block.heading, width, 4), *table(block.rows, layout)]
    return lines


def _starts(rows: Sequence[Row]) -> tuple[int, ...]:
    starts = [MARGIN]
    for column in range(max((len(row.cells) for row in rows), default=0)):
        lengths = [width_of(row.cells[column].text) for row in rows if len(row.cells) > column]
        longest = max((length for length in lengths if length <= LONG_CELL), default=0)
        starts.append(starts[-1] + (longest + GAP if longest else 0))
    return tuple(starts)


def _row(row: Row, layout: Layout) -> list[Line]:
    lines = _Lines()
    for column, cell in enumerate(row.cells):
        if cell.text:
            lines.put((cell,), layout.starts[column])
    # In stacked rows all texts begin at the same column, under the second cell.
    start = layout.starts[min(len(row.cells), 1) if layout.stacked else len(row.cells)]
    tail = Span(layout.tail_of(row), Style.NAME if row.odd else Style.QUIET)
    if layout.tail_at is None:
        body = (*row.body, Span(" " * GAP), tail) if tail.text and row.body else (*row.body, tail)
        lines.put_folded(body, start, layout.width, fresh=len(row.cells) > 1)
    else:
        room_ends = layout.tail_at - GAP if tail.text else layout.width
        first = lines.put_folded(row.body, start, room_ends)
        if tail.text:
            lines.put((tail,), layout.tail_at, line=first)
    for note in row.notes:
        lines.put_folded(note, start, layout.width, fresh=True)
    return [line for line in lines.lines if line]


class _Lines:
    """The lines of one row while they are filled from left to right."""

    def __init__(self) -> None:
        self.lines: list[Line] = [()]

    def put(self, text: Line, column: int, *, line: int = -1) -> None:
        """Put a text at a column of the last line, or below it if that is taken."""
        if not plain(text):
            return
        end = width_of(plain(self.lines[line]))
        if end and end + GAP > column and line == -1:
            self.lines.append(())
            end = 0
        # A tail whose place is taken follows after a gap: the line number stays on the first line.
        padding = max(column - end, GAP if end else 0)
        self.lines[line] = (*self.lines[line], Span(" " * padding), *text)

    def put_folded(self, text: Line, column: int, ends: int, *, fresh: bool = False) -> int:
        """Put a text between two columns, on as many lines as it takes; gives the first one's number."""
        if not plain(text):
            return len(self.lines) - 1
        pieces = fold(text, ends - column)
        if fresh:
            self.lines.append(indent(pieces[0], column))
        else:
            self.put(pieces[0], column)
        first = len(self.lines) - 1
        self.lines += [indent(piece, column) for piece in pieces[1:]]
        return first
