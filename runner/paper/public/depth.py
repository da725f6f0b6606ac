"""The public book of a pair: the crowd's prices and the account's own resting orders, best first.

The crowd is one quote. Where its volume is without end, so is its depth: the same volume a tick apart, as far
as anyone looks; where it has an end, what is shown is what can be traded.
"""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from runner.paper.state.instruments import Instrument
    from runner.paper.state.market import Quote
    from runner.paper.state.orders import BookedOrder

ENDLESS_ORDERMINS = 1_000_000
"""The volume that is shown where it has no end, in smallest orders of the pair."""


class Level(Struct, frozen=True):
    """A price, the base units at it, and when they changed (Unix seconds)."""

    price: Decimal
    volume: Decimal
    time: float


class Depth(Struct, frozen=True):
    """Both sides of a book, the best price first."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


def crowd_levels(quote: Quote, instrument: Instrument, type: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the crowd's prices and volumes for the orders of one side (``buy``: the bids), best first."""
    if type == "buy":
        best, volume, more, step = quote.bid, quote.bid_volume, quote.more_bids, -instrument.tick
    else:
        best, volume, more, step = quote.ask, quote.ask_volume, quote.more_asks, instrument.tick
    if volume is None:
        for number in count():
            price = best + number * step
            if price <= 0:
                return
            yield price, instrument.ordermin * ENDLESS_ORDERMINS
    if volume:
        yield best, volume
    yield from more


def side_of(
    quote: Quote,
    own: Iterable[BookedOrder],
    type: str,
    *,
    instrument: Instrument,
    most: int,
    moved: float,
) -> tuple[Level, ...]:
    """Return one side of the book, at most so many levels; ``moved`` is when the crowd's quote changed.

    ``own`` are the account's resting orders of this side.
    """
    crowd = islice(crowd_levels(quote, instrument, type), most)
    levels = {price: Level(price, volume, moved) for price, volume in crowd}
    for order in own:
        price = order.terms.limit
        assert price is not None, order.txid
        before = levels.get(price)
        volume, time = (order.remaining, order.updated)
        if before is not None:
            volume, time = before.volume + volume, max(before.time, time)
        levels[price] = Level(price, volume, time)
    prices = sorted(levels, reverse=type == "buy")
    return tuple(levels[price] for price in prices[:most])
