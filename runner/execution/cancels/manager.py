"""All cancellations of a run: what was sent, the replies to it, and the outcome of each id.

All their journal entries are written here. The group runner decides when a cancellation is sent.
"""

from __future__ import annotations

from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING

from runner.domain import CancelOutcome, rfc3339
from runner.execution.orders.adoption import newer_order_conflict
from runner.execution.send_gate import OPEN_GATE, SendGate
from runner.execution.turn import MAX_QUERY_IDS, OrdersQueried, QueryOrders, earliest
from runner.journal import CancelIntent, CancelSettled, Entry
from runner.kraken import CancelOrder
from runner.planning import CLOCK_SLACK_S, Admission
from runner.policy import CancelId

from .orphan_track import OrphanTrack
from .tracker import CancelTrack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from runner.domain import OrderKey
    from runner.execution.orders.states import OrderTrack
    from runner.execution.turn import QueryFailed, Timing
    from runner.kraken import CancelReply, OpenOrder, Reqids

    from .targets import CancelTarget

MAX_CANCEL_IDS = 50
"""The exchange's limit for a batch cancel. A group's own list is checked against it when the file is read."""


class CancelManager:
    """The cancellations of a plan.

    ``entries`` is the list to which it adds what must be made durable. ``held_back``: the reason for which a
    group's cancellation was not sent. ``sees_all``: the feed has shown all open orders. ``orders`` are those
    of the plan.
    """

    def __init__(
        self,
        reqids: Reqids,
        timing: Timing,
        entries: list[Entry],
        gate: SendGate = OPEN_GATE,
        *,
        admission: Admission | None = None,
        orders: Mapping[OrderKey, OrderTrack] = MappingProxyType({}),
    ) -> None:
        self.sees_all = False
        self._gate = gate
        self._admission = admission
        self._orders = orders
        self.held_back: dict[str, str] = {}
        self._reqids = reqids
        self._timing = timing
        self._entries = entries
        self._tracks: list[CancelTrack] = []
        self._by_reqid: dict[int, CancelTrack] = {}
        self._query: QueryOrders | None = None
        self._queried: list[CancelTrack] = []

    @property
    def sent_anything(self) -> bool:
        """True if any ``cancelOrder`` was sent in this run."""
        return bool(self._by_reqid)

    @property
    def waiting(self) -> bool:
        """True if any cancellation has still to be sent."""
        return any(track.may_send for track in self._tracks)

    @property
    def awaits_outcome(self) -> bool:
        """True while the outcome of a cancellation from an earlier run is open."""
        return any(track.query_only and track.waiting for track in self._tracks)

    @property
    def settled_count(self) -> int:
        """The number of ids with an outcome."""
        return sum(len(track.ends) for track in self._tracks)

    def failure_reason(self, group: str) -> str:
        """Return the reason for which a group's cancellation did not succeed, for people."""
        return self.held_back.get(group, "a cancellation did not succeed")

    def add(
        self, group: str, targets: tuple[CancelTarget, ...], *, unwind: bool = False
    ) -> list[CancelTrack]:
        """Add a group's cancellation: one message, or as many as the exchange's limit requires."""
        chunks = (targets[i : i + MAX_CANCEL_IDS] for i in range(0, len(targets), MAX_CANCEL_IDS))
        opened = [_track(group, chunk, unwind=unwind) for chunk in chunks]
        self._tracks += opened
        return opened

    def send(self, track: CancelTrack, feed: Mapping[str, OpenOrder], now: float) -> CancelOrder | None:
        """Return the message that is sent now, with its intent recorded; None if it may not be sent."""
        cancel_ids = [self._id(target, track, feed) for target in track.waiting.values()]
        why = _userref_conflict(track, feed) or self._admission_conflict(cancel_ids, feed)
        if not why and (denial := self._gate.admit_cancel(track.group, cancel_ids, now, unwind=track.unwind)):
            why = denial.reason
        if why:
            self.held_back[track.group] = why
            self.give_up(track, now)
            return None
        reqid = self._reqids.take()
        ids = track.send(reqid, feed, now)
        self._by_reqid[reqid] = track
        self._entries.append(
            CancelIntent(
                at=rfc3339(now),
                group=track.group,
                reqid=reqid,
                txid=ids,
                unwind=track.unwind,
                matched=self._matches(cancel_ids, track),
            )
        )
        return CancelOrder(txid=ids, reqid=reqid)

    def on_denied(self, reqids: Collection[int], why: str, now: float) -> None:
        """Give up cancellations whose intent did not become durable: they have not been sent."""
        for track in [self._by_reqid.pop(reqid) for reqid in reqids if reqid in self._by_reqid]:
            if track.reqid in reqids:
                track.unsend()
                self.held_back[track.group] = why
                self.give_up(track, now)

    def _id(self, target: CancelTarget, track: CancelTrack, feed: Mapping[str, OpenOrder]) -> CancelId:
        if not target.userref:
            return CancelId.of(target.text)
        return CancelId(
            target.text, tuple(track.orders.open_with_userref(target.text, feed)) if self.sees_all else None
        )

    def _admission_conflict(self, cancel_ids: Iterable[CancelId], feed: Mapping[str, OpenOrder]) -> str:
        """Return why a saved plan may not cancel these ids; empty if it may.

        Its review covers only the orders that were open at the time.
        """
        if self._admission is None:
            return ""
        own = {track.txid for track in self._orders.values() if track.txid}
        references = [id for id in cancel_ids if id.orders != (id.text,)]
        if any(id.orders is None for id in references):
            return "which orders carry a user reference is not known, and the plan was made for some"
        orders = (feed[txid] for id in references for txid in id.orders or () if txid in feed)
        return newer_order_conflict(orders, own, self._admission)

    def _matches(
        self, cancel_ids: Iterable[CancelId], track: CancelTrack
    ) -> dict[str, tuple[str, ...]] | None:
        references = {target.text for target in track.targets if target.userref}
        known = {id.text: id.orders for id in cancel_ids if id.text in references and id.orders is not None}
        return known or None

    def on_reply(self, reply: CancelReply, now: float) -> None:
        """Count one of the anonymous replies."""
        track = self._by_reqid.get(reply.reqid)
        if track is not None and track.reqid == reply.reqid:
            track.on_reply(reply, now)

    def on_time(self, feed: Mapping[str, OpenOrder], now: float) -> None:
        """Settle what the feed, the count of replies and the time allow."""
        for track in self._tracks:
            if track.waiting and track.started:
                settled = track.read_feed(feed)
                if not track.retry_after_rate_limit(now, self._timing):
                    settled += track.settle(feed, now, self._timing)
                if settled:
                    self._note(track, settled, now)

    def on_disconnect(self) -> None:
        """Handle a broken connection: no more replies will come for what was sent."""
        for track in self._tracks:
            track.on_disconnect()

    def on_reconnect(self, feed: Mapping[str, OpenOrder], now: float) -> None:
        """After a reconnect, with the snapshot in ``feed``: query what was sent and is not shown open."""
        for track in self._tracks:
            if track.attempts and not track.done and not track.in_flight:
                self._note(track, track.on_reconnect(feed, now), now)

    # --- the exchange's records ---

    def query(self, feed: Mapping[str, OpenOrder], now: float) -> QueryOrders | None:
        """Return the query to the records that is due now, one at a time.

        Cancellations without user references share one query.
        """
        if self._query is not None:
            return None
        due = [
            track for track in self._tracks if track.waiting and track.needs_query(feed, now, self._timing)
        ]
        if not due:
            return None
        about = self._tracks_of_query(due, feed)
        first = about[0]
        txids = dict.fromkeys(txid for track in about for txid in track.unclear_txids(feed))
        self._query = QueryOrders(
            tuple(txids)[:MAX_QUERY_IDS],
            first.userrefs,
            (now if first.begun_at is None else first.begun_at) - CLOCK_SLACK_S,
        )
        self._queried = about
        self._suspend_patience(inf)
        for track in about:
            track.orders.records.start(now)
        return self._query

    def _tracks_of_query(
        self, due: Iterable[CancelTrack], feed: Mapping[str, OpenOrder]
    ) -> list[CancelTrack]:
        """Return the cancellations for the next query, each with all its ids, the longest waiting first."""
        turns = sorted(due, key=lambda track: track.orders.records.due_at)
        if turns[0].userrefs:
            return turns[:1]
        about: list[CancelTrack] = []
        room = MAX_QUERY_IDS
        for track in turns:
            unclear = len(track.unclear_txids(feed))
            if not track.userrefs and (not about or unclear <= room):
                about.append(track)
                room -= unclear
        return about

    def _suspend_patience(self, moment: float) -> None:
        """Suspend the patience of all: only one query is under way at a time."""
        for track in self._tracks:
            track.orders.records.held_until = moment

    def on_records(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Take an answer of the records; a query that failed is repeated while there is patience."""
        query = self._query
        if query is None or (query.txids, query.userrefs) != (event.txids, event.userrefs):
            return
        about, self._query, self._queried = self._queried, None, []
        self._suspend_patience(now)
        for track in about:
            if isinstance(event, OrdersQueried):
                track.on_records(event.orders, event.txids, event.userrefs, now)
            else:
                track.on_query_failed(event.reason, now)

    def give_up(self, track: CancelTrack, now: float) -> None:
        """Wait no longer for a cancellation, or do not send it."""
        sent = track.attempts or track.query_only
        outcome = CancelOutcome.UNRESOLVED if sent else CancelOutcome.SKIPPED
        self._note(track, track.give_up(outcome), now)

    def skip_waiting(self, now: float) -> None:
        """Give up the cancellations that were not sent."""
        for track in self._tracks:
            if not track.in_flight:
                self.give_up(track, now)

    def give_up_all(self, now: float) -> None:
        """Wait no longer for any of them."""
        for track in self._tracks:
            self.give_up(track, now)

    def timer(self, feed: Mapping[str, OpenOrder], now: float) -> float | None:
        """Return when to call ``on_time`` or ``query`` next even if nothing has happened."""
        if not self._tracks:
            return None
        return earliest(*[track.timer(feed, now, self._timing) for track in self._tracks if track.waiting])

    def _note(self, track: CancelTrack, refs: Iterable[str], now: float) -> None:
        texts = {target.ref: target.text for target in track.targets}
        for ref in refs:
            end = track.ends[ref]
            self._entries.append(
                CancelSettled(
                    at=rfc3339(now),
                    group=track.group,
                    ref=ref,
                    txid=texts[ref],
                    outcome=end.outcome.value,
                    unwind=track.unwind,
                    matched=track.orders.matched.get(ref, ()),
                    vol=end.vol,
                    vol_exec=end.vol_exec,
                    reason=end.reason,
                )
            )


def _track(group: str, targets: tuple[CancelTarget, ...], *, unwind: bool) -> CancelTrack:
    kind = OrphanTrack if any(target.sent_before for target in targets) else CancelTrack
    return kind(group, targets, unwind=unwind)


def _userref_conflict(track: CancelTrack, feed: Mapping[str, OpenOrder]) -> str:
    """Return why a user reference that once found no order may not be sent again; empty if it may.

    Other orders may carry it by now.
    """
    for target in track.waiting.values():
        if not target.opened_until:
            continue
        if not (track.attempts or track.orders.records.covers_userref(target.text)):
            return f"the records did not say which orders carry userref {target.text} since it found none"
        if excluded := list(track.orders.excluded(target, feed)):
            return (
                f"{', '.join(excluded[:3])} may have been placed after userref {target.text} was to be "
                "canceled and none was found: cancel what is still to go by its id"
            )
    return ""
