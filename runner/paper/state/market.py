"""The quoted market of each pair: bids and asks of the crowd, and the volume at each price.

The crowd is all traders but the one account. Matching with its orders and the effect of trades on it are not
known here.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from .instruments import INSTRUMENTS, Instruments

Level = tuple[Decimal, Decimal]
"""A price of the crowd and the base units at it."""


class Quote(Struct, frozen=True):
    """The best prices of a pair. A volume is in base units; ``None`` is without end.

    ``more_bids`` and ``more_asks`` are what comes behind the best prices, best first.
    """

    bid: Decimal
    ask: Decimal
    last: Decimal
    bid_volume: Decimal | None = None
    ask_volume: Decimal | None = None
    more_bids: tuple[Level, ...] = ()
    more_asks: tuple[Level, ...] = ()

    def opposite(self, type: str) -> Decimal:
        """Return the price at which an order of this ``type`` can trade at once."""
        return self.ask if type == "buy" else self.bid

    def on_offer(self, type: str, wanted: Decimal) -> Decimal:
        """Return how much of ``wanted`` an order of this ``type`` can trade at the ``opposite`` price."""
        volume = self.ask_volume if type == "buy" else self.bid_volume
        return wanted if volume is None else min(volume, wanted)

    def crossed_by(self, type: str, limit: Decimal) -> bool:
        """Return whether an order with this limit price can trade at once."""
        return limit >= self.ask if type == "buy" else limit <= self.bid

    def worst(self, type: str, wanted: Decimal) -> Decimal:
        """Return the last price that an order of this ``type`` has to go to for all of ``wanted``."""
        price = self.opposite(type)
        left = wanted - self.on_offer(type, wanted)
        for further, volume in self.more_asks if type == "buy" else self.more_bids:
            if left <= 0:
                break
            price, left = further, left - volume
        return price

    def taken(self, type: str, volume: Decimal, price: Decimal) -> Quote:
        """Return the quote after an order of this ``type`` has traded.

        An empty price gives way to the next.
        """
        if type == "buy":
            left = None if self.ask_volume is None else self.ask_volume - volume
            if not left and left is not None and self.more_asks:
                (ask, left), *more = self.more_asks
                return replace(self, ask=ask, ask_volume=left, more_asks=tuple(more), last=price)
            return replace(self, ask_volume=left, last=price)
        left = None if self.bid_volume is None else self.bid_volume - volume
        if not left and left is not None and self.more_bids:
            (bid, left), *more = self.more_bids
            return replace(self, bid=bid, bid_volume=left, more_bids=tuple(more), last=price)
        return replace(self, bid_volume=left, last=price)


class Market:
    """The pairs and their quotes. ``depth`` is what a fresh quote has at each of its ``levels`` prices."""

    def __init__(
        self, depth: Decimal | None, levels: int = 1, instruments: Instruments = INSTRUMENTS
    ) -> None:
        self.instruments = instruments
        self._depth = depth
        self._levels = levels
        self._quotes: dict[str, Quote] = {}
        self._changed: dict[str, None] = {}

    @property
    def quotes(self) -> dict[str, Quote]:
        """A copy of all quotes by pair."""
        return dict(self._quotes)

    def quote(self, pair: str) -> Quote:
        """Return the quote of a pair that is known."""
        return self._quotes[pair]

    def in_dollars(self, asset: str) -> Decimal | None:
        """Return the price of a currency in US dollars, by the bid; None where no pair says it."""
        if asset == "USD":
            return Decimal(1)
        pair = f"{asset}/USD"
        return self._quotes[pair].bid if pair in self._quotes else None

    def knows(self, pair: str) -> bool:
        """Return whether a pair has a quote."""
        return pair in self._quotes

    def take_changed(self) -> list[str]:
        """Return the pairs whose quotes have changed since the last call, and forget them."""
        changed, self._changed = list(self._changed), {}
        return changed

    def move(
        self,
        pair: str,
        bid: Decimal,
        ask: Decimal,
        last: Decimal | None = None,
        depth: Decimal | None = None,
    ) -> None:
        """Set a fresh quote. Without a ``last`` price the old one stays, as near as the new quote allows."""
        before = self._quotes.get(pair)
        if last is None:
            last = bid if before is None else min(max(before.last, bid), ask)
        depth = depth or self._depth
        more_bids, more_asks = self._behind(pair, bid, ask, depth)
        self._quotes[pair] = Quote(bid, ask, last, depth, depth, more_bids, more_asks)
        self._changed[pair] = None

    def take(self, pair: str, type: str, volume: Decimal, price: Decimal) -> None:
        """Book that an order of this ``type`` has traded."""
        self._quotes[pair] = self._quotes[pair].taken(type, volume, price)
        self._changed[pair] = None

    def _behind(
        self, pair: str, bid: Decimal, ask: Decimal, depth: Decimal | None
    ) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
        if depth is None or self._levels == 1:
            return (), ()
        tick = self.instruments[pair].tick
        steps = range(1, self._levels)
        bids = tuple((bid - step * tick, depth) for step in steps if bid > step * tick)
        return bids, tuple((ask + step * tick, depth) for step in steps)
