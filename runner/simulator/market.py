"""The quoted market of each pair: one bid, one ask, and how much stands behind each.

Orders trade against the quote only, never against each other. Who is served first is decided here by
price and then by time; what a trade does to an account is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from .orders import BookedOrder


@dataclass(frozen=True, slots=True)
class Quote:
    """The best prices of a pair. A volume is in base units; ``None`` is without end."""

    bid: Decimal
    ask: Decimal
    last: Decimal
    bid_volume: Decimal | None = None
    ask_volume: Decimal | None = None

    def opposite(self, type: str) -> Decimal:
        """The price at which an order of this ``type`` can trade at once."""
        return self.ask if type == "buy" else self.bid

    def on_offer(self, type: str, wanted: Decimal) -> Decimal:
        """How much of ``wanted`` an order of this ``type`` can trade at once."""
        volume = self.ask_volume if type == "buy" else self.bid_volume
        return wanted if volume is None else min(volume, wanted)

    def crossed_by(self, type: str, limit: Decimal) -> bool:
        """Whether an order with this limit price can trade at once."""
        return limit >= self.ask if type == "buy" else limit <= self.bid

    def taken(self, type: str, volume: Decimal, price: Decimal) -> Quote:
        """The quote after an order of this ``type`` has traded."""
        if type == "buy":
            left = None if self.ask_volume is None else self.ask_volume - volume
            return replace(self, ask_volume=left, last=price)
        left = None if self.bid_volume is None else self.bid_volume - volume
        return replace(self, bid_volume=left, last=price)


class Market:
    """The quotes of all pairs; ``depth`` is what a fresh quote has on each side."""

    def __init__(self, depth: Decimal | None) -> None:
        self._depth = depth
        self._quotes: dict[str, Quote] = {}

    @property
    def quotes(self) -> dict[str, Quote]:
        """A copy of all quotes by pair."""
        return dict(self._quotes)

    def quote(self, pair: str) -> Quote:
        """The quote of a pair that is known."""
        return self._quotes[pair]

    def move(self, pair: str, bid: Decimal, ask: Decimal) -> None:
        """Set a fresh quote. The last price stays, as near as the new quote allows."""
        before = self._quotes.get(pair)
        last = bid if before is None else min(max(before.last, bid), ask)
        self._quotes[pair] = Quote(bid, ask, last, self._depth, self._depth)

    def take(self, pair: str, type: str, volume: Decimal, price: Decimal) -> None:
        """Book that an order of this ``type`` has traded."""
        self._quotes[pair] = self._quotes[pair].taken(type, volume, price)


def by_priority(orders: Iterable[BookedOrder]) -> list[BookedOrder]:
    """Limit orders as they are served: buys and sells apart, best price first, then the older one."""

    def rank(order: BookedOrder) -> tuple[str, Decimal, int]:
        limit = order.terms.limit
        assert limit is not None
        return order.terms.type, -limit if order.terms.type == "buy" else limit, order.terms.number

    return sorted(orders, key=rank)
