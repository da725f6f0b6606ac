"""Whose orders have just traded? A runner that died over this batch may have placed one that was filled.

The ownTrades feed tells the order of a trade and not whose it is. The journals of this machine and the
exchange's records do: by its client order id at once, by what it asks for where it carries none. What the
records do not know yet, or do not say enough of, stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inquiry import ASK_AGAIN_S
from .matching import CLOCK_SLACK_S, asks_the_same, opened_at, says_what_it_asks, traded_at
from .turn import MAX_QUERY_IDS, OrdersQueried, QueryOrders

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from runner.protocol import JsonObject, OpenOrder

    from .claims import Claims
    from .orders import OrderTrack
    from .plan import Plan
    from .turn import QueryFailed

NAMELESS = ""
"""The order of a trade that does not name it."""

_LONGEST_ID = 40
"""Characters of an order's id, more than any has: what is longer is not asked for."""


class FreshTrades:
    """The orders of fresh trades that may be another runner's. Times are Unix seconds."""

    def __init__(self, claims: Claims, plan: Plan) -> None:
        self._claims = claims
        self._elsewhere = plan.elsewhere
        self._created = plan.created
        self._unknown: dict[str, float] = {}  # when each traded last
        self._settled: set[str] = set()
        self._asked: tuple[str, ...] = ()
        self._ask_at = 0.0
        self._rounds = 0

    @property
    def last(self) -> float | None:
        """When an order of which nobody has said whose it is traded last; None where there is none."""
        return max(self._unknown.values(), default=None)

    @property
    def names(self) -> tuple[str, ...]:
        """The orders of which nobody has said whose they are, as far as they have names."""
        return tuple(txid for txid in self._unknown if txid != NAMELESS)

    @property
    def unasked(self) -> bool:
        """Whether the first answer about an order is still to come."""
        return bool(self.names) and not self._rounds

    def take(self, trades: Iterable[JsonObject], waiting: Collection[OrderTrack], since: float) -> None:
        """Take what the account has traded, of the kind that is waited for and not before ``since``."""
        kinds = {(track.planned.request.pair, track.planned.request.type) for track in waiting}
        for trade in trades:
            moment = traded_at(trade)
            if (trade.get("pair"), trade.get("type")) not in kinds or moment < since - CLOCK_SLACK_S:
                continue
            txid = _order_of(trade)
            if not self._is_known(txid, waiting):
                self._unknown[txid] = max(moment, self._unknown.get(txid, moment))

    def query(self, now: float) -> QueryOrders | None:
        """The question that is due now, one at a time; asking begins it."""
        if self._asked or not self.names or now < self._ask_at:
            return None
        self._asked = self.names[:MAX_QUERY_IDS]
        return QueryOrders(self._asked)

    def asked(self, event: OrdersQueried | QueryFailed) -> bool:
        """Whether this is the answer to the question that is under way."""
        return bool(self._asked) and self._asked == event.asked and not event.userrefs

    def queried(
        self,
        event: OrdersQueried | QueryFailed,
        waiting: Collection[OrderTrack],
        now: float,
        find: Callable[[OrderTrack, OpenOrder], None],
    ) -> None:
        """Take the answer: ``find`` is told of what is waited for, and strangers' orders count no more."""
        asked, self._asked = self._asked, ()
        for order in event.found if isinstance(event, OrdersQueried) else ():
            for track in self._named(order, waiting):
                if self._claims.fits(track, order):
                    find(track, order)
            if self._claims.holder(order.txid) is not None or self._is_strange(order, waiting):
                self._unknown.pop(order.txid, None)
                self._settled.add(order.txid)
        # What is still unknown goes behind those that were not asked about yet.
        self._unknown |= {txid: self._unknown.pop(txid) for txid in asked if txid in self._unknown}
        self._ask_at = now + ASK_AGAIN_S[min(self._rounds, len(ASK_AGAIN_S) - 1)]
        self._rounds += 1

    def timer(self) -> float | None:
        """When ``query`` should be asked next."""
        return None if self._asked or not self.names else self._ask_at

    def _is_known(self, txid: str, waiting: Collection[OrderTrack]) -> bool:
        if txid in self._settled or self._claims.holder(txid) is not None:
            return True
        # An id of the author's own may be in use by several batches.
        return txid in self._elsewhere and not any(track.planned.own_id for track in waiting)

    def _named(self, order: OpenOrder, waiting: Collection[OrderTrack]) -> list[OrderTrack]:
        """Those waited for that the order's id may name; an author's own id may be an older batch's."""
        opened = opened_at(order)
        older = bool(self._created and opened and opened < self._created - CLOCK_SLACK_S)
        named = self._claims.candidates(order, waiting)
        return [track for track in named if track in waiting and not (older and track.planned.own_id)]

    def _is_strange(self, order: OpenOrder, waiting: Collection[OrderTrack]) -> bool:
        """Whether an order cannot be one of those that are waited for. An id of another says so, and an order
        has either a client order id or a user reference; without any, that it asks for something else.
        """
        if order.cl_ord_id:
            return not self._named(order, waiting)
        if order.userref:
            return all(track.planned.request.userref != order.userref for track in waiting)
        requests = [track.planned.request for track in waiting]
        said = all(says_what_it_asks(order, request) for request in requests)
        return said and not order.amended and not any(asks_the_same(order, request) for request in requests)


def _order_of(trade: JsonObject) -> str:
    txid = trade.get("ordertxid")
    usable = isinstance(txid, str) and len(txid) <= _LONGEST_ID and txid.replace("-", "").isalnum()
    return txid if usable and isinstance(txid, str) else NAMELESS
