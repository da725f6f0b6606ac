"""The outcome of an orphaned cancellation: it is queried, never sent.

The records show whether its orders are open, have ended, or are unknown. Until the message must have arrived
and the records are up to date, only an end counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from runner.domain import CancelOutcome
from runner.execution.turn import earliest
from runner.planning import OrderEnd

from .tracker import PATIENCE_S, CancelTrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.execution.turn import Timing
    from runner.kraken import OpenOrder

    from .targets import CancelTarget


@dataclass(slots=True, eq=False)
class OrphanTrack(CancelTrack):
    """A cancellation of an earlier run with an open outcome. ``started_at``: the first query."""

    started_at: float | None = None

    def __post_init__(self) -> None:
        CancelTrack.__post_init__(self)
        self.query_first = True
        self.begun_at = min(target.sent_before for target in self.targets)
        self.orders.matched |= {target.ref: target.matched for target in self.targets if target.userref}

    @property
    def query_only(self) -> bool:
        """True: an earlier run has sent it."""
        return True

    @property
    def started(self) -> bool:
        """True: time alone may settle it."""
        return True

    def on_records(
        self, orders: Sequence[OpenOrder], txids: Iterable[str], userrefs: Iterable[str], now: float
    ) -> None:
        """Take the answer of the records, and query again while anything waits."""
        CancelTrack.on_records(self, orders, txids, userrefs, now)
        self.query_first = True

    def on_query_failed(self, why: str, now: float) -> None:
        """Note a failed query, and repeat it."""
        CancelTrack.on_query_failed(self, why, now)
        self.query_first = True

    def settle(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> list[str]:
        """Settle what has not ended, once the records were queried late enough, or patience has ended."""
        self.started_at = now if self.started_at is None else self.started_at
        ends = {
            ref: end
            for ref, target in self.waiting.items()
            if (end := self._due_outcome(target, feed, timing))
        }
        if now >= self._patient_until(timing):
            ends |= {ref: OrderEnd(CancelOutcome.UNRESOLVED) for ref in self.waiting if ref not in ends}
        return self._settle(ends)

    def timer(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> float | None:
        """Return when to query the records next, or when patience ends."""
        moments = (self._query_at(feed, timing), self._patient_until(timing))
        return earliest(*(moment for moment in moments if moment is not None and now < moment < inf))

    def _due_outcome(
        self, target: CancelTarget, feed: Mapping[str, OpenOrder], timing: Timing
    ) -> OrderEnd | None:
        answered_at = self.orders.records.answered_at
        if answered_at is None or answered_at < self._sure_at(timing):
            return None
        if self.orders.open_count(target, feed):
            return OrderEnd(CancelOutcome.OPEN)
        return OrderEnd(CancelOutcome.GONE) if self.orders.is_unknown(target, feed) else None

    def _sure_at(self, timing: Timing) -> float:
        """Return from when on the records show the outcome of every message."""
        latest = max(target.sent_before for target in self.targets)
        return latest + timing.cancel_wait_s + timing.settle_s

    def _patient_until(self, timing: Timing) -> float:
        """Return when an id without an outcome is unresolved; infinity while a query is under way."""
        records = self.orders.records
        if records.held_until == inf or self.started_at is None:
            return inf
        sure_at = max(self.started_at, self._sure_at(timing))
        return (records.held_until if records.needs_later_query(sure_at) else sure_at) + PATIENCE_S
