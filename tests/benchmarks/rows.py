"""The results of a benchmark: rows of one table, the same for all of them.

A figure is a median of several runs. Its ratio is to a peer that ran in turn with it, run by run, since a
machine's speed drifts; so a ratio can be compared with that of another machine, and a figure cannot.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. ``spread`` is the least and the greatest ratio, or figure where there is none.

    ``target`` is the ratio (or figure) that is to be kept at most; ``None`` where there is none.
    """

    name: str
    figure: float
    unit: str
    spread: tuple[float, float]
    peer: str = ""
    ratio: float | None = None
    target: float | None = None

    @property
    def kept(self) -> bool:
        """Return whether the target is kept, or there is none."""
        reached = self.figure if self.ratio is None else self.ratio
        return self.target is None or reached <= self.target


def alone(name: str, unit: str, figures: Sequence[float], *, target: float | None = None) -> Row:
    """A row without a peer, from the figures of several runs."""
    return Row(
        name=name,
        figure=statistics.median(figures),
        unit=unit,
        spread=(min(figures), max(figures)),
        target=target,
    )


def beside(
    name: str,
    unit: str,
    figures: Sequence[float],
    peer: str,
    peers: Sequence[float],
    *,
    target: float | None = None,
) -> Row:
    """A row with a peer, from the figures of runs that took turns."""
    ratios = [ours / theirs for ours, theirs in zip(figures, peers, strict=True)]
    return Row(
        name=name,
        figure=statistics.median(figures),
        unit=unit,
        spread=(min(ratios), max(ratios)),
        peer=peer,
        ratio=statistics.median(ratios),
        target=target,
    )


HEADS = ("what", "median", "unit", "beside", "ratio", "least", "most", "target", "")


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    cells = [HEADS, *map(_cells, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a table for a README."""
    lines = [HEADS, ("---",) * len(HEADS), *map(_cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    target = "" if row.target is None else f"{row.target:g}"
    ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
    least, most = (f"{bound:.3g}" for bound in row.spread)
    verdict = "" if row.target is None else "kept" if row.kept else "MISSED"
    return row.name, f"{row.figure:.3g}", row.unit, row.peer, ratio, least, most, target, verdict
