"""All orders of a run: interprets what the exchange says of them, and decides on the steps.

The steps are made in ``order_steps.py``. Groups, connections and cancellations are not known here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.domain import rfc3339, seconds
from runner.protocol import ErrorKind, OwnTrades, Subscribe, classify, is_definite_refusal

from . import settling
from .alarms import Alarms
from .approval import adoption_conflict, with_location
from .claims import duplicate_text, is_void
from .cold import ColdStart
from .guarding import OPEN_GATE, SendGate
from .order_ends import unique_orders
from .order_steps import OrderSteps
from .orders import AT_EXCHANGE, DOUBT, NEW, OPEN_TO_NEWS, PLACED, SENT, UNDER_WAY, Fact, OrderTrack, State
from .turn import OrdersQueried, earliest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.protocol import AddOrder, AddOrderStatus, OpenOrder, Reqids
    from runner.records import Entry

    from .plan import Plan
    from .turn import Action, LookUp, QueryFailed, Timing


class OrderManager:
    """The orders of a plan. Adds to ``entries`` what must be made durable; ``feed`` is openOrders by txid."""

    def __init__(
        self,
        plan: Plan,
        reqids: Reqids,
        timing: Timing,
        entries: list[Entry],
        gate: SendGate = OPEN_GATE,
        *,
        feed: Mapping[str, OpenOrder] | None = None,
    ) -> None:
        self._gate = gate
        self._reqids = reqids
        self._timing = timing
        self._deadline_s = seconds(timing.deadline_s)
        self.steps = steps = OrderSteps(plan, entries, {} if feed is None else feed)
        self.tracks = steps.tracks
        self.unsent = steps.unsent
        self.queues = steps.queues
        self.tallies = steps.tallies
        self.accepted = steps.accepted
        self._claims = steps.claims
        self._doubts = steps.doubts
        self._by_reqid: dict[int, OrderTrack] = {}
        self._replied: dict[int, OrderTrack] = {}
        self._alarms = Alarms()
        self._lookup_orders: list[OrderTrack] = []
        self.sent = 0
        self.token_refused = False
        self.conflicts: list[str] = []
        self._plan = plan
        self.cold = ColdStart(self.tracks.values(), timing, plan, steps.claims)

    def start(self, now: float) -> None:
        """Begin to look up the orders that an earlier run left in doubt."""
        for track in self._doubts:
            settling.begin(track, now)

    def totals(self) -> Counter[State]:
        """Return the number of orders of the run in each state."""
        return sum(map(Counter, self.tallies.values()), Counter())

    def placed_orders(self, group: str) -> Iterator[OrderTrack]:
        """Return the orders of a group that are at the exchange, in the file's order."""
        return (t for t in self.tracks.values() if t.planned.group == group and t.state is PLACED)

    def ids_in_states(self, group: str, states: frozenset[State]) -> str:
        """Return the ids of a group's orders in some states, for people."""
        names = [k.id for k, t in self.tracks.items() if t.planned.group == group and t.state in states]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    # --- called by the group runner ---

    def send(self, track: OrderTrack, now: float) -> AddOrder | None:
        """Return the message for an order that is sent now, its intent recorded; None if the gate denies it.

        The deadline counts from now, so that the journal knows it first and a slow disk only shortens it.
        """
        planned, key = track.planned, track.planned.key
        own = planned.deadline_s
        deadline_at = now + (self._deadline_s if own is None else seconds(own))
        reqid = self._reqids.take()
        request = planned.request.to_send(reqid=reqid, deadline=rfc3339(deadline_at, digits=3))
        if why := self._gate.admit(key, request, now):
            self.steps.hold_back(track, why, now)
            return None
        track.deadline_at = deadline_at
        self._by_reqid[reqid] = track
        self.sent += 1
        self.steps.send(track, request, now)
        self._alarms.set(deadline_at + self._timing.reply_margin_s, track)
        return request

    def skip_queue(self, group: str, why: str) -> None:
        """Leave the unsent orders of a group unsent."""
        queue = self.queues[group]
        while queue:
            track = queue.popleft()
            if track.state is NEW:
                track.why = why
                self.steps.learn(track, Fact.SKIP)

    def on_disconnect(self, why: str, now: float) -> None:
        """Handle a broken connection: every order without a reply is in doubt, unless the feed has shown
        it.
        """
        for track in list(self._by_reqid.values()):
            if track.state is SENT and not self._adopt_seen(track, now):
                self.steps.mark_in_doubt(track, why, now)
        settling.feed_lost(self._doubts, now)
        self.accepted.interrupt(track for track in self.tracks.values() if track.state is PLACED)

    def feed_restored(self, now: float) -> None:
        """Note that the feed shows all open orders again."""
        settling.feed_restored(self._doubts, now)

    def give_up_all(self, why: str, now: float) -> None:
        """Stop waiting: every order without an outcome is unresolved."""
        for track in self.tracks.values():
            if track.state in (SENT, DOUBT) and not self._adopt_seen(track, now):
                self.steps.give_up(track, why, now)

    # --- messages of the exchange ---

    def on_reply(self, reply: AddOrderStatus, now: float) -> None:
        """Handle the reply to an ``addOrder``."""
        if reply.reqid is None:
            return
        asked = self._by_reqid.pop(reply.reqid, None)
        if asked is None:
            self._on_repeated_reply(reply, now)
            return
        self._replied[reply.reqid] = asked
        if asked.reqid != reply.reqid and not reply.txid:
            return  # A refusal of an earlier sending says nothing of the current one.
        track = self._claims.resolve_reply(asked, reply)
        self._replied[reply.reqid] = track
        self.steps.changed |= track is not asked
        if track is not asked and asked.reqid is not None and asked.reqid in self._by_reqid:
            self._by_reqid[asked.reqid] = asked
        if reply.status == "ok":
            self._accept(track, reply, now)
        else:
            self._refuse(track, reply.errorMessage or "no reason given", now)

    def _on_repeated_reply(self, reply: AddOrderStatus, now: float) -> None:
        """Handle another reply to the same request; mostly a duplicate of the first."""
        track = self._replied.get(reply.reqid or 0)
        if track is None:
            return
        if reply.status == "ok":
            self._accept(track, reply, now)
        elif (
            track.reqid == reply.reqid
            and track.state in AT_EXCHANGE
            and is_definite_refusal(reply.errorMessage or "")
        ):
            why = f"accepted as {track.txid}, and refused: {reply.errorMessage}"
            self.steps.contradict(track, why, (), now)

    def on_order(self, order: OpenOrder, now: float) -> None:
        """Handle an order in the feed or the snapshot; it may be one of ours that is in doubt."""
        owner = self._claims.owner(order.txid)
        if owner is not None:
            self.steps.follow(owner, order, now)
            return
        named = self._claims.candidates(order, self._doubts)
        for track in named:
            if track.state is SENT:
                self._on_early_order(track, order, now)
            elif self._claims.fits(track, order):
                if track.denied and track.state is NEW:
                    self._on_duplicate(track, order, now)
                else:
                    self._find(track, order, "feed", now)
                return
        if not named and (other := self._claims.find_contradicted(order)) is not None:
            self._on_duplicate(other, order, now)

    def _on_early_order(self, track: OrderTrack, order: OpenOrder, now: float) -> None:
        """Handle an order that the feed shows before its reply has come."""
        if not track.planned.request.cl_ord_id and (
            track.planned.own_id or not self._claims.fits(track, order)
        ):
            return
        if track.seen is None:
            self._alarms.set(now + self._timing.feed_grace_s, track)
        elif track.seen.txid != order.txid and self._claims.is_duplicate(track, order):
            both = (track.seen.txid, order.txid)
            self.steps.contradict(track, duplicate_text(*both), both, now)
            return
        track.seen = order

    def _on_duplicate(self, track: OrderTrack, order: OpenOrder, now: float) -> None:
        """Handle an order under the id of one of ours that has another txid, or should not exist."""
        if track.txid is None and not track.denied:
            if track.attempts or not adoption_conflict(track.planned, order, self._plan):
                self._find(track, order, "feed", now)
            return
        denied = f"{track.why or 'not placed'}; and yet it is at the exchange, as {order.txid}"
        why = denied if track.txid is None else duplicate_text(track.txid, order.txid)
        self.steps.contradict(track, why, (order.txid,), now)

    def rematch(self, feed: Iterable[OpenOrder], now: float) -> None:
        """Match orders of the feed with ours that have become in doubt or denied since the last call."""
        if self.steps.changed and (self._doubts or self._claims.has_denied):
            for order in self._claims.without_owner(feed):
                self.on_order(order, now)
        self.steps.changed = False

    def on_request_dropped(self, reqid: int, why: str, now: float) -> None:
        """Handle a request that was dropped, or whose reply could not be read."""
        track = self._by_reqid.get(reqid)
        if track is not None and track.reqid == reqid and track.state is SENT:
            self.steps.mark_in_doubt(track, why, now)

    def on_lookup(self, orders: Iterable[OpenOrder], now: float, *, can_send: bool) -> None:
        """Handle the result of a look-up; an order that a late enough look-up did not find is absent."""
        looking, self._lookup_orders = self._lookup_orders, []
        self._follow_ended(orders := unique_orders(orders), now)
        asked = {track for track in looking if track.state in (DOUBT, NEW)}
        for order in self._claims.void_last(orders):
            for track in self._claims.candidates(order, looking):
                # The author's own id may belong to an older order, unless it was looked up.
                wanted = track in asked or track in self._doubts or not track.planned.own_id
                if wanted and self._claims.fits(track, order):
                    asked.discard(track)
                    self._find(track, order, "lookup", now)
                    break
            else:
                self._check_unclaimed(order, now)
        self.cold.on_lookup(now)
        for track in looking:
            if track not in self._doubts:
                continue
            proven = track.looked_at >= settling.absence_proven_at(track, self._timing)
            if can_send and proven and not (self._claims.is_ambiguous(track) or track.planned.acknowledged):
                self.steps.mark_absent(track, now)
            else:
                settling.schedule_lookup(track, now, self._timing)

    def on_records(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Handle the records of orders that have just traded."""
        self.cold.on_records(event, now, lambda track, order: self._find(track, order, "lookup", now))
        for order in self._claims.without_owner(event.orders if isinstance(event, OrdersQueried) else ()):
            self._check_unclaimed(order, now)

    def _follow_ended(self, orders: Iterable[OpenOrder], now: float) -> None:
        """Take the ends of our orders from the records, which show more than was requested."""
        for order in orders:
            if order.terminal and (owner := self._claims.owner(order.txid)) is not None:
                self.steps.follow(owner, order, now)

    def _check_unclaimed(self, order: OpenOrder, now: float) -> None:
        """Handle a record of an order that is not awaited: it may show one of ours a second time."""
        track = self._claims.find_contradicted(order)
        if track is not None and not is_void(order):
            self._on_duplicate(track, order, now)

    def on_lookup_failed(self, why: str, now: float) -> None:
        """Handle a failed look-up: try again later, until the patience ends."""
        looking, self._lookup_orders = self._lookup_orders, []
        self.cold.on_lookup_failed(why, now)
        for track in looking:
            if track.state is DOUBT:
                track.why = why
                settling.schedule_lookup(track, now, self._timing)

    def on_time(self, now: float) -> None:
        """Handle an overdue reply, a reply that lags too far behind the feed, and the end of patience."""
        self.cold.on_time(now)
        for track in self._alarms.due(now):
            if track.state is not SENT or self._adopt_seen(track, now):
                continue
            if now >= track.deadline_at + self._timing.reply_margin_s:
                self.steps.mark_in_doubt(track, "no reply until the deadline", now)
        for track in () if self._lookup_orders else settling.overdue(self._doubts, now, self._timing):
            tried = f"{track.looks} looks at the exchange's records"
            self.steps.give_up(track, f"{track.why or 'no reply'}; {tried} settled nothing", now)

    def next_lookup(self, now: float, *, connected: bool) -> LookUp | None:
        """Return the look-up that is due now, one at a time.

        Orders that may have been placed from elsewhere are looked up after the snapshot, to miss none that
        ends.
        """
        if self._lookup_orders:
            return None
        self._lookup_orders = settling.due(self._doubts, now)
        if connected:
            self._lookup_orders += self.cold.due(now)
        return settling.lookup_for(self._lookup_orders, self._plan.created) if self._lookup_orders else None

    def due_requests(self, now: float, *, connected: bool) -> Sequence[Action]:
        """Return the requests that are due now, before anything is sent."""
        asked: list[Action] = []
        if not (self._doubts or self.cold.waiting):
            return asked
        if connected and self.cold.should_subscribe_trades(now):
            wanted = {"name": OwnTrades.channel, "snapshot": True}
            asked.append(Subscribe(subscription=wanted, reqid=self._reqids.take()))
        asked += self.cold.query(now) if connected else ()
        look = self.next_lookup(now, connected=connected)
        return asked if look is None else [*asked, look]

    def timer(self, *, connected: bool) -> float | None:
        """Return when to call ``on_time`` or ``next_lookup`` next."""
        alarm = self._alarms.next()
        if self._lookup_orders:
            return alarm  # The look-up under way may settle everything.
        cold = self.cold.timer() if connected else None
        return earliest(alarm, cold, settling.timer(self._doubts, self._timing))

    def _accept(self, track: OrderTrack, reply: AddOrderStatus, now: float) -> None:
        owner, txid = self._claims.owner(reply.txid or ""), reply.txid
        if owner is not None and owner is not track:
            self.steps.give_up(track, f"its reply names {txid}, which is {owner.planned.key}", now)
        elif txid and (other := self._other_txid(track, txid)):
            self.steps.contradict(track, duplicate_text(other, txid), (other, txid), now)
        elif txid and track.denied and track.state not in OPEN_TO_NEWS:
            why = f"refused ({track.why}), and then accepted as {txid}"
            self.steps.contradict(track, why, (txid,), now)
        elif txid and track.state not in AT_EXCHANGE and not track.txids:
            self._gate.record_reply(rejected=False)
            self.steps.place(track, Fact.ACCEPT, "reply", now, txid=txid, descr=reply.descr)
        elif txid or track.txids or track.state not in OPEN_TO_NEWS:
            return
        elif track.planned.request.validate:
            self._gate.record_reply(rejected=False)
            if not self._adopt_seen(track, now):
                self.steps.validate(track, reply.descr, now)
        else:
            self.steps.mark_in_doubt(track, "the exchange said ok without a txid", now)

    def _other_txid(self, track: OrderTrack, txid: str) -> str | None:
        """Return the other id under which an order is at the exchange, if there is one."""
        if track.txid is not None:
            return None if txid in (track.txid, *track.txids) else track.txid
        seen = track.seen
        return seen.txid if seen and seen.txid != txid and self._claims.is_duplicate(track, seen) else None

    def _refuse(self, track: OrderTrack, error: str, now: float) -> None:
        if track.state not in OPEN_TO_NEWS or track.txids:
            return
        complaint = classify(error)
        if not is_definite_refusal(error):
            self.steps.mark_in_doubt(track, error, now)
        elif (seen := track.seen) is not None and self._claims.fits(track, seen):
            self._refuse_seen(track, seen, error, now)
        elif track.should_resend(complaint):
            self.token_refused |= complaint is ErrorKind.BAD_TOKEN
            track.why, track.denied = error, complaint is ErrorKind.DEADLINE
            if track.state in UNDER_WAY:
                self.steps.turn_away(track, error, now)
        else:
            self._gate.record_reply(rejected=True)
            self.steps.reject(track, track.refusal(complaint, error), now)

    def _refuse_seen(self, track: OrderTrack, seen: OpenOrder, error: str, now: float) -> None:
        """Handle the refusal of an order that the feed has shown: it is at the exchange nevertheless."""
        if (complaint := classify(error)) is not ErrorKind.DEADLINE and track.should_resend(complaint):
            self._find(track, seen, "feed", now)
        else:
            why = f"refused ({error}), and yet it is at the exchange, as {seen.txid}"
            self.steps.contradict(track, why, (seen.txid,), now)

    def _adopt_seen(self, track: OrderTrack, now: float) -> bool:
        """Accept an order that the feed has shown before its reply; return whether there was one."""
        seen = track.seen
        shown = track.state is SENT and seen is not None and self._claims.fits(track, seen)
        if shown and seen is not None:
            self._find(track, seen, "feed", now)
        return shown

    def _find(self, track: OrderTrack, order: OpenOrder, source: str, now: float) -> None:
        if track.state is NEW and not track.attempts:
            self.cold.record_found(track, order)
            if why := adoption_conflict(track.planned, order, self._plan):
                self.conflicts.append(with_location(track, why, self._plan))
                self.steps.hold_back(track, why, now)
                return
        text = None if order.descr is None else order.descr.order
        track.guessed = track.planned.own_id and track.planned.request.cl_ord_id is None
        self.steps.place(track, Fact.FIND, source, now, txid=order.txid, descr=text, order=order)
