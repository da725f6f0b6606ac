"""The order of events at the exchange: all effects of a change are carried out before the next request.

The request for an order is read in ``entry.py``, its trades are decided in ``matching.py``, and the triggers
of stops in ``triggers.py``; all of them act on the ``Venue``.
"""

from __future__ import annotations

import heapq
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import structs

from runner.kraken import AddOrder
from runner.paper.state.orders import BookedOrder, CancelReason, Status

from . import matching, order_entry, triggers
from .venue import Venue

if TYPE_CHECKING:
    from runner.kraken import AddOrderStatus
    from runner.paper.options.options import Options

    from .opening import Opening


class MatchingEngine(Venue):
    """A venue that takes orders, moves its quotes and lets time pass."""

    def __init__(self, *, seed: str, options: Options, opening: Opening) -> None:
        super().__init__(seed=seed, options=options, opening=opening)
        self._open_up(opening)

    def place(self, request: AddOrder, now: float) -> AddOrderStatus:
        """Take an order, or answer with the exchange's error."""
        status = order_entry.place(self, request, now)
        self.settle(now)
        return status

    def end_for(self, txid: str, reason: str, now: float) -> bool:
        """End an order for any reason, if it is live; whether it was."""
        order = self.book.live.get(txid)
        if order is not None:
            status = Status.EXPIRED if reason == CancelReason.EXPIRED else Status.CANCELED
            self.end(order, status, now, reason)
            self.settle(now)
        return order is not None

    def quote(
        self,
        pair: str,
        bid: Decimal,
        ask: Decimal,
        now: float,
        *,
        last: Decimal | None = None,
        depth: Decimal | None = None,
    ) -> None:
        """Move a pair's market: resting orders that it crosses are filled at their own prices."""
        before = self.market.quote(pair)
        self.market.move(pair, bid, ask, last, depth)
        self.tape.moved(self.market.instruments[pair], before, self.market.quote(pair), depth, now)
        for type in ("buy", "sell"):
            best = self.book.best(pair, type)
            if best is not None and self.crosses(best.terms):
                self._fill_crossed(pair, type, now)
        self.moved.setdefault(pair)
        for position in self.positions.in_danger(pair, self.options.margin.liquidation_level):
            order_entry.liquidate(self, position, now)
        self.settle(now)

    def advance(self, now: float) -> None:
        """Let orders start and expire whose time has come."""
        while (due := self.timer()) is not None and due <= now:
            if self.cancel_at is not None and due == self.cancel_at:
                self.cancel_at = None
                self.cancel_all(CancelReason.TIMER, due)
                continue
            _, _, txid = heapq.heappop(self._due)
            order = self.book.live[txid]
            if order.terms.expiretm is not None and order.terms.expiretm <= due:
                self.end(order, Status.EXPIRED, due, CancelReason.EXPIRED)
            elif order.status is Status.PENDING:
                order_entry.start(self, order, due)
                self.settle(due)

    def settle(self, now: float) -> None:
        """Work off what has been set off: secondary orders first, then triggers."""
        while self._closing or self.moved:
            if self._closing:
                terms, volume = self._closing.pop(0)
                order_entry.place_close(self, terms, volume, now)
                continue
            pair = next(iter(self.moved))
            if not self.book.waits(pair) or not triggers.fire_next(self, pair, now):
                self.moved.pop(pair, None)

    def _fill_crossed(self, pair: str, type: str, now: float) -> None:
        for order in self.book.by_priority(pair, type):
            if not self.crosses(order.terms):
                break
            if order.txid in self.book.live:
                matching.fill(self, order, now, resting=True)

    def _open_up(self, opening: Opening) -> None:
        for pair, *prices in opening.quotes:
            self.market.move(pair, *map(Decimal, prices))
            self.tape.begin(pair, self.market.quote(pair))
        for initial in opening.orders:
            request = AddOrder(
                pair=initial.pair,
                type=initial.type,
                ordertype="limit",
                price=initial.price,
                volume=initial.volume,
            )
            context = self.order_context(request, opening.instruments[initial.pair], opening.opened)
            resolved = context.resolve()
            terms = structs.replace(resolved.terms, txid=initial.txid, number=self.next_number())
            assert not self.crosses(terms), f"{initial.txid} would not rest"
            self.account.hold(terms.txid, resolved.hold)
            self.write(BookedOrder(terms=terms, status=Status.OPEN, updated=opening.opened))
