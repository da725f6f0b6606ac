"""The public trades and quotes of each pair, as far back as the exchange's calls reach.

The crowd has traded where the last price is another than before, or where a recording says how much it was.
How much it was otherwise, is not known: the smallest order of the pair.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.paper.state.orders import OTHER_SIDE

from .bars import Bars

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.paper.state.changes import Trade
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.market import Quote

TRADES_KEPT = 1_000
SPREADS_KEPT = 200
"""For each pair: as many as a call returns at most."""


class PublicTrade(Struct, frozen=True):
    """A trade as everybody sees it: whose order took, and of what type it was. ``number`` counts from 1."""

    number: int
    time: float
    price: Decimal
    volume: Decimal
    type: str
    ordertype: str


class Spread(Struct, frozen=True):
    """The crowd's best prices since a moment (Unix seconds)."""

    time: float
    bid: Decimal
    ask: Decimal


@dataclass(slots=True)
class _PairTape:
    bars: Bars
    moved: float
    count: int = 0
    trades: deque[PublicTrade] = field(default_factory=lambda: deque(maxlen=TRADES_KEPT))
    spreads: deque[Spread] = field(default_factory=lambda: deque(maxlen=SPREADS_KEPT))

    @property
    def best(self) -> tuple[Decimal, Decimal]:
        return self.spreads[-1].bid, self.spreads[-1].ask

    def trade(self, time: float, price: Decimal, volume: Decimal, type: str, ordertype: str) -> None:
        self.count += 1
        self.trades.append(PublicTrade(self.count, time, price, volume, type, ordertype))
        self.bars.add(price, volume, time)


class MarketTape:
    """The public trades and quotes of all pairs since ``opened`` (Unix seconds)."""

    def __init__(self, opened: float) -> None:
        self._opened = opened
        self._first: dict[str, Quote] = {}
        self._pairs: dict[str, _PairTape] = {}

    def begin(self, pair: str, quote: Quote) -> None:
        """Note the first quote of a pair."""
        self._first[pair] = quote

    def moved(
        self, instrument: Instrument, before: Quote, quote: Quote, volume: Decimal | None, now: float
    ) -> None:
        """Note a fresh quote; ``volume`` is what was traded at its last price, if that is known."""
        tape = self._of(instrument.wsname)
        tape.moved = now
        tape.spreads.append(Spread(now, quote.bid, quote.ask))
        if volume is None and quote.last == before.last:
            return
        bought = quote.last - quote.bid > quote.ask - quote.last
        size = instrument.ordermin if volume is None else volume
        tape.trade(now, quote.last, size, "buy" if bought else "sell", "limit")

    def traded(self, trade: Trade, quote: Quote) -> None:
        """Note a fill of the account, and the quote after it; where its order rested, the crowd's took it."""
        order = trade.order
        type, ordertype = (OTHER_SIDE[order.type], "limit") if trade.maker else (order.type, _type_of(trade))
        tape = self._of(order.pair)
        tape.moved = trade.time
        if (quote.bid, quote.ask) != tape.best:
            tape.spreads.append(Spread(trade.time, quote.bid, quote.ask))
        tape.trade(trade.time, trade.price, trade.volume, type, ordertype)

    def trades(self, pair: str) -> tuple[PublicTrade, ...]:
        """Return the latest trades of a pair, oldest first."""
        return tuple(self._of(pair).trades)

    def count(self, pair: str) -> int:
        """Return how many trades of a pair there have been."""
        return self._pairs[pair].count if pair in self._pairs else 0

    def spreads(self, pair: str) -> tuple[Spread, ...]:
        """Return the latest quotes of a pair, oldest first; never empty."""
        return tuple(self._of(pair).spreads)

    def changed(self, pair: str) -> float:
        """Return when the crowd's quote of a pair last changed."""
        return self._pairs[pair].moved if pair in self._pairs else self._opened

    def bars(self, pair: str) -> Bars:
        """Return the bars of a pair."""
        return self._of(pair).bars

    def _of(self, pair: str) -> _PairTape:
        tape = self._pairs.get(pair)
        if tape is None:
            quote = self._first[pair]
            tape = self._pairs[pair] = _PairTape(Bars(quote.last), self._opened)
            tape.spreads.append(Spread(self._opened, quote.bid, quote.ask))
        return tape


def _type_of(trade: Trade) -> str:
    return "market" if trade.order.limit is None else "limit"
