"""The picture: how long each client takes for a thousand orders, ours among them. Plain SVG, no library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from tests.benchmarks.rows import Row

WIDTH, BAR, GAP, LEFT, RIGHT, TOP = 760, 18, 8, 250, 90, 40
PANELS = ("1,000 orders, 0 ms", "1,000 orders, 20 ms")
OURS = "order-batch (journal, feed on)"
WHOLE = "… from first thought to disk"
"""Ours once more, with the making of the first orders and the last sync."""


def draw(rows: Sequence[Row]) -> str:
    """Two panels, one for each round trip; bars on a logarithmic scale, each with its milliseconds."""
    panels = [(name, bars) for name in PANELS if (bars := _bars(rows, name))]
    parts: list[str] = []
    top = 0
    for name, bars in panels:
        parts += _panel(name, bars, top)
        top += TOP + len(bars) * (BAR + GAP) + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top + GAP}" '
        f'viewBox="0 0 {WIDTH} {top + GAP}" font-family="sans-serif" font-size="12">'
    )
    background = f'<rect width="{WIDTH}" height="{top + GAP}" fill="#ffffff"/>'
    return "\n".join([head, background, *parts, "</svg>"]) + "\n"


def _bars(rows: Sequence[Row], panel: str) -> list[tuple[str, float]]:
    """Each client with its milliseconds, the quickest first."""
    of_panel = [row for row in rows if row.name.startswith(f"{panel}: ")]
    return sorted(map(_bar, of_panel), key=lambda bar: bar[1])


def _bar(row: Row) -> tuple[str, float]:
    if row.ratio:
        return row.peer, row.figure / row.ratio
    return WHOLE if "the same" in row.name else OURS, row.figure


def _panel(name: str, bars: Sequence[tuple[str, float]], top: int) -> Iterator[str]:
    yield (
        f'<text x="12" y="{top + 24}" font-size="14" font-weight="bold" fill="#1f2328">'
        f"{escape(name)} round trip: milliseconds to the last settled reply, logarithmic</text>"
    )
    low = math.log10(min(value for _, value in bars)) - 0.3
    span = math.log10(max(value for _, value in bars)) - low
    for number, (client, value) in enumerate(bars):
        y = top + TOP + number * (BAR + GAP)
        width = (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / span
        ours = client in (OURS, WHOLE)
        weight = ' font-weight="bold"' if ours else ""
        yield (
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end" fill="#1f2328"{weight}>'
            f"{escape(client)}</text>"
        )
        colour = "#0969da" if ours else "#8c959f"
        yield f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2" fill="{colour}"/>'
        yield (
            f'<text x="{LEFT + width + 6:.1f}" y="{y + 13}" fill="#1f2328"{weight}>{_number(value)}</text>'
        )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
