"""The confirmation of a group's accepted orders, before anything depends on them.

The feed shows them within moments. If it does not, the records are queried by txid, for a limited time. The
records may lag: their ``open`` counts at once only for an order that was accepted on this connection; any
other is missing in the snapshot, which may be newer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import OrderState
from runner.execution.orders.accepted import state_of
from runner.execution.orders.doubt import PATIENCE_S, RETRY_DELAYS_S
from runner.execution.orders.states import State
from runner.execution.turn import MAX_QUERY_IDS, OrdersQueried, QueryOrders, Wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.execution.orders.manager import OrderManager
    from runner.execution.orders.states import OrderTrack
    from runner.execution.turn import QueryFailed, Timing
    from runner.kraken import OpenOrder

    from .states import GroupTrack


class Confirmation:
    """The accepted orders that the feed has not shown, and the queries about them. Times are Unix seconds."""

    def __init__(self, orders: OrderManager, timing: Timing) -> None:
        self._orders = orders
        self._timing = timing
        self._waiting: dict[OrderTrack, float] = {}  # until when there is patience
        self._expected_by: dict[str, float] = {}  # until when the feed has time to show a group's orders
        self._querying: list[OrderTrack] = []
        self._round: list[OrderTrack] = []  # not queried yet in this round
        self._absent: dict[OrderTrack, None] = {}  # not in records that are up to date
        self._queried_at = 0.0
        self._query_at = 0.0
        self._failures = 0
        self._connected_at = 0.0

    def on_connected(self, now: float) -> None:
        """Note that the snapshot has arrived: from now on the feed shows all changes."""
        self._connected_at = now

    def is_over(
        self,
        group: GroupTrack,
        now: float,
        *,
        matters: bool = False,
        skipped: bool = False,
        again: bool = False,
    ) -> bool:
        """Return whether the group may go on.

        ``matters``: a cancellation or another group depends on its orders. Orders whose state cannot be
        learned become the group's ``unknown``. ``skipped``: the group does not begin. ``again``: what an
        earlier run has seen must be shown again.
        """
        if self._waiting:
            self._forget_seen()
        again = again or (not skipped and bool(group.cancel_targets(self._orders.tracks)))
        unseen = self._pending(group, again=again, matters=matters)
        if skipped or group.is_halted(self._orders.tallies[group.name]):
            # Nothing depends on them, but those that exist under another txid must be listed.
            unseen = [track for track in unseen if track.planned.by_reference or track in self._absent]
            matters = False
        if not unseen:
            return True
        if now < self._expected_by.setdefault(group.name, now + self._timing.confirm_wait_s):
            return False
        patience_s = self._timing.settle_s + PATIENCE_S
        for track in unseen:
            self._waiting.setdefault(track, now + patience_s)
        if any(now < self._waiting[track] or track in self._querying for track in unseen):
            return False
        if not self._orders.denials.waiting.keys().isdisjoint(unseen):
            return False
        self._give_up(unseen, now)
        if matters:
            group.unknown = ", ".join(track.planned.key.id for track in unseen)
        return True

    def rested_at(self, groups: Iterable[GroupTrack]) -> float:
        """Return when all orders on which a cancellation relies have been open for long enough; 0 for now."""
        tracks = self._orders.tracks
        return max(
            (
                tracks[order.key].opened_at + self._timing.rest_s
                for group in groups
                if not group.accepts_rejects
                for order in group.planned.orders
                if tracks[order.key].shown is OrderState.OPEN
            ),
            default=0.0,
        )

    def wait(self) -> Wait | None:
        """Return the wait for orders that the exchange has still to show, until the end of patience."""
        if not self._waiting:
            return None
        names = ", ".join([track.planned.key.id for track in self._waiting][:3])
        more = f" and {len(self._waiting) - 3} more" if len(self._waiting) > 3 else ""
        what = f"the exchange to show {names}{more}, which it has accepted"
        return Wait(what, max(self._waiting.values()))

    def _pending(self, group: GroupTrack, *, again: bool, matters: bool) -> list[OrderTrack]:
        """Return the orders that must still be shown, ``again`` if an earlier run has seen them.

        An earlier run may have been stopped before it saw them, so it matters although all had gone well.
        """
        unseen = self._orders.accepted.unseen[group.name]
        if not unseen or (group.planned.went_well and not (again or matters)):
            return []
        return [
            track
            for track in unseen
            if track.state is State.PLACED and (again or track.shown is OrderState.ACCEPTED)
        ]

    def _give_up(self, unseen: Iterable[OrderTrack], now: float) -> None:
        """Stop waiting: an order that is absent from up-to-date records is contradictory."""
        for track in unseen:
            if track in self._absent:
                why = f"accepted as {track.txid}, which neither the feed nor the records know"
                self._orders.steps.contradict(track, why, (), now)

    def _forget_seen(self) -> None:
        unseen = self._orders.accepted.unseen
        self._waiting = {t: at for t, at in self._waiting.items() if t in unseen[t.planned.group]}

    # --- questions and answers ---

    def query(self, now: float, *, connected: bool) -> list[QueryOrders]:
        """Return the query that is due now, one at a time, and note its start."""
        if not self._waiting or self._querying or not connected or now < self._query_at:
            return []
        self._forget_seen()
        due = {track: None for track, until in self._waiting.items() if now < until}
        self._round = [track for track in self._round if track in due] or list(due)
        self._querying, self._round = self._round[:MAX_QUERY_IDS], self._round[MAX_QUERY_IDS:]
        self._queried_at = now
        txids = tuple(track.txid for track in self._querying if track.txid is not None)
        return [QueryOrders(txids)] if txids else []

    def on_records(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Take an answer, if it belongs to the query under way: other modules query the records too."""
        tracks = {track.txid: track for track in self._querying}
        if not tracks or tuple(tracks) != event.txids or event.userrefs:
            return
        self._querying = []
        self._extend_patience(tracks.values(), now)
        if isinstance(event, OrdersQueried):
            self._learn(tracks, event.orders, now)
        else:
            self._schedule_query(now, failed=True)

    def _extend_patience(self, tracks: Iterable[OrderTrack], now: float) -> None:
        """Extend the patience if the query was sent too early and its answer came too late."""
        if self._queried_at < self._connected_at + self._timing.settle_s:
            for track in tracks:
                if self._waiting.get(track, now) < now:
                    self._waiting[track] = now + PATIENCE_S

    def _learn(
        self, tracks: Mapping[str | None, OrderTrack], orders: Sequence[OpenOrder], now: float
    ) -> None:
        if self._queried_at >= self._connected_at + self._timing.settle_s:
            known = {order.txid for order in orders}
            for missing in [track for txid, track in tracks.items() if txid not in known]:
                self._absent[missing] = None
                self._orders.on_unknown_txid(missing)
        for order in orders:
            track = tracks.get(order.txid)
            if track is not None and self._counts(track, order):
                self._orders.steps.follow(track, order, now)
        self._forget_seen()
        if self._round:
            self._query_at = now  # Finish the round before starting the next.
        else:
            self._schedule_query(now, failed=bool(self._waiting))

    def timer(self, now: float, *, connected: bool) -> float | None:
        """Return when to call ``is_over`` or ``query`` next."""
        if not (self._expected_by or self._waiting):
            return None
        moments = [moment for moment in self._expected_by.values() if moment > now]
        if self._waiting:
            patient = [until for until in self._waiting.values() if until > now]
            moments += patient
            if patient and connected and not self._querying:
                moments.append(self._query_at)
        return min(moments, default=None)

    def _schedule_query(self, now: float, *, failed: bool) -> None:
        self._failures = self._failures + 1 if failed else 0
        wait_s = RETRY_DELAYS_S[min(self._failures, len(RETRY_DELAYS_S) - 1)]
        settled = self._connected_at + self._timing.settle_s
        again = now + wait_s
        # Query again as soon as the records are up to date, when the answer is conclusive.
        self._query_at = settled if self._queried_at < settled < again else again

    def _counts(self, track: OrderTrack, order: OpenOrder) -> bool:
        """Return whether a record counts: one that says that an order is open may be outdated."""
        if state_of(order, track.planned.request) is not OrderState.OPEN:
            return True
        fresh = track.accepted_at >= self._connected_at > 0
        return fresh or self._queried_at >= self._connected_at + self._timing.settle_s
