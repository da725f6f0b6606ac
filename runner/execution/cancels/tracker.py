"""The outcome of each id of one ``cancelOrder``.

The replies are anonymous: N ids get N of them, in no promised order, and a user reference gets one for each
order that it matches, or a single one. They are counted and never attributed. Which orders were canceled is
read from the openOrders feed and, if that does not show it, from the exchange's records. Absence from a
snapshot never means that an order is not open: the records must show its end, or not know it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from runner.domain import CancelOutcome
from runner.kraken import ErrorKind
from runner.planning import OrderEnd, end_of, is_volume_final

from .targets import CancelTarget, TargetOrders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.execution.turn import Timing
    from runner.kraken import CancelReply, OpenOrder


RATE_RETRY_S = 330.0
"""The time for which a cancellation refused for the rate is retried: by then no order is too young."""

PATIENCE_S = 30.0
"""The time for which the records are queried about a cancellation after they must know of it."""

MAX_REPEATS = 1
"""Maximum number of times a cancellation is sent again because the records still show its order open."""


@dataclass(slots=True, eq=False)
class CancelTrack:
    """One group's cancellation. Times are Unix seconds; ``None`` means not yet.

    ``expected_replies``: the number of replies that may come. ``gone`` counts the errors that say that there
    is no such open order, ``refused`` all others, after which an order may still be open; ``rate_refusals``
    those of them that only concern the rate. ``begun_at``: the time of the first message. ``query_first``:
    query the records before sending.
    """

    group: str
    targets: tuple[CancelTarget, ...]
    unwind: bool = False
    waiting: dict[str, CancelTarget] = field(default_factory=dict)
    ends: dict[str, OrderEnd] = field(default_factory=dict)
    orders: TargetOrders = field(default_factory=TargetOrders)
    query_first: bool = False
    reqid: int | None = None
    expected_replies: int = 0
    ok: int = 0
    gone: int = 0
    refused: int = 0
    rate_refusals: int = 0
    begun_at: float | None = None
    sent_at: float | None = None
    replied_at: float | None = None
    attempts: int = 0
    repeats: int = 0

    def __post_init__(self) -> None:
        self.waiting = {target.ref: target for target in self.targets}
        self.query_first = any(target.retry_lookup for target in self.targets)

    @property
    def outcomes(self) -> dict[str, CancelOutcome]:
        """The outcome of each id that has one."""
        return {ref: end.outcome for ref, end in self.ends.items()}

    @property
    def done(self) -> bool:
        """True if every id has an outcome."""
        return not self.waiting

    @property
    def in_flight(self) -> bool:
        """True if a ``cancelOrder`` was sent whose replies may still come."""
        return self.sent_at is not None

    @property
    def may_send(self) -> bool:
        """True if the next ``cancelOrder`` may be sent."""
        return bool(self.waiting) and not self.in_flight and not self.query_first

    @property
    def query_only(self) -> bool:
        """True if an earlier run has sent it, and nothing is sent in this one."""
        return False

    @property
    def started(self) -> bool:
        """True if time alone may settle it."""
        return self.attempts > 0 or self.orders.records.answered_at is not None

    @property
    def only_looks_up(self) -> bool:
        """True if nothing was sent, and nothing will be before the records were queried."""
        return self.query_first and not self.attempts

    @property
    def replies(self) -> int:
        """The number of replies so far."""
        return self.ok + self.gone + self.refused

    def open_orders(self, feed: Mapping[str, OpenOrder]) -> list[OpenOrder]:
        """Return the orders that are known to be open and that the next ``cancelOrder`` would cancel."""
        return self.orders.to_cancel(self.waiting.values(), feed)

    # --- what happens to the message ---

    def send(self, reqid: int, feed: Mapping[str, OpenOrder], now: float) -> tuple[str, ...]:
        """Record that the next ``cancelOrder`` is sent now, and return its ids."""
        self.reqid, self.sent_at, self.replied_at = reqid, now, None
        self.ok = self.gone = self.refused = self.rate_refusals = 0
        self.attempts += 1
        self.begun_at = now if self.begun_at is None else self.begun_at
        self.orders.match(self.waiting.values(), feed)
        self.orders.records.start_over(now)
        self.expected_replies = self.orders.possible_count(self.waiting.values(), feed)
        return tuple(target.text for target in self.waiting.values())

    def unsend(self) -> None:
        """Take back that the last ``cancelOrder`` was sent: it never left."""
        self.attempts -= 1
        self.reqid = self.sent_at = None

    def on_reply(self, reply: CancelReply, now: float) -> None:
        """Count one of the anonymous replies."""
        self.replied_at = now
        if reply.error is None:
            self.ok += 1
        elif reply.error.kind is ErrorKind.GONE:
            self.gone += 1
        else:
            self.refused += 1
            self.rate_refusals += reply.error.kind in (ErrorKind.RATE, ErrorKind.ACCOUNT_RATE)

    def on_disconnect(self) -> None:
        """Handle a broken connection: no more replies will come for what was sent."""
        self.sent_at = self.replied_at = None

    def retry_after_rate_limit(self, now: float, timing: Timing) -> bool:
        """Schedule a cancellation again that was refused for the rate; return whether it was.

        Call it after ``read_feed``.
        """
        patience = self.begun_at is not None and now < self.begun_at + RATE_RETRY_S
        turned = bool(self.rate_refusals and patience and self.waiting and self._all_replied(now, timing))
        if turned:
            self.on_disconnect()
        return turned

    def on_reconnect(self, feed: Mapping[str, OpenOrder], now: float) -> list[str]:
        """Query the records about what the snapshot in ``feed`` does not show open."""
        # Before the connection broke, the feed may not have shown all orders with a user reference.
        self.orders.match(self.waiting.values(), feed)
        settled = self.read_feed(feed)
        if any(not self.orders.open_count(target, feed) for target in self.waiting.values()):
            self.query_first = True
            self.orders.records.start_over(now)
        return settled

    # --- what the records say ---

    def needs_query(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> bool:
        """Return whether a query about the waiting ids is due."""
        due = self._query_at(feed, timing)
        return due is not None and now >= due

    @property
    def userrefs(self) -> tuple[str, ...]:
        """The waiting user references, as text."""
        return tuple(target.text for target in self.waiting.values() if target.userref)

    def unclear_txids(self, feed: Mapping[str, OpenOrder]) -> list[str]:
        """Return the orders behind the waiting ids whose end is not fully known."""
        txids = [txid for target in self.waiting.values() for txid in self.orders.txids(target)]
        return [txid for txid in dict.fromkeys(txids) if not self.orders.is_clear(txid, feed)]

    def on_records(
        self, orders: Sequence[OpenOrder], txids: Iterable[str], userrefs: Iterable[str], now: float
    ) -> None:
        """Take the answer of the records.

        They do not know an id that was queried and is not in ``orders``.
        """
        self.orders.records.on_answer(orders, txids, userrefs, now)
        self.orders.match_records(self.waiting.values(), orders)
        self.query_first = False

    def on_query_failed(self, why: str, now: float) -> None:
        """Note that the query failed; a cancellation that waited for it is sent without."""
        self.orders.records.on_failure(why, now)
        self.query_first = False

    # --- what becomes of the ids ---

    def read_feed(self, feed: Mapping[str, OpenOrder]) -> list[str]:
        """Settle the ids whose orders have ended according to feed and records; return their refs."""
        ends = {ref: end for ref, target in self.waiting.items() if (end := self._end_of(target, feed))}
        return self._settle(ends) if ends else []

    def settle(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> list[str]:
        """Settle ids that have not ended, as far as replies, records and time allow; return their refs.

        Call it after ``read_feed``, when the waiting orders are either open or unknown.
        """
        if not self.waiting:
            return []
        if self.sent_at is None:
            return [] if self.query_first else self._settle(self._still_absent(feed))
        settled = self._settle(self._due_outcomes(feed, now, timing))
        if self.waiting and self._may_be_lost(feed, timing):
            self.repeats += 1
            self.on_disconnect()
        return settled

    def give_up(self, outcome: CancelOutcome) -> list[str]:
        """Settle all waiting ids with one outcome."""
        return self._settle(dict.fromkeys(self.waiting, OrderEnd(outcome)))

    def timer(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> float | None:
        """Return when to call ``query`` or ``settle`` next even if nothing has happened."""
        moments = [self._query_at(feed, timing)]
        if self.sent_at is not None:
            moments += [self.sent_at + timing.cancel_wait_s, self._unresolved_at(timing)]
            if self.replied_at is not None:
                moments.append(self.replied_at + timing.cancel_grace_s)
        return min([moment for moment in moments if moment is not None and moment > now], default=None)

    # --- the verdicts ---

    def _end_of(self, target: CancelTarget, feed: Mapping[str, OpenOrder]) -> OrderEnd | None:
        """Return the end of a target's orders, once the end and the executed volume of each are known."""
        orders = self.orders.of(target, feed)
        if not orders or not all(order.terminal for order in orders):
            return None
        if not all(is_volume_final(order) or self.orders.records.shows_end(order.txid) for order in orders):
            return None
        return end_of(orders) if not target.userref or self._is_complete(target, feed) else None

    def _is_complete(self, target: CancelTarget, feed: Mapping[str, OpenOrder]) -> bool:
        """Return whether no further open order has the user reference, by the replies or the records."""
        agreed = self.ok and not (self.gone or self.refused) and self.replies <= self.expected_replies
        return bool(agreed) or (
            self.orders.records.covers_userref(target.text) and not list(self.orders.included(target, feed))
        )

    def _still_absent(self, feed: Mapping[str, OpenOrder]) -> dict[str, OrderEnd]:
        """Return the ids that an earlier run did not find, and that the records still do not know."""
        return {
            ref: OrderEnd(CancelOutcome.GONE)
            for ref, target in self.waiting.items()
            if target.retry_lookup and self.orders.is_unknown(target, feed)
        }

    def _due_outcomes(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> dict[str, OrderEnd]:
        open_refs = [ref for ref, target in self.waiting.items() if self.orders.open_count(target, feed)]
        outcomes: dict[str, OrderEnd] = {}
        if self._are_certainly_open(feed, now, timing):
            outcomes |= dict.fromkeys(open_refs, OrderEnd(CancelOutcome.OPEN))
        for ref, target in self.waiting.items():
            if ref not in open_refs and self._is_absent(target, feed, timing):
                outcomes[ref] = OrderEnd(CancelOutcome.GONE)
        given_up_at = self._unresolved_at(timing)
        if (given_up_at is not None and now >= given_up_at) or self._is_lost(feed, timing):
            rest = {ref: target for ref, target in self.waiting.items() if ref not in outcomes}
            outcomes |= {ref: self._outcome_at_timeout(target, feed) for ref, target in rest.items()}
        return outcomes

    def _are_certainly_open(self, feed: Mapping[str, OpenOrder], now: float, timing: Timing) -> bool:
        """Return whether the orders that are shown as open certainly are.

        They are if each was refused, or if all replies were refusals.
        """
        if (
            self._all_replied(now, timing)
            and self.replies == self.expected_replies
            and self.refused >= self.orders.possible_count(self.waiting.values(), feed)
        ):
            return True
        only_no = self.refused > 0 and not (self.ok or self.gone)
        return only_no and now >= (self.sent_at or now) + timing.cancel_wait_s

    def _is_absent(self, target: CancelTarget, feed: Mapping[str, OpenOrder], timing: Timing) -> bool:
        """Return whether the records, queried late enough, do not know the order, without a contradiction."""
        answered_at, sure_at = self.orders.records.answered_at, self._evidence_at(timing)
        if answered_at is None or sure_at is None or answered_at < sure_at or self._has_unseen_refusal(feed):
            return False
        if target.recent and answered_at < (self.begun_at or 0.0) + timing.settle_s:
            return False
        return self.orders.is_unknown(target, feed)

    def _has_unseen_refusal(self, feed: Mapping[str, OpenOrder]) -> bool:
        """Return whether there were more refusals than open orders, so that another may be open too."""
        open_orders = sum(self.orders.open_count(target, feed) for target in self.waiting.values())
        open_orders += sum(end.outcome is CancelOutcome.OPEN for end in self.ends.values())
        return self.refused > open_orders

    def _outcome_at_timeout(self, target: CancelTarget, feed: Mapping[str, OpenOrder]) -> OrderEnd:
        """Return the outcome at the end of patience: the end of the order, if known, or unresolved."""
        orders = self.orders.of(target, feed)
        if orders and all(order.terminal for order in orders) and not target.userref:
            return end_of(orders)
        return OrderEnd(CancelOutcome.UNRESOLVED)

    def _may_be_lost(self, feed: Mapping[str, OpenOrder], timing: Timing) -> bool:
        """Return whether an old cancellation may have been lost on its way, so that it is sent again."""
        unanswered = self.repeats < MAX_REPEATS and self.replies < self.expected_replies
        return unanswered and self._is_shown_open(feed, timing)

    def _is_lost(self, feed: Mapping[str, OpenOrder], timing: Timing) -> bool:
        """Return whether it was sent as often as it may be, without a reply and with the order still open."""
        in_vain = self.repeats >= MAX_REPEATS and not self.replies
        return in_vain and self._is_shown_open(feed, timing)

    def _is_shown_open(self, feed: Mapping[str, OpenOrder], timing: Timing) -> bool:
        """Return whether the records, queried after the time for replies, show an order open."""
        answered_at = self.orders.records.answered_at
        if self.sent_at is None or answered_at is None or answered_at < self.sent_at + timing.cancel_wait_s:
            return False
        return any(self.orders.is_recorded_open(target, feed) for target in self.waiting.values())

    # --- when ---

    def _all_replied(self, now: float, timing: Timing) -> bool:
        """Return whether all replies have come, and the feed has had its time since the last of them."""
        enough = self.replies >= self.expected_replies and self.replied_at is not None
        return enough and now >= (self.replied_at or now) + timing.cancel_grace_s

    def _evidence_at(self, timing: Timing) -> float | None:
        """Return from when on an unknown id is absent: all replies have come, or have had their time."""
        if self.sent_at is None:
            return None
        if self.replied_at is not None and self.replies >= self.expected_replies:
            return min(self.replied_at + timing.cancel_grace_s, self.sent_at + timing.cancel_wait_s)
        return self.sent_at + timing.cancel_wait_s

    def _query_at(self, feed: Mapping[str, OpenOrder], timing: Timing) -> float | None:
        """Return when to query the records next; None without a reason, or while a query is under way."""
        if not self.waiting or self.orders.records.under_way:
            return None
        if self.query_first:
            return self.orders.records.due_at
        if self.sent_at is None:
            return None
        unclear_txids = any(self.orders.is_unclear(target, feed) for target in self.waiting.values())
        start = self.sent_at if unclear_txids else self._evidence_at(timing) or self.sent_at
        return max(start, self.orders.records.due_at)

    def _unresolved_at(self, timing: Timing) -> float | None:
        """Return when an id that nothing has settled is unresolved; None while a query is under way."""
        records = self.orders.records
        if records.held_until == inf:
            return None
        lag_s = 0.0 if records.answered_at is None else timing.settle_s
        sure_at = (self.begun_at or 0.0) + timing.cancel_wait_s + lag_s
        patient_from = records.held_until if records.needs_later_query(sure_at) else sure_at
        return max(patient_from + PATIENCE_S, (self.sent_at or 0.0) + timing.cancel_wait_s)

    def _settle(self, ends: Mapping[str, OrderEnd]) -> list[str]:
        for ref, end in ends.items():
            self.ends[ref] = end
            del self.waiting[ref]
        return list(ends)
