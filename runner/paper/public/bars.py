"""Trades as bars of a minute, and those as candles of any interval and as figures of a day.

A bar exists where something was traded. A candle without a trade repeats the price before it.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct, structs

if TYPE_CHECKING:
    from collections.abc import Iterable

MINUTE_S = 60
DAY_S = 86_400
BARS_KEPT = 1_500
"""Minutes with a trade, for each pair: more than a day of them."""

INTERVALS_MIN = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
"""The intervals of candles, in minutes."""

_ZERO = Decimal(0)


class Bar(Struct):
    """The trades of an interval that began at ``start`` (Unix seconds), the last of them at ``updated``.

    ``turnover`` is the sum of price times volume.
    """

    start: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    turnover: Decimal
    count: int
    updated: float

    @property
    def vwap(self) -> Decimal:
        """The average price by volume; 0 without a trade."""
        return self.turnover / self.volume if self.volume else _ZERO

    def take(self, later: Bar) -> None:
        """Add the trades of a later bar."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume
        self.turnover += later.turnover
        self.count += later.count
        self.updated = later.updated


class Bars:
    """The bars of a pair. ``before`` is the price before the first of them."""

    def __init__(self, before: Decimal) -> None:
        self.before = before
        self._minutes: deque[Bar] = deque()

    def add(self, price: Decimal, volume: Decimal, time: float) -> None:
        """Take a trade; none is earlier than one that was taken before."""
        minute = int(time) // MINUTE_S * MINUTE_S
        bar = Bar(minute, price, price, price, price, volume, price * volume, 1, time)
        if self._minutes and self._minutes[-1].start >= minute:
            self._minutes[-1].take(bar)
            return
        self._minutes.append(bar)
        if len(self._minutes) > BARS_KEPT:
            self.before = self._minutes.popleft().close

    def candles(self, interval_min: int, now: float, most: int) -> list[Bar]:
        """Return the latest candles up to the running one, oldest first, without a gap."""
        length_s = interval_min * MINUTE_S
        running = int(now) // length_s * length_s
        traded = _gathered(self._minutes, length_s)
        price, shown = self.before, []
        first = running - (most - 1) * length_s
        for start, bar in traded.items():
            if start < first:
                price = bar.close
        for start in range(first, running + 1, length_s):
            bar = traded.get(start) or _untraded(start, price)
            price = bar.close
            shown.append(bar)
        return shown

    def candle(self, interval_min: int, moment: float) -> Bar | None:
        """Return the candle that a moment is in, or None where it has no trade."""
        length_s = interval_min * MINUTE_S
        start = int(moment) // length_s * length_s
        return _gathered(
            (bar for bar in self._minutes if start <= bar.start < start + length_s), length_s
        ).get(start)

    def since(self, moment: float) -> Bar | None:
        """Return all that was traded in the minutes from a moment on as one bar, or None."""
        bars = [bar for bar in self._minutes if bar.start >= moment]
        if not bars:
            return None
        whole = structs.replace(bars[0])
        for bar in bars[1:]:
            whole.take(bar)
        return whole


def _gathered(minutes: Iterable[Bar], length_s: int) -> dict[int, Bar]:
    """Return the bars of a longer interval by their start."""
    gathered: dict[int, Bar] = {}
    for bar in minutes:
        start = bar.start // length_s * length_s
        if start in gathered:
            gathered[start].take(bar)
        else:
            gathered[start] = structs.replace(bar, start=start)
    return gathered


def _untraded(start: int, price: Decimal) -> Bar:
    return Bar(start, price, price, price, price, _ZERO, _ZERO, 0, start)
