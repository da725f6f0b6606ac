"""The fee of a trade: the fee schedule, and the volume of the last 30 days that decides the tier.

Volume counts in US dollars, at the quotes of the moment of the trade.
Source: https://www.kraken.com/features/fee-schedule
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

from runner.paper.options.kinds import FeeTier

if TYPE_CHECKING:
    from runner.paper.options.options import Options

    from .market import Market

WINDOW_S = 30 * 86400.0
BUCKET_S = 3600.0
"""Trades are forgotten by the hour, so that the memory of them has an end."""
_ONE = Decimal(1)
_volume_of = attrgetter("volume")


class Fees:
    """The rates that hold now, as trades are booked and forgotten again."""

    def __init__(self, options: Options, market: Market) -> None:
        self._market = market
        self._tiers = (FeeTier(Decimal(0), options.fees.taker, options.fees.maker), *options.fees.tiers)
        self._hours: deque[tuple[float, Decimal]] = deque()
        self._current = self._tiers[0]
        self.volume = Decimal(0)

    @property
    def tiers(self) -> tuple[FeeTier, ...]:
        """The schedule, the lowest volume first."""
        return self._tiers

    def tier_and_next(self, now: float) -> tuple[FeeTier, FeeTier | None]:
        """Return the tier that holds now, and the one above it; None for the highest."""
        self._forget(now)
        above = self._tiers.index(self._current) + 1
        return self._current, self._tiers[above] if above < len(self._tiers) else None

    def rate(self, now: float, *, maker: bool) -> Decimal:
        """Return the share of its cost that a trade is charged now."""
        if self._hours and self._hours[0][0] <= now - WINDOW_S:
            self._forget(now)
        return self._current.maker if maker else self._current.taker

    def traded(self, quote: str, cost: Decimal, now: float) -> None:
        """Count a trade whose cost is in the currency ``quote``."""
        if len(self._tiers) == 1:
            return
        dollars = cost * self._in_dollars(quote)
        hour = now // BUCKET_S * BUCKET_S
        if self._hours and self._hours[-1][0] == hour:
            self._hours[-1] = (hour, self._hours[-1][1] + dollars)
        else:
            self._hours.append((hour, dollars))
        self.volume += dollars
        self._choose()

    def _forget(self, now: float) -> None:
        while self._hours and self._hours[0][0] <= now - WINDOW_S:
            self.volume -= self._hours.popleft()[1]
        self._choose()

    def _choose(self) -> None:
        reached = bisect_right(self._tiers, self.volume, key=_volume_of)
        self._current = self._tiers[reached - 1]

    def _in_dollars(self, asset: str) -> Decimal:
        # A small market may not know the currency; then a unit counts as a dollar.
        pair = f"{asset}/USD"
        return self._market.quote(pair).bid if self._market.knows(pair) else _ONE
