"""All orders, with three indexes: by id, by price and time, by trigger.

Orders that are too old are dropped. The behaviour of orders is not decided here.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .orders import Status

if TYPE_CHECKING:
    from decimal import Decimal

    from .orders import BookedOrder, Terms

_Rank = tuple["Decimal", int, str]
"""The place of a resting order in its half of a pair's book: price (a buy's is negated), number, txid."""


@dataclass(slots=True)
class OrderBook:
    """All orders: live ones and ended ones, each by txid in the order of their numbers or of their end.

    ``ended_max`` is how many ended orders are remembered; the oldest end is forgotten first.
    """

    ended_max: int
    live: dict[str, BookedOrder] = field(default_factory=dict)
    ended: dict[str, BookedOrder] = field(default_factory=dict)
    _latest: dict[str, BookedOrder] = field(default_factory=dict)
    _earlier: dict[str, list[BookedOrder]] = field(default_factory=dict)
    _userrefs: dict[int, dict[str, None]] = field(default_factory=dict)
    _cl_ord_keys: dict[str, str] = field(default_factory=dict)
    _ranks: dict[str, _Rank] = field(default_factory=dict)
    _resting: dict[tuple[str, str], list[_Rank]] = field(default_factory=dict)
    _waiting: dict[str, dict[str, None]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def put(self, order: BookedOrder, *, keep_since: float) -> None:
        """Store the current version of an order.

        Earlier versions are kept as long as ``keep_since`` needs them.
        """
        txid = order.terms.txid
        before = self._latest.get(txid)
        self._latest[txid] = order
        if before is None:
            self._begin(txid, order.terms)
        elif order.updated > keep_since and order.updated > before.updated:
            self._remember(txid, before, keep_since)
        if order.status is Status.OPEN:
            self.live[txid] = order
            self._queue(txid, order)
        elif order.status is Status.PENDING:
            self.live[txid] = order
        else:
            self._end(txid, order)

    def with_userref(self, userref: int) -> list[str]:
        """Return the txids of live orders that carry a user reference."""
        return list(self._userrefs.get(userref, {}))

    def with_cl_ord_key(self, key: str) -> str | None:
        """Return the txid of the live order that carries a client order id."""
        return self._cl_ord_keys.get(key)

    def count(self, pair: str) -> int:
        """Return the number of live orders of a pair."""
        return self._counts.get(pair, 0)

    def best(self, pair: str, type: str) -> BookedOrder | None:
        """Return the resting order of this side that is served first: the best price, then the older one."""
        half = self._resting.get((pair, type))
        return self.live[half[0][2]] if half else None

    def by_priority(self, pair: str, type: str) -> list[BookedOrder]:
        """Return the resting orders of this side in the order in which they are served."""
        return [self.live[txid] for _, _, txid in self._resting.get((pair, type), ())]

    def waiting(self, pair: str) -> list[BookedOrder]:
        """Return the orders of a pair whose triggers have not been reached, the oldest first."""
        return [self.live[txid] for txid in self._waiting.get(pair, ())]

    def waits(self, pair: str) -> bool:
        """Return whether a pair has any order whose trigger has not been reached."""
        return pair in self._waiting

    def as_of(self, moment: float) -> list[BookedOrder]:
        """Return all orders in their state at a recent moment, oldest first."""
        seen = []
        for txid, order in self._latest.items():
            if order.updated <= moment:
                seen.append(order)
            elif txid in self._earlier:
                seen += [version for version in self._earlier[txid] if version.updated <= moment][-1:]
        return seen

    def find_as_of(self, txid: str, moment: float) -> BookedOrder | None:
        """Return one order in its state at a recent moment; None if it was not known then."""
        latest = self._latest.get(txid)
        versions = () if latest is None else (latest, *reversed(self._earlier.get(txid, ())))
        return next((version for version in versions if version.updated <= moment), None)

    def _begin(self, txid: str, terms: Terms) -> None:
        self._counts[terms.pair] = self._counts.get(terms.pair, 0) + 1
        if terms.userref:
            self._userrefs.setdefault(terms.userref, {})[txid] = None
        if terms.cl_ord_key is not None:
            self._cl_ord_keys[terms.cl_ord_key] = txid

    def _end(self, txid: str, order: BookedOrder) -> None:
        terms = order.terms
        self.live.pop(txid, None)  # An order may end where it begins.
        self._counts[terms.pair] -= 1
        self.ended[txid] = order
        if len(self.ended) > self.ended_max:
            oldest = next(iter(self.ended))
            del self.ended[oldest], self._latest[oldest]
            self._earlier.pop(oldest, None)
        if terms.userref:
            carriers = self._userrefs[terms.userref]
            del carriers[txid]
            if not carriers:
                del self._userrefs[terms.userref]
        if terms.cl_ord_key is not None:
            del self._cl_ord_keys[terms.cl_ord_key]
        if txid in self._ranks:
            self._unrank(txid, terms)
        if terms.stop is not None:
            self._wait_no_more(txid, terms.pair)

    def _queue(self, txid: str, order: BookedOrder) -> None:
        """Let an open order wait for its trigger, or move it to its place among those that rest."""
        terms = order.terms
        if terms.stop is not None:
            if order.waits:
                self._waiting.setdefault(terms.pair, {})[txid] = None
                return
            self._wait_no_more(txid, terms.pair)
        if terms.limit is None:
            return
        rank = (-terms.limit if terms.type == "buy" else terms.limit, terms.number, txid)
        before = self._ranks.get(txid)
        if rank == before:
            return
        if before is not None:
            self._unrank(txid, terms)
        self._ranks[txid] = rank
        insort(self._resting.setdefault((terms.pair, terms.type), []), rank)

    def _unrank(self, txid: str, terms: Terms) -> None:
        half, rank = self._resting[terms.pair, terms.type], self._ranks.pop(txid)
        del half[bisect_left(half, rank)]

    def _wait_no_more(self, txid: str, pair: str) -> None:
        waiting = self._waiting.get(pair, {})
        waiting.pop(txid, None)
        if not waiting:
            self._waiting.pop(pair, None)

    def _remember(self, txid: str, before: BookedOrder, keep_since: float) -> None:
        earlier = self._earlier.setdefault(txid, [])
        earlier.append(before)
        while len(earlier) > 1 and earlier[1].updated <= keep_since:
            del earlier[0]
