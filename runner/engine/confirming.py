"""Before anything rests upon a group's orders: has the exchange shown what became of each of them?

The feed tells within moments. Where it is silent, the records are asked by txid, for a limited time. A
record may lag: that it says ``open`` counts at once only for an order that was accepted on this connection;
any other is missing in the snapshot, which may be younger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .accepted import ACCEPTED, STANDING, state_of
from .orders import PLACED
from .settling import PATIENCE_S, RETRY_EVERY_S
from .turn import MAX_QUERY_IDS, OrdersQueried, QueryOrders, Wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.protocol import OpenOrder

    from .groups import GroupTrack
    from .order_desk import OrderDesk
    from .orders import OrderTrack
    from .turn import QueryFailed, Timing


class Confirmation:
    """The orders of which the feed is silent, and the questions about them. Times are Unix seconds."""

    def __init__(self, orders: OrderDesk, timing: Timing) -> None:
        self._orders = orders
        self._timing = timing
        self._waiting: dict[OrderTrack, float] = {}  # until when there is patience
        self._expected_by: dict[str, float] = {}  # until when the feed has time to show a group's orders
        self._asking: list[OrderTrack] = []
        self._round: list[OrderTrack] = []  # those whose turn to be asked about is still to come
        self._absent: dict[OrderTrack, None] = {}  # not in records that are up to date
        self._asked_at = 0.0
        self._ask_at = 0.0
        self._failures = 0
        self._connected_at = 0.0

    def connected(self, now: float) -> None:
        """The snapshot is in: from now on the feed shows whatever happens."""
        self._connected_at = now

    def is_over(self, group: GroupTrack, now: float, *, matters: bool) -> bool:
        """Whether the group may go on. ``matters``: something is canceled or begun because its orders stand.

        Orders of which nothing can be learned become the group's ``unknown``.
        """
        if self._waiting:
            self._forget_seen()
        unseen = self._pending(group, cancels=bool(group.to_cancel(self._orders.tracks)))
        if not unseen or group.halted(self._orders.tallies[group.name]):
            return True
        if now < self._expected_by.setdefault(group.name, now + self._timing.word_wait_s):
            return False
        patience_s = self._timing.settle_s + PATIENCE_S
        for track in unseen:
            self._waiting.setdefault(track, now + patience_s)
        if any(now < self._waiting[track] or track in self._asking for track in unseen):
            return False
        self._give_up(unseen, now)
        if matters:
            group.unknown = ", ".join(track.planned.key.id for track in unseen)
        return True

    def wait(self) -> Wait | None:
        """The orders that the exchange has still to show, and until when there is patience."""
        if not self._waiting:
            return None
        names = ", ".join([track.planned.key.id for track in self._waiting][:3])
        more = f" and {len(self._waiting) - 3} more" if len(self._waiting) > 3 else ""
        what = f"the exchange to show {names}{more}, which it has accepted"
        return Wait(what, max(self._waiting.values()))

    def _pending(self, group: GroupTrack, *, cancels: bool) -> list[OrderTrack]:
        """What has still to be shown: where nothing is canceled, what was seen to stand before is enough."""
        unseen = self._orders.accepted.unseen[group.name]
        if not unseen or (group.planned.went_well and not cancels):
            return []
        return [track for track in unseen if track.state is PLACED and (cancels or track.shown is ACCEPTED)]

    def _give_up(self, unseen: Iterable[OrderTrack], now: float) -> None:
        """Nothing more will be learned. What records that are up to date do not know is in doubt."""
        for track in unseen:
            if track in self._absent:
                why = f"accepted as {track.txid}, which neither the feed nor the records know"
                self._orders.steps.contradict(track, why, (), now)

    def _forget_seen(self) -> None:
        unseen = self._orders.accepted.unseen
        self._waiting = {t: at for t, at in self._waiting.items() if t in unseen[t.planned.group]}

    # --- questions and answers ---

    def query(self, now: float, *, connected: bool) -> list[QueryOrders]:
        """The question that is due now, one at a time; asking begins it."""
        if not self._waiting or self._asking or not connected or now < self._ask_at:
            return []
        self._forget_seen()
        due = {track: None for track, until in self._waiting.items() if now < until}
        self._round = [track for track in self._round if track in due] or list(due)
        self._asking, self._round = self._round[:MAX_QUERY_IDS], self._round[MAX_QUERY_IDS:]
        self._asked_at = now
        txids = tuple(track.txid for track in self._asking if track.txid is not None)
        return [QueryOrders(txids)] if txids else []

    def queried(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Take an answer, if it is to the question that is under way: others ask the records too."""
        asked = {track.txid: track for track in self._asking}
        if not asked or tuple(asked) != event.asked or event.userrefs:
            return
        self._asking = []
        self._stay_patient(asked.values(), now)
        if isinstance(event, OrdersQueried):
            self._learn(asked, event.found, now)
        else:
            self._again(now, failed=True)

    def _stay_patient(self, asked: Iterable[OrderTrack], now: float) -> None:
        """An answer that was asked for too early and took longer than patience lasts is not the last."""
        if self._asked_at < self._connected_at + self._timing.settle_s:
            for track in asked:
                if self._waiting.get(track, now) < now:
                    self._waiting[track] = now + PATIENCE_S

    def _learn(self, asked: Mapping[str | None, OrderTrack], found: Sequence[OpenOrder], now: float) -> None:
        if self._asked_at >= self._connected_at + self._timing.settle_s:
            known = {order.txid for order in found}
            self._absent.update((track, None) for txid, track in asked.items() if txid not in known)
        for order in found:
            track = asked.get(order.txid)
            if track is not None and self._counts(track, order):
                self._orders.steps.follow(track, order, now)
        self._forget_seen()
        if self._round:
            self._ask_at = now  # Everyone has a turn before anyone has the next.
        else:
            self._again(now, failed=bool(self._waiting))

    def timer(self, now: float, *, connected: bool) -> float | None:
        """When ``is_over`` or ``query`` should be asked next."""
        if not (self._expected_by or self._waiting):
            return None
        moments = [moment for moment in self._expected_by.values() if moment > now]
        if self._waiting:
            moments += [until for until in self._waiting.values() if until > now]
            if connected and not self._asking:
                moments.append(self._ask_at)
        return min(moments, default=None)

    def _again(self, now: float, *, failed: bool) -> None:
        self._failures = self._failures + 1 if failed else 0
        wait_s = RETRY_EVERY_S[min(self._failures, len(RETRY_EVERY_S) - 1)]
        settled = self._connected_at + self._timing.settle_s
        again = now + wait_s
        # Just when the records are up to date the answer proves something.
        self._ask_at = settled if self._asked_at < settled < again else again

    def _counts(self, track: OrderTrack, order: OpenOrder) -> bool:
        """Whether a record says something: one that says that an order is open may be an old one."""
        if state_of(order, track.planned.request) is not STANDING:
            return True
        fresh = track.accepted_at >= self._connected_at > 0
        return fresh or self._asked_at >= self._connected_at + self._timing.settle_s
