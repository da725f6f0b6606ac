"""What the exchange's records have said about the ids of one cancellation, and when they are asked again.

The records may lag, so an answer counts from when it was asked for; what they do not know is kept apart from
what they were never asked. Decides nothing about orders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from .order_ends import latest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.protocol import OpenOrder

ASK_AGAIN_S = (1.0, 2.0, 4.0, 8.0)
"""Pauses between questions about the same orders; the last one goes on."""


@dataclass(slots=True)
class Inquiry:
    """The questions about one cancellation and their answers. Times are Unix seconds.

    ``answered_at``: when the last question that was answered was asked. ``due_at``: when the next may be.
    ``held_until``: until when a question was under way, this one or one that went before it; infinite while
    one is.
    """

    known: dict[str, OpenOrder] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    answered_at: float | None = None
    due_at: float = 0.0
    why: str = ""
    held_until: float = 0.0
    _asked_at: float | None = None
    _last_asked_at: float = 0.0
    _rounds: int = 0

    @property
    def under_way(self) -> bool:
        """Whether a question is not answered yet."""
        return self._asked_at is not None

    def start_over(self, now: float) -> None:
        """What was answered before says nothing of what happens now; the orders that are known stay so."""
        self.unknown = self.references = frozenset()
        self.answered_at = None
        self.due_at, self._rounds = now, 0
        self._last_asked_at = 0.0

    def ask(self, now: float) -> None:
        """A question leaves."""
        self._asked_at = self._last_asked_at = now
        self.held_until = inf

    def answer(
        self, found: Iterable[OpenOrder], txids: Iterable[str], references: Iterable[str], now: float
    ) -> None:
        """The records have answered about these ids."""
        for order in found:
            self.known[order.txid] = latest(self.known.get(order.txid), order) or order
        self.unknown = frozenset(txids).difference(self.known)
        self.references = frozenset(references)
        self.answered_at, self.why = self._asked_at, ""
        self._wait(now)

    def fail(self, why: str, now: float) -> None:
        """The records could not be asked."""
        self.why = why
        self._wait(now)

    def has_still_to_ask(self, sure_at: float) -> bool:
        """Whether questions took so long that none was asked at a time when its answer would be sure."""
        return self._last_asked_at < sure_at < self.held_until

    def order(self, txid: str) -> OpenOrder | None:
        """An order as the records last showed it."""
        return self.known.get(txid)

    def has_told(self, txid: str) -> bool:
        """Whether the records have said how an order ended."""
        order = self.known.get(txid)
        return order is not None and order.terminal

    def knows_not(self, txid: str) -> bool:
        """Whether the last answer was that there is no such order."""
        return txid in self.unknown

    def knows_reference(self, userref: str) -> bool:
        """Whether the last answer was about all orders with a user reference."""
        return userref in self.references

    def _wait(self, now: float) -> None:
        self._asked_at, self.held_until = None, now
        self.due_at = now + ASK_AGAIN_S[min(self._rounds, len(ASK_AGAIN_S) - 1)]
        self._rounds += 1
