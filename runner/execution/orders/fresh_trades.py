"""The owners of orders that have just traded: a runner that died over this batch may have placed one.

The ownTrades feed gives the order of a trade but not its owner. The journals of this machine and the
exchange's records do: by its client order id, or by its content if it has none. An order that the records do
not know yet, or describe incompletely, stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution.turn import MAX_QUERY_IDS, OrdersQueried, QueryOrders
from runner.planning import CLOCK_SLACK_S, has_same_content, is_fully_described, opened_at, traded_at

from .inquiry import QUERY_DELAYS_S

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from runner.execution.turn import QueryFailed
    from runner.kraken import JsonObject, OpenOrder
    from runner.planning import Plan

    from .claims import Claims
    from .states import OrderTrack

UNNAMED = ""
"""The txid for a trade that does not name its order."""

_LONGEST_ID = 40
"""Maximum length of an order's id in characters, more than any has; a longer one is not queried."""


class FreshTrades:
    """The orders of fresh trades that another runner may have placed. Times are Unix seconds."""

    def __init__(self, claims: Claims, plan: Plan) -> None:
        self._claims = claims
        self._elsewhere = plan.elsewhere
        self._created = plan.created
        self._unknown: dict[str, float] = {}  # the time of the last trade of each
        self._settled: set[str] = set()
        self._querying: tuple[str, ...] = ()
        self._query_at = 0.0
        self._rounds = 0

    @property
    def last_traded_at(self) -> float | None:
        """The time of the last trade of an order with an unknown owner; None if there is none."""
        return max(self._unknown.values(), default=None)

    @property
    def txids(self) -> tuple[str, ...]:
        """The txids of orders with an unknown owner, as far as known."""
        return tuple(txid for txid in self._unknown if txid != UNNAMED)

    @property
    def awaits_first_answer(self) -> bool:
        """True if the first answer about an order is still to come."""
        return bool(self.txids) and not self._rounds

    def on_trades(self, trades: Iterable[JsonObject], waiting: Collection[OrderTrack], since: float) -> None:
        """Take the account's trades that may belong to waiting orders and are not older than ``since``."""
        kinds = {(track.planned.request.pair, track.planned.request.type) for track in waiting}
        for trade in trades:
            moment = traded_at(trade)
            if (trade.get("pair"), trade.get("type")) not in kinds or moment < since - CLOCK_SLACK_S:
                continue
            txid = _order_of(trade)
            if not self._is_known(txid, waiting):
                self._unknown[txid] = max(moment, self._unknown.get(txid, moment))

    def query(self, now: float) -> QueryOrders | None:
        """Return the query that is due now, one at a time, and note its start."""
        if self._querying or not self.txids or now < self._query_at:
            return None
        self._querying = self.txids[:MAX_QUERY_IDS]
        return QueryOrders(self._querying)

    def is_reply(self, event: OrdersQueried | QueryFailed) -> bool:
        """Return whether this is the answer to the query under way."""
        return bool(self._querying) and self._querying == event.txids and not event.userrefs

    def on_records(
        self,
        event: OrdersQueried | QueryFailed,
        waiting: Collection[OrderTrack],
        now: float,
        find: Callable[[OrderTrack, OpenOrder], None],
    ) -> None:
        """Take the answer: call ``find`` for orders that are waited for, and drop orders of others."""
        txids, self._querying = self._querying, ()
        for order in event.orders if isinstance(event, OrdersQueried) else ():
            for track in self._matching_tracks(order, waiting):
                if self._claims.fits(track, order):
                    find(track, order)
            if self._claims.owner(order.txid) is not None or self._is_foreign(order, waiting):
                self._unknown.pop(order.txid, None)
                self._settled.add(order.txid)
        # Orders that are still unknown go behind those that were not queried yet.
        self._unknown |= {txid: self._unknown.pop(txid) for txid in txids if txid in self._unknown}
        self._query_at = now + QUERY_DELAYS_S[min(self._rounds, len(QUERY_DELAYS_S) - 1)]
        self._rounds += 1

    def timer(self) -> float | None:
        """Return when to call ``query`` next."""
        return None if self._querying or not self.txids else self._query_at

    def _is_known(self, txid: str, waiting: Collection[OrderTrack]) -> bool:
        if txid in self._settled or self._claims.owner(txid) is not None:
            return True
        # An id of the author's own may be in use by several batches.
        return txid in self._elsewhere and not any(track.planned.own_id for track in waiting)

    def _matching_tracks(self, order: OpenOrder, waiting: Collection[OrderTrack]) -> list[OrderTrack]:
        """Return the waiting orders that the order's id may name.

        An author's own id may be an older batch's.
        """
        opened = opened_at(order)
        older = bool(self._created and opened and opened < self._created - CLOCK_SLACK_S)
        named = self._claims.candidates(order, waiting)
        return [track for track in named if track in waiting and not (older and track.planned.own_id)]

    def _is_foreign(self, order: OpenOrder, waiting: Collection[OrderTrack]) -> bool:
        """Return whether an order cannot be one of the waiting orders.

        An id of another order proves that (an order has either a client order id or a user reference);
        without any id, different content does.
        """
        if order.cl_ord_id:
            return not self._matching_tracks(order, waiting)
        if order.userref:
            return all(track.planned.request.userref != order.userref for track in waiting)
        requests = [track.planned.request for track in waiting]
        complete = all(is_fully_described(order, request) for request in requests)
        return (
            complete
            and not order.amended
            and not any(has_same_content(order, request) for request in requests)
        )


def _order_of(trade: JsonObject) -> str:
    txid = trade.get("ordertxid")
    usable = isinstance(txid, str) and len(txid) <= _LONGEST_ID and txid.replace("-", "").isalnum()
    return txid if usable and isinstance(txid, str) else UNNAMED
