"""The price of each pair since the exchange is served, in a bounded number of points.

It is the last one, as near as the quote allows: a resting order that was passed has traded at its own price.

A point is a span of time with its lowest, highest and latest price. When a pair has too many, each two
neighbours become one: the line gets coarser and loses no extreme.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.paper.state.market import Quote

POINTS_MAX: Final = 120
"""For each pair; there may be more than a thousand."""
SPAN_S: Final = 0.25
"""Of a point in the beginning; it doubles whenever there are too many."""


@dataclass(frozen=True, slots=True)
class _Point:
    at: float
    low: Decimal
    high: Decimal
    last: Decimal

    def with_later(self, other: _Point) -> _Point:
        return replace(self, low=min(self.low, other.low), high=max(self.high, other.high), last=other.last)


class _Line:
    def __init__(self, at: float, price: Decimal) -> None:
        self.points = [_Point(at, price, price, price)]
        self._span_s = SPAN_S

    def add(self, at: float, price: Decimal) -> None:
        latest = self.points[-1]
        if price == latest.last:
            return
        point = _Point(max(at, latest.at), price, price, price)
        if point.at < latest.at + self._span_s:
            self.points[-1] = latest.with_later(point)
            return
        self.points.append(point)
        while len(self.points) > POINTS_MAX:
            self._coarsen()

    def _coarsen(self) -> None:
        """Double the span, and join what is now within one."""
        self._span_s *= 2
        kept = self.points[:1]
        for point in self.points[1:]:
            if point.at < kept[-1].at + self._span_s:
                kept[-1] = kept[-1].with_later(point)
            else:
                kept.append(point)
        self.points = kept


class PriceLines:
    """The lines of all pairs. ``opened`` (Unix seconds) is when they begin, with these quotes."""

    def __init__(self, quotes: Mapping[str, Quote], opened: float) -> None:
        self.restart(quotes, opened)

    def restart(self, quotes: Mapping[str, Quote], opened: float) -> None:
        """Begin again."""
        self._opened = opened
        self._first = {pair: _price_of(quote) for pair, quote in quotes.items()}
        self._lines: dict[str, _Line] = {}

    def add(self, pairs: Iterable[str], quotes: Mapping[str, Quote], now: float) -> None:
        """Add the latest prices of pairs whose quotes have changed."""
        for pair in pairs:
            line = self._lines.get(pair)
            if line is None:
                line = self._lines[pair] = _Line(self._opened, self._first[pair])
            line.add(now, _price_of(quotes[pair]))

    def points(self, pair: str) -> list[dict[str, Any]]:
        """Return the line of a pair: each point's beginning, and its prices as text."""
        line = self._lines.get(pair)
        if line is None:
            price = self._first[pair]
            line = _Line(self._opened, price)
        return [
            {"at": point.at, "low": f"{point.low:f}", "high": f"{point.high:f}", "last": f"{point.last:f}"}
            for point in line.points
        ]


def _price_of(quote: Quote) -> Decimal:
    return min(max(quote.last, quote.bid), quote.ask)
