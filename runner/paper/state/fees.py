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

    from .instruments import Instrument
    from .market import Market

WINDOW_S = 30 * 86400.0
BUCKET_S = 3600.0
"""Trades are forgotten by the hour, so that the memory of them has an end."""
_ONE = Decimal(1)
_volume_of = attrgetter("volume")


class Fees:
    """The rates that hold now, as trades are booked and forgotten again.

    A pair has its own schedule, or that of the options.
    """

    def __init__(self, options: Options, market: Market) -> None:
        self._market = market
        self._tiers = (FeeTier(Decimal(0), options.fees.taker, options.fees.maker), *options.fees.tiers)
        self._hours: deque[tuple[float, Decimal]] = deque()
        self._current = self._tiers[0]
        schedules = (self.tiers(instrument) for instrument in market.instruments.values())
        self._tiered = any(len(tiers) > 1 for tiers in schedules)
        self.volume = Decimal(0)

    def tiers(self, instrument: Instrument) -> tuple[FeeTier, ...]:
        """Return the schedule of a pair, the lowest volume first."""
        return self._tiers if instrument.fees is None else instrument.fees

    def tier_and_next(self, instrument: Instrument, now: float) -> tuple[FeeTier, FeeTier | None]:
        """Return the tier of a pair that holds now, and the one above it; None for the highest."""
        self._forget(now)
        tiers, current = self.tiers(instrument), self._tier(instrument)
        above = tiers.index(current) + 1
        return current, tiers[above] if above < len(tiers) else None

    def rate(self, instrument: Instrument, now: float, *, maker: bool) -> Decimal:
        """Return the share of its cost that a trade of a pair is charged now."""
        if self._hours and self._hours[0][0] <= now - WINDOW_S:
            self._forget(now)
        tier = self._tier(instrument)
        return tier.maker if maker else tier.taker

    def _tier(self, instrument: Instrument) -> FeeTier:
        return self._current if instrument.fees is None else _reached(instrument.fees, self.volume)

    def traded(self, quote: str, cost: Decimal, now: float) -> None:
        """Count a trade whose cost is in the currency ``quote``."""
        if not self._tiered:
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
        self._current = _reached(self._tiers, self.volume)

    def _in_dollars(self, asset: str) -> Decimal:
        # A small market may not know the currency; then a unit counts as a dollar.
        return self._market.in_dollars(asset) or _ONE


def highest_rate(instrument: Instrument, options: Options) -> Decimal:
    """Return the highest share of its cost that a trade of a pair may be charged."""
    lowest_tier = options.fees if instrument.fees is None else instrument.fees[0]
    return max(lowest_tier.taker, lowest_tier.maker)


def _reached(tiers: tuple[FeeTier, ...], volume: Decimal) -> FeeTier:
    return tiers[max(0, bisect_right(tiers, volume, key=_volume_of) - 1)]
