"""All orders of a run: interprets what the exchange says of them, and decides on the steps.

The steps are made in ``order_steps.py``. Groups, connections and cancellations are not known here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.domain import rfc3339, seconds
from runner.execution.send_gate import OPEN_GATE, SendGate
from runner.execution.turn import OrdersQueried, earliest
from runner.kraken import ErrorKind, OrderAccepted, OrderRejected, OrderValidated, OwnTrades, Subscribe
from runner.planning import unique_orders

from . import doubt
from .claims import duplicate_text
from .cold_start import ColdStart
from .denials import Denials
from .executions import Executions
from .finding import OrderFinder
from .reply_timers import Alarms
from .states import AT_EXCHANGE, OPEN_TO_NEWS, UNDER_WAY, Fact, OrderTrack, State
from .steps import OrderSteps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from runner.execution.turn import Action, LookUp, QueryFailed, Timing
    from runner.journal import Entry
    from runner.kraken import AddOrder, ErrorText, OpenOrder, OrderReply, Reqids
    from runner.planning import Plan


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
        self._feed = {} if feed is None else feed
        self.steps = steps = OrderSteps(plan, entries, self._feed)
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
        self._plan = plan
        self.cold = ColdStart(self.tracks.values(), timing, plan, steps.claims)
        self.denials = Denials()
        self.executions = Executions(plan, steps, timing, entries)
        self.finder = OrderFinder(plan, steps, self.cold, alarms=self._alarms, timing=timing)

    def start(self, now: float) -> None:
        """Begin to look up the orders that an earlier run left in doubt."""
        self._see_own(self._plan.recorded, now)
        for track in self._doubts:
            doubt.begin(track, now)

    def totals(self) -> Counter[State]:
        """Return the number of orders of the run in each state."""
        return sum(map(Counter, self.tallies.values()), Counter())

    def placed_orders(self, group: str) -> Iterator[OrderTrack]:
        """Return the orders of a group that are at the exchange, in the file's order."""
        return (t for t in self.tracks.values() if t.planned.group == group and t.state is State.PLACED)

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
        if denial := self._gate.admit(key, request, now):
            self.steps.refuse(track, denial.reason, now)
            return None
        track.deadline_at = deadline_at
        self._by_reqid[reqid] = track
        self.sent += 1
        self.steps.send(track, request, now)
        self._alarms.set(deadline_at + self._timing.reply_margin_s, track)
        return request

    def on_denied(self, reqids: Collection[int], why: str, now: float) -> None:
        """Refuse orders of which the last intent did not become durable: they have not been sent."""
        for track in [self._by_reqid.pop(reqid) for reqid in reqids if reqid in self._by_reqid]:
            if track.reqid in reqids and track.state in OPEN_TO_NEWS:
                self.sent -= 1
                self.steps.refuse(track, why, now)

    def skip_queue(self, group: str, why: str) -> None:
        """Leave the unsent orders of a group unsent."""
        queue = self.queues[group]
        while queue:
            track = queue.popleft()
            if track.state is State.NEW:
                track.why = why
                self.steps.learn(track, Fact.SKIP)

    def on_disconnect(self, why: str, now: float) -> None:
        """Put every order without a reply in doubt, unless the feed has shown it."""
        for track in list(self._by_reqid.values()):
            if track.state is State.SENT and not self.finder.adopt_seen(track, now):
                self.steps.mark_in_doubt(track, why, now)
        doubt.feed_lost(self._doubts, now)
        self._interrupt()

    def feed_restored(self, now: float) -> None:
        """Note that the feed shows all open orders again; call it before its snapshot is read."""
        doubt.feed_restored(self._doubts, now)
        self._interrupt()  # News of the last connection may have been read after its end.

    def _interrupt(self) -> None:
        self.accepted.interrupt(track for track in self.tracks.values() if track.state is State.PLACED)

    def give_up_all(self, why: str, now: float) -> None:
        """Stop waiting: every order without an outcome is unresolved, unless the feed has shown it."""
        for track in self.tracks.values():
            if track.state is State.SENT and not self.finder.adopt_seen(track, now):
                self.steps.mark_in_doubt(track, why, now)
        self.finder.rematch(self._feed.values(), now)
        for track in list(self._doubts):
            self.steps.give_up(track, why, now)

    def has_looked_up_rejected(self, group: str) -> bool:
        """Return whether a group's rejected orders were looked up that only a look-up finds.

        If not, the look-up is requested.
        """
        if not self.tallies[group][State.REJECTED]:
            return True
        rejected = (t for t in self.tracks.values() if t.planned.group == group and t.state is State.REJECTED)
        return self.denials.look_up([track for track in rejected if track.planned.by_reference])

    def on_unknown_txid(self, track: OrderTrack) -> None:
        """Handle an order whose txid is not in records that are up to date."""
        track.unknown_txid = self.steps.changed = True
        self.denials.look_up((track,))

    def match_unseen(self, now: float) -> None:
        """Match the feed with orders of this run that nothing has shown: their txid may be wrong."""
        for unseen in self.accepted.unseen.values():
            for track in unseen:
                if track.attempts and track.planned.by_reference:
                    track.unknown_txid = self.steps.changed = True
        self.finder.rematch({**self.finder.unclaimed, **self._feed}.values(), now)

    # --- messages of the exchange ---

    def on_order(self, order: OpenOrder, now: float) -> None:
        """Handle an order in the feed or in its snapshot."""
        self.executions.see(order, now)
        self.finder.on_order(order, now)

    def on_reply(self, reply: OrderReply, now: float) -> None:
        """Handle the reply to an ``addOrder``."""
        sender = self._by_reqid.pop(reply.reqid, None)
        if sender is None:
            self._on_repeated_reply(reply, now)
            return
        self._replied[reply.reqid] = sender
        txid = reply.txid if isinstance(reply, OrderAccepted) else None
        if sender.reqid != reply.reqid and txid is None:
            return  # A refusal of an earlier sending says nothing of the current one.
        track = self._claims.resolve_reply(sender, txid)
        self._replied[reply.reqid] = track
        self.steps.changed |= track is not sender
        if track is not sender and sender.reqid is not None and sender.reqid in self._by_reqid:
            self._by_reqid[sender.reqid] = sender
        match reply:
            case OrderAccepted():
                self._accept(track, reply, now)
            case OrderValidated():
                self._validate(track, reply, now)
            case OrderRejected():
                self._refuse(track, reply.error, now)

    def _on_repeated_reply(self, reply: OrderReply, now: float) -> None:
        """Handle another reply to the same request; mostly a duplicate of the first."""
        track = self._replied.get(reply.reqid)
        if track is None:
            return
        match reply:
            case OrderAccepted():
                self._accept(track, reply, now)
            case OrderValidated():
                self._validate(track, reply, now)
            case OrderRejected(error=error):
                if track.reqid == reply.reqid and track.state in AT_EXCHANGE and error.definite:
                    why = f"accepted as {track.txid}, and refused: {error}"
                    self.steps.contradict(track, why, (), now)

    def on_request_dropped(self, reqid: int, why: str, now: float) -> None:
        """Handle a request that was dropped, or whose reply could not be read."""
        track = self._by_reqid.get(reqid)
        if track is not None and track.reqid == reqid and track.state is State.SENT:
            self.steps.mark_in_doubt(track, why, now)

    def on_lookup(self, orders: Iterable[OpenOrder], now: float, *, can_send: bool) -> None:
        """Handle the result of a look-up; an order that a late enough look-up did not find is absent."""
        looking, self._lookup_orders = self._lookup_orders, []
        orders = unique_orders(orders)
        self.finder.follow_ended(orders, now)
        self.finder.search(orders, looking, now)
        self._see_own(orders, now)
        self.cold.on_lookup(now)
        for track in self.denials.on_lookup(looking):
            if not self._claims.is_ambiguous(track):
                self.steps.confirm_refused(track, now)
        for track in looking:
            if track not in self._doubts:
                continue
            proven = track.looked_at >= doubt.absence_proven_at(track, self._timing)
            twin = self._claims.explanation(track)
            unexplained = track.planned.acknowledged and twin is None
            if can_send and proven and not (self._claims.is_ambiguous(track) or unexplained):
                self.steps.mark_absent(track, now, twin)
            else:
                doubt.schedule_lookup(track, now, self._timing)

    def on_records(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Handle the records of orders that have just traded, and of those that were queried by txid."""
        self.cold.on_records(event, now, lambda track, order: self.finder.adopt(track, order, "lookup", now))
        orders = event.orders if isinstance(event, OrdersQueried) else ()
        self.finder.search(self._claims.without_owner(orders), tuple(self._doubts), now)
        self.finder.follow_ended(orders, now)
        self._see_own(orders, now)
        self.executions.on_answer(event.txids, now)

    def _see_own(self, orders: Iterable[OpenOrder], now: float) -> None:
        for order in orders:
            if self._claims.owner(order.txid) is not None:
                self.executions.see(order, now)

    def on_lookup_failed(self, why: str, now: float) -> None:
        """Handle a failed look-up: try again later, until the patience ends."""
        looking, self._lookup_orders = self._lookup_orders, []
        self.cold.on_lookup_failed(why, now)
        self._leave_unsent(self.denials.on_lookup_failed(looking, now), why)
        for track in looking:
            if track.state is State.DOUBT:
                track.why = why
                doubt.schedule_lookup(track, now, self._timing)

    def _leave_unsent(self, tracks: Iterable[OrderTrack], why: str) -> None:
        """Skip those of the orders that would be sent again: they could not be looked up."""
        for track in tracks:
            if track.state is State.NEW:
                self.queues[track.planned.group].remove(track)
                track.why = f"{track.why}; the exchange's records cannot be read: {why}"
                self.steps.learn(track, Fact.SKIP)

    def on_time(self, now: float) -> None:
        """Handle an overdue reply, a reply that lags too far behind the feed, and the end of patience."""
        self.cold.on_time(now)
        for track in self._alarms.due(now):
            if track.state is not State.SENT or self.finder.adopt_seen(track, now):
                continue
            if now >= track.deadline_at + self._timing.reply_margin_s:
                self.steps.mark_in_doubt(track, "no reply until the deadline", now)
        for track in () if self._lookup_orders else doubt.overdue(self._doubts, now, self._timing):
            self.steps.give_up(track, doubt.unsettled_reason(track), now)

    def next_lookup(self, now: float, *, connected: bool) -> LookUp | None:
        """Return the look-up that is due now, one at a time.

        Orders that may have been placed from elsewhere are looked up after the snapshot, to miss none that
        ends.
        """
        if self._lookup_orders:
            return None
        self._lookup_orders = doubt.due(self._doubts, now)
        if connected:
            self._lookup_orders += self.cold.due(now)
        self._lookup_orders += self.denials.due(now)
        return doubt.lookup_for(self._lookup_orders, self._plan.unseen_since) if self._lookup_orders else None

    def due_requests(self, now: float, *, connected: bool) -> Sequence[Action]:
        """Return the requests that are due now, before anything is sent."""
        requests: list[Action] = []
        if not (self._doubts or self.cold.waiting or self.denials.waiting):
            return requests
        if connected and self.cold.should_subscribe_trades(now):
            subscription = {"name": OwnTrades.channel, "snapshot": True}
            requests.append(Subscribe(subscription=subscription, reqid=self._reqids.take()))
        requests += self.cold.query(now) if connected else ()
        lookup = self.next_lookup(now, connected=connected)
        return requests if lookup is None else [*requests, lookup]

    def timer(self, *, connected: bool) -> float | None:
        """Return when to call ``on_time`` or ``next_lookup`` next."""
        alarm = self._alarms.next()
        if self._lookup_orders:
            return alarm  # The look-up under way may settle everything.
        cold = self.cold.timer() if connected else None
        doubts = doubt.timer(self._doubts, self._timing)
        return earliest(alarm, cold, self.denials.timer(), doubts)

    def _accept(self, track: OrderTrack, reply: OrderAccepted, now: float) -> None:
        owner, txid = self._claims.owner(reply.txid), reply.txid
        if owner is not None and owner is not track:
            self.steps.give_up(track, f"its reply names {txid}, which is {owner.planned.key}", now)
        elif other := self._other_txid(track, txid):
            self.steps.contradict(track, duplicate_text(other, txid), (other, txid), now)
        elif track.denied and track.state not in OPEN_TO_NEWS:
            why = f"refused ({track.why}), and then accepted as {txid}"
            self.steps.contradict(track, why, (txid,), now)
        elif owner is track:
            self.steps.acknowledge(track, now)
        elif track.state not in AT_EXCHANGE and not track.txids:
            self._gate.record_reply(rejected=False)
            self.steps.place(track, Fact.ACCEPT, "reply", now, txid=txid, descr=reply.descr)

    def _validate(self, track: OrderTrack, reply: OrderValidated, now: float) -> None:
        if track.txids or track.state not in OPEN_TO_NEWS:
            return
        if track.planned.request.validate:
            self._gate.record_reply(rejected=False)
            if not self.finder.adopt_seen(track, now):
                self.steps.validate(track, reply.descr, now)
        else:
            self.steps.mark_in_doubt(track, "the exchange said ok without a txid", now)

    def _other_txid(self, track: OrderTrack, txid: str) -> str | None:
        """Return the other id under which an order is at the exchange, if there is one."""
        if track.txid is not None:
            return None if txid in (track.txid, *track.txids) else track.txid
        seen = track.seen
        return seen.txid if seen and seen.txid != txid and self._claims.is_duplicate(track, seen) else None

    def _refuse(self, track: OrderTrack, error: ErrorText, now: float) -> None:
        if track.state not in OPEN_TO_NEWS or track.txids:
            return
        if not error.definite:
            self.steps.mark_in_doubt(track, error.text, now)
        elif (seen := track.seen) is not None and self._claims.fits(track, seen):
            self._refuse_seen(track, seen, error, now)
        elif track.should_resend(error.kind):
            self.token_refused |= error.kind is ErrorKind.BAD_TOKEN
            track.why, track.denied = error.text, error.kind is ErrorKind.DEADLINE
            if track.state in UNDER_WAY:
                self.steps.turn_away(track, error.text, now)
                if track.planned.by_reference:
                    self.denials.look_up((track,))
        else:
            self._gate.record_reply(rejected=True)
            self.steps.reject(track, track.refusal(error), now)

    def _refuse_seen(self, track: OrderTrack, seen: OpenOrder, error: ErrorText, now: float) -> None:
        """Handle the refusal of an order that the feed has shown: it is at the exchange nevertheless."""
        if error.kind is not ErrorKind.DEADLINE and track.should_resend(error.kind):
            self.finder.adopt(track, seen, "feed", now)
        else:
            why = f"refused ({error}), and yet it is at the exchange, as {seen.txid}"
            self.steps.contradict(track, why, (seen.txid,), now)
