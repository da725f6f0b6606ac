"""A cancellation that an earlier run left open and that the file has no more: it is asked about, never sent.

The records say whether its orders are open, have ended, or are unknown to them. Until the message must have
arrived, and the records can lag no more, only an end is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from runner.domain import CancelOutcome

from .canceling import PATIENCE_S, CancelTrack
from .order_ends import OrderEnd
from .turn import earliest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.protocol import OpenOrder

    from .targets import Target
    from .turn import Timing


@dataclass(slots=True, eq=False)
class LeftCancelTrack(CancelTrack):
    """The question what became of it. ``taken_up_at``: when it was first thought of, in Unix seconds."""

    taken_up_at: float | None = None

    def __post_init__(self) -> None:
        CancelTrack.__post_init__(self)
        self.query_first = True
        self.begun_at = min(target.asked_before for target in self.targets)
        self.orders.matched |= {target.ref: target.matched for target in self.targets if target.userref}

    @property
    def only_asks(self) -> bool:
        """It was sent before."""
        return True

    @property
    def begun(self) -> bool:
        """The time alone may end it."""
        return True

    def on_records(
        self, found: Sequence[OpenOrder], txids: Iterable[str], userrefs: Iterable[str], now: float
    ) -> None:
        """Take what the records hold, and ask again while anything waits."""
        CancelTrack.on_records(self, found, txids, userrefs, now)
        self.query_first = True

    def on_query_failed(self, why: str, now: float) -> None:
        """The records could not be asked: they are asked again."""
        CancelTrack.on_query_failed(self, why, now)
        self.query_first = True

    def settle(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> list[str]:
        """Settle what has not ended, once the records were asked late enough, or patience is over."""
        self.taken_up_at = now if self.taken_up_at is None else self.taken_up_at
        ends = {
            ref: end for ref, target in self.waiting.items() if (end := self._verdict(target, feed, timing))
        }
        if now >= self._patient_until(timing):
            ends |= {ref: OrderEnd(CancelOutcome.UNRESOLVED) for ref in self.waiting if ref not in ends}
        return self._settle(ends)

    def timer(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> float | None:
        """When the records are asked next, or patience is over."""
        moments = (self._query_at(feed, timing), self._patient_until(timing))
        return earliest(*(moment for moment in moments if moment is not None and now < moment < inf))

    def _verdict(self, target: Target, feed: Mapping[str, OpenOrder], timing: Timing) -> OrderEnd | None:
        answered_at = self.orders.records.answered_at
        if answered_at is None or answered_at < self._sure_at(timing):
            return None
        if self.orders.open_count(target, feed):
            return OrderEnd(CancelOutcome.OPEN)
        return OrderEnd(CancelOutcome.GONE) if self.orders.is_unknown(target, feed) else None

    def _sure_at(self, timing: Timing) -> float:
        """From when on the records show what became of every message."""
        latest = max(target.asked_before for target in self.targets)
        return latest + timing.cancel_wait_s + timing.settle_s

    def _patient_until(self, timing: Timing) -> float:
        """When what the records do not tell is unresolved; never while a question is under way."""
        records = self.orders.records
        if records.held_until == inf or self.taken_up_at is None:
            return inf
        sure_at = max(self.taken_up_at, self._sure_at(timing))
        return (records.held_until if records.needs_later_query(sure_at) else sure_at) + PATIENCE_S
