"""The ladder view of a pair: its orders against the market, on an axis of prices. Buys left, sells right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import decimal_text

from .elements import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree import ElementTree as ET

    from runner.domain import Quote

WIDTH: Final = 600
MARGIN: Final = 28
MIDDLE: Final = WIDTH // 2
LONGEST: Final = 170
"""The longest bar: the largest usual volume."""
LEAST_HEIGHT: Final = 200
MOST_HEIGHT: Final = 560
STEP: Final = 14
BIN: Final = 4
"""Pixels of an axis whose orders share a bar."""
LABEL: Final = 13
"""Pixels between two names."""
LONGEST_NAME: Final = 24
NAMED: Final = 12
"""Orders that are named at their place, at most."""
_FAR: Final = Decimal(3)
"""A price farther from the market than so many times the usual distance is drawn at the edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An order in a chart: price in quote units, volume in base units; ``look``: it is worth a second one."""

    name: str
    buy: bool
    price: Decimal
    volume: Decimal
    look: bool


def chart(pair: str, marks: Sequence[Mark], quote: Quote | None) -> ET.Element:
    """Return the chart of a pair; ``quote`` is its market, None if that is not known."""
    market = [price for price in ((quote.bid, quote.ask) if quote else ()) if price is not None]
    low, high = _range([mark.price for mark in marks], market)
    height = min(max(LEAST_HEIGHT, STEP * len(marks) + 2 * MARGIN), MOST_HEIGHT)
    axis = _Axis(low, high, height)
    usual = [mark.volume for mark in marks if not mark.look] or [mark.volume for mark in marks]
    scale = Decimal(LONGEST) / max(*usual, Decimal("1e-18"))
    drawing = element(
        "svg",
        element("line", x1=MIDDLE, x2=MIDDLE, y1=MARGIN // 2, y2=height - MARGIN // 2, class_="axis"),
        *_ticks(axis),
        *_bars(marks, axis, scale),
        *_market_lines(market, axis),
        *_outliers([mark for mark in marks if mark.look], axis, scale),
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_label=_described(pair, marks, market),
    )
    return element("figure", drawing, element("figcaption", f"{pair}: buys left, sells right, by volume"))


@dataclass(frozen=True, slots=True)
class _Axis:
    low: Decimal
    high: Decimal
    height: int

    def at(self, price: Decimal) -> int:
        """Return the place of a price in pixels from the top; one that is out of range is at the edge."""
        inside = min(max(price, self.low), self.high)
        share = (self.high - inside) / (self.high - self.low)
        return MARGIN + int(share * (self.height - 2 * MARGIN))


def _range(prices: Sequence[Decimal], market: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest price that are shown to scale."""
    middle = sum(market, Decimal()) / len(market) if market else sorted(prices)[len(prices) // 2]
    distances = sorted(abs(price - middle) for price in prices)
    usual = distances[len(distances) * 3 // 4] or distances[-1]
    shown = [price for price in prices if abs(price - middle) <= usual * _FAR] + [middle, *market]
    low, high = min(shown), max(shown)
    room = (high - low) / 20 or (abs(high) / 100 or Decimal(1))
    return max(low - room, Decimal()), high + room


def _ticks(axis: _Axis) -> Iterable[ET.Element]:
    for part in range(5):
        price = axis.low + (axis.high - axis.low) * part / 4
        text = decimal_text(_rounded(price, axis.high - axis.low))
        yield element("text", text, x=4, y=axis.at(price) + 4, class_="quiet-text")


def _rounded(price: Decimal, span: Decimal) -> Decimal:
    """Return a price with as many decimals as a hundredth of the axis needs."""
    return round(price, max(0, 2 - span.adjusted()))


def _bars(marks: Sequence[Mark], axis: _Axis, scale: Decimal) -> Iterable[ET.Element]:
    """Return a bar for the volume of each side at each place of the axis."""
    volumes: dict[tuple[int, bool], Decimal] = {}
    for mark in marks:
        place = axis.at(mark.price) // BIN * BIN, mark.buy
        volumes[place] = volumes.get(place, Decimal()) + mark.volume
    for (y, buy), volume in sorted(volumes.items()):
        length = _length(volume, scale)
        x = MIDDLE - length if buy else MIDDLE
        yield element("rect", x=x, y=y, width=length, height=BIN - 1, class_="bar-buy" if buy else "bar-sell")


def _length(volume: Decimal, scale: Decimal) -> int:
    return max(2, min(int(volume * scale), LONGEST + 20))


def _market_lines(market: Sequence[Decimal], axis: _Axis) -> Iterable[ET.Element]:
    if not market:
        return
    for price in market:
        y = axis.at(price)
        yield element("line", x1=60, x2=WIDTH - 4, y1=y, y2=y, class_="market")
    text = " to ".join(dict.fromkeys(decimal_text(price) for price in market))
    yield element(
        "text",
        f"market {text}",
        x=WIDTH - 4,
        y=axis.at(market[0]) - 5,
        text_anchor="end",
        class_="market-text",
    )


def _outliers(marks: Sequence[Mark], axis: _Axis, scale: Decimal) -> Iterable[ET.Element]:
    """Return a ring at the end of each bar to look at, and its name on the side that is free of it."""
    lowest = {True: 0, False: 0}
    for mark in sorted(marks[:NAMED], key=lambda mark: -mark.price):
        y, length = axis.at(mark.price) // BIN * BIN, _length(mark.volume, scale)
        yield element(
            "circle", cx=MIDDLE - length if mark.buy else MIDDLE + length, cy=y + 1, r=6, class_="outlier"
        )
        lowest[mark.buy] = max(y + 5, lowest[mark.buy] + LABEL)
        x, anchor = (MIDDLE + 8, "start") if mark.buy else (MIDDLE - 8, "end")
        beyond = {True: " ↑", False: " ↓"}[mark.price > axis.high] if _is_outside(mark, axis) else ""
        text = f"{_short(mark.name)} {decimal_text(mark.price)}{beyond}"
        yield element("text", text, x=x, y=lowest[mark.buy], text_anchor=anchor, class_="outlier-text")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _is_outside(mark: Mark, axis: _Axis) -> bool:
    return not axis.low <= mark.price <= axis.high


def _described(pair: str, marks: Sequence[Mark], market: Sequence[Decimal]) -> str:
    buys = sum(mark.buy for mark in marks)
    looks = ", ".join(f"{mark.name} at {decimal_text(mark.price)}" for mark in marks if mark.look)
    at = f", the market at {decimal_text(market[0])}" if market else ""
    more = f"; worth a second look: {looks}" if looks else ""
    return f"{pair}: {buys} buys and {len(marks) - buys} sells{at}{more}"
