"""The answers of the exchange's records about one cancellation, and the times of further queries.

The records may lag, so an answer counts from the time of its query; ids that the records do not know are kept
apart from ids that were never queried. Decides nothing about orders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from runner.planning import latest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.kraken import OpenOrder

QUERY_DELAYS_S = (1.0, 2.0, 4.0, 8.0)
"""Delays between queries about the same orders; the last one repeats."""


@dataclass(slots=True)
class Inquiry:
    """The queries about one cancellation and their answers. Times are Unix seconds.

    ``answered_at``: the time of the last query that was answered. ``due_at``: the earliest time of the next.
    ``held_until``: the end of the last query, of this or of another cancellation; infinite while one is under
    way.
    """

    known: dict[str, OpenOrder] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    userrefs: frozenset[str] = frozenset()
    answered_at: float | None = None
    due_at: float = 0.0
    why: str = ""
    held_until: float = 0.0
    _queried_at: float | None = None
    _last_queried_at: float = 0.0
    _rounds: int = 0

    @property
    def under_way(self) -> bool:
        """True if a query is not answered yet."""
        return self._queried_at is not None

    def start_over(self, now: float) -> None:
        """Discard earlier answers, which say nothing of what happens now; known orders are kept."""
        self.unknown = self.userrefs = frozenset()
        self.answered_at = None
        self.due_at, self._rounds = now, 0
        self._last_queried_at = 0.0

    def start(self, now: float) -> None:
        """Note that a query is sent."""
        self._queried_at = self._last_queried_at = now
        self.held_until = inf

    def on_answer(
        self, orders: Iterable[OpenOrder], txids: Iterable[str], userrefs: Iterable[str], now: float
    ) -> None:
        """Take the answer of the records about these ids."""
        for order in orders:
            self.known[order.txid] = latest(self.known.get(order.txid), order) or order
        self.unknown = frozenset(txids).difference(self.known)
        self.userrefs = frozenset(userrefs)
        self.answered_at, self.why = self._queried_at, ""
        self._wait(now)

    def on_failure(self, why: str, now: float) -> None:
        """Note that a query failed."""
        self.why = why
        self._wait(now)

    def needs_later_query(self, sure_at: float) -> bool:
        """Return whether queries took so long that none was sent late enough to be conclusive."""
        return self._last_queried_at < sure_at < self.held_until

    def order(self, txid: str) -> OpenOrder | None:
        """Return an order as the records last showed it."""
        return self.known.get(txid)

    def shows_end(self, txid: str) -> bool:
        """Return whether the records have shown the end of an order."""
        order = self.known.get(txid)
        return order is not None and order.terminal

    def is_absent(self, txid: str) -> bool:
        """Return whether, by the last answer, there is no such order."""
        return txid in self.unknown

    def covers_userref(self, userref: str) -> bool:
        """Return whether the last answer covered all orders with a user reference."""
        return userref in self.userrefs

    def _wait(self, now: float) -> None:
        self._queried_at, self.held_until = None, now
        self.due_at = now + QUERY_DELAYS_S[min(self._rounds, len(QUERY_DELAYS_S) - 1)]
        self._rounds += 1
