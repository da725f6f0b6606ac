"""All orders of a run: which were sent, what the exchange said of them, and which are in doubt.

Each step that an order takes is written as a journal entry here, and nowhere else. The desk does not
know groups, connections or cancellations: it is told when to send, to skip and to give up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from runner.domain import rfc3339, seconds
from runner.protocol import Complaint, OwnTrades, Subscribe, classify, fields_of, is_definite_refusal
from runner.records import (
    Entry,
    OrderAbsent,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
)

from . import settling
from .alarms import Alarms
from .approval import objection
from .claims import Claims
from .cold import ColdStart
from .guarding import OPEN_GATE, Keeper
from .orders import DOUBT, NEW, NONE_YET, OPEN_TO_NEWS, PLACED, SENT, UNDER_WAY, Fact, OrderTrack
from .queue import OrderQueue
from .turn import earliest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.domain import OrderKey
    from runner.protocol import AddOrder, AddOrderStatus, OpenOrder, Reqids

    from .orders import State
    from .plan import Plan, PlannedGroup
    from .turn import Action, LookUp, Timing


class OrderDesk:
    """The orders of a plan. ``entries`` is the list to which it adds what must be made durable."""

    def __init__(
        self, plan: Plan, reqids: Reqids, timing: Timing, entries: list[Entry], gate: Keeper = OPEN_GATE
    ) -> None:
        self._gate = gate
        self._reqids = reqids
        self._timing = timing
        self._deadline_s = seconds(timing.deadline_s)
        self.tracks: dict[OrderKey, OrderTrack] = {}
        self.unsent: defaultdict[str, int] = defaultdict(int)
        self.queues: dict[str, OrderQueue] = {}
        self.tallies: dict[str, dict[State, int]] = {}  # how many orders of each group are in each state
        self._by_reqid: dict[int, OrderTrack] = {}
        self._claims = Claims()
        self._doubts: dict[OrderTrack, None] = {}  # in the order in which doubt arose
        self._stirred = False
        self._alarms = Alarms()
        self._looking: list[OrderTrack] = []
        self._entries = entries
        self.sent = 0
        self.token_refused = False
        self.conflicts: list[str] = []
        for group in plan.groups:
            self._take_up(group)
        self._approval = plan.approval
        self.cold = ColdStart(self.tracks.values(), timing, plan.approval)

    def _take_up(self, group: PlannedGroup) -> None:
        queue = self.queues[group.name] = OrderQueue(self.unsent)
        tally = self.tallies[group.name] = dict(NONE_YET)
        for planned in group.orders:
            track = self.tracks[planned.key] = OrderTrack.begin(planned)
            tally[track.state] += 1
            self._claims.add(track)
            if track.state is NEW:
                queue.append(track)
            elif track.state is DOUBT:
                settling.remember(track)
                self._doubts[track] = None

    def start(self, now: float) -> None:
        """The run begins: look at once for what an earlier run left in doubt."""
        for track in self._doubts:
            settling.begin(track, now)

    # --- asked by whoever runs the groups ---

    def total(self) -> Counter[State]:
        """How many orders of the run are in each state."""
        return sum(map(Counter, self.tallies.values()), Counter())

    def placed(self, group: str) -> Iterator[OrderTrack]:
        """The orders of a group that are at the exchange, in the file's order."""
        return (t for t in self.tracks.values() if t.planned.key.group == group and t.state is PLACED)

    def named(self, group: str, states: frozenset[State]) -> str:
        """The ids of a group's orders in some states, for people."""
        names = [k.id for k, t in self.tracks.items() if k.group == group and t.state in states]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    # --- told by whoever runs the groups ---

    def send(self, track: OrderTrack, now: float) -> AddOrder | None:
        """The message for an order that leaves now, its intent noted; None where the gate holds it back. Its
        deadline counts from now, so that the journal knows it first, and a slow disk only shortens it."""
        planned, key = track.planned, track.planned.key
        own = planned.deadline_s
        deadline_at = now + (self._deadline_s if own is None else seconds(own))
        reqid = self._reqids.take()
        request = planned.request.to_send(reqid=reqid, deadline=rfc3339(deadline_at, digits=3))
        if why := self._gate.admit(key, request, now):
            self._hold_back(track, why, now)
            return None
        track.sent_at, track.deadline_at, track.watched_at = now, deadline_at, 0.0
        track.reqid, track.seen = reqid, None
        track.attempts += 1
        self._by_reqid[reqid] = track
        self.sent += 1
        self._learn(track, Fact.SEND)
        self._entries.append(
            OrderIntent(
                at=rfc3339(now),
                group=key.group,
                id=key.id,
                reqid=reqid,
                content=planned.content,
                request=fields_of(request),
            )
        )
        self._alarms.set(deadline_at + self._timing.reply_margin_s, track)
        return request

    def skip_queue(self, group: str, why: str) -> None:
        """Leave the unsent orders of a group unsent."""
        queue = self.queues[group]
        while queue:
            track = queue.popleft()
            if track.state is NEW:
                track.why = why
                self._learn(track, Fact.SKIP)

    def lose_all(self, why: str, now: float) -> None:
        """The connection broke: every order without a reply is in doubt."""
        for track in list(self._by_reqid.values()):
            if track.state is SENT:
                self._lose(track, why, now)
        settling.look_away(self._doubts, now)

    def watch(self, now: float) -> None:
        """The feed shows again whatever is open."""
        settling.watch(self._doubts, now)

    def give_up_all(self, why: str, now: float) -> None:
        """Stop waiting: every order without a fate is unresolved."""
        for track in self.tracks.values():
            if track.state in (SENT, DOUBT):
                self._give_up(track, why, now)

    # --- told by the exchange ---

    def answer(self, reply: AddOrderStatus, now: float) -> None:
        """Take the reply to an ``addOrder``."""
        track = self._by_reqid.pop(reply.reqid, None) if reply.reqid is not None else None
        late = track is not None and track.reqid != reply.reqid
        if track is None or (late and not reply.txid):
            return  # That an earlier sending was refused says nothing of the one that is under way.
        asked, track = track, self._claims.meant(track, reply)
        self._stirred |= track is not asked
        if track is not asked and asked.reqid is not None and asked.reqid in self._by_reqid:
            self._by_reqid[asked.reqid] = asked
        if reply.status == "ok":
            self._accept(track, reply, now)
        else:
            self._refuse(track, reply.errorMessage or "no reason given", now)

    def saw(self, order: OpenOrder, now: float) -> None:
        """The feed or the snapshot shows an order; it may be one of ours that is waited for."""
        for track in self._claims.candidates(order, self._doubts):
            if track.state is SENT:
                if track.seen is None and track.planned.request.cl_ord_id:
                    track.seen = order
                    self._alarms.set(now + self._timing.feed_grace_s, track)
                continue
            if self._claims.fits(track, order):
                self._find(track, order, "feed", now)
                return

    def look_back(self, feed: Iterable[OpenOrder], now: float) -> None:
        """See whether what the feed has shown before is one that is in doubt by now; while nothing has become
        known of ours there is nothing new to be found."""
        if self._stirred and self._doubts:
            for order in self._claims.unclaimed(feed):
                self.saw(order, now)
        self._stirred = False

    def dropped(self, reqid: int, why: str, now: float) -> None:
        """A request was dropped, or its reply could not be read."""
        track = self._by_reqid.get(reqid)
        if track is not None and track.reqid == reqid and track.state is SENT:
            self._lose(track, why, now)

    def looked_up(self, found: Iterable[OpenOrder], now: float, *, can_send: bool) -> None:
        """Take what the exchange's records hold; what a late enough look did not find is absent."""
        looking, self._looking = self._looking, []
        asked = {track for track in looking if track.state in (DOUBT, NEW)}
        for order in self._claims.unclaimed(found):
            for track in self._claims.candidates(order, looking):
                if track in asked and self._claims.fits(track, order):
                    asked.remove(track)
                    self._find(track, order, "lookup", now)
                    break
        self.cold.looked(now)
        for track in looking:
            if track not in self._doubts:
                continue
            proven = track.looked_at >= settling.settled_at(track, self._timing)
            if can_send and proven and not self._claims.has_rival(track):
                self._miss(track, now)
            else:
                settling.look_again(track, now, self._timing)

    def look_failed(self, why: str, now: float) -> None:
        """The exchange's records could not be read: look again later, as long as there is patience."""
        looking, self._looking = self._looking, []
        self.cold.failed(why, now)
        for track in looking:
            if track.state is DOUBT:
                track.why = why
                settling.look_again(track, now, self._timing)

    # --- told by the time ---

    def on_time(self, now: float) -> None:
        """Reply overdue, reply trailing the feed for too long, patience at its end."""
        if self.cold.waiting:
            self.cold.on_time(now)
        for track in self._alarms.due(now):
            if track.state is SENT and track.seen and self._claims.fits(track, track.seen):
                self._find(track, track.seen, "feed", now)
            elif track.state is SENT and now >= track.deadline_at + self._timing.reply_margin_s:
                self._lose(track, "no reply until the deadline", now)
        for track in settling.overdue(self._doubts, now, self._timing) if self._doubts else ():
            tried = f"{track.looks} looks at the exchange's records"
            self._give_up(track, f"{track.why or 'no reply'}; {tried} settled nothing", now)

    def look(self, now: float, *, connected: bool) -> LookUp | None:
        """The look that is due now, one at a time.

        What may have been placed from elsewhere is looked for when the snapshot is in: an order that ends
        between the two would else be seen by neither.
        """
        if self._looking:
            return None
        self._looking = settling.due(self._doubts, now)
        if connected:
            self._looking += self.cold.due(now)
        return settling.look_for(self._looking) if self._looking else None

    def questions(self, now: float, *, connected: bool) -> Sequence[Action]:
        """What is to be asked of the exchange now, before anything is sent to it or again."""
        asked: list[Action] = []
        if not (self._doubts or self.cold.waiting):
            return asked
        if connected and self.cold.wants_trades(now):
            wanted = {"name": OwnTrades.channel, "snapshot": True}
            asked.append(Subscribe(subscription=wanted, reqid=self._reqids.take()))
        look = self.look(now, connected=connected)
        return asked if look is None else [*asked, look]

    def timer(self, *, connected: bool) -> float | None:
        """When ``on_time`` or ``look`` should be asked next."""
        alarm = self._alarms.next()
        cold = self.cold.timer() if connected and not self._looking else None
        if not self._doubts:
            return alarm if cold is None else earliest(alarm, cold)
        return earliest(alarm, cold, settling.timer(self._doubts, self._timing, looking=bool(self._looking)))

    # --- the steps, each with its entry ---

    def _accept(self, track: OrderTrack, reply: AddOrderStatus, now: float) -> None:
        holder = self._claims.holder(reply.txid or "")
        if holder is not None and holder is not track:
            self._give_up(track, f"its reply names {reply.txid}, which is {holder.planned.key}", now)
        elif reply.txid and track.txid not in (None, reply.txid):
            self._give_up(track, f"placed twice, as {track.txid} and as {reply.txid}", now)
        elif reply.txid and track.state is not PLACED:
            self._gate.answered(rejected=False)
            self._place(track, Fact.ACCEPT, "reply", now, txid=reply.txid, descr=reply.descr)
        elif reply.txid or track.state not in OPEN_TO_NEWS:
            return
        elif track.planned.request.validate:
            self._learn(track, Fact.VALIDATE)
            self._note(OrderValidated, track, now, descr=reply.descr)
        else:
            self._lose(track, "the exchange said ok without a txid", now)

    def _refuse(self, track: OrderTrack, error: str, now: float) -> None:
        if track.state not in OPEN_TO_NEWS:
            return
        if not is_definite_refusal(error):
            self._lose(track, error, now)
        elif track.has_another_turn(complaint := classify(error)):
            self.token_refused |= complaint is Complaint.BAD_TOKEN
            if track.state in UNDER_WAY:
                self._turn_away(track, error, now)
        else:
            track.why = error
            self._gate.answered(rejected=True)
            self._learn(track, Fact.REJECT)
            self._note(OrderRejected, track, now, error=error)

    def _turn_away(self, track: OrderTrack, error: str, now: float) -> None:
        """Refused at the door: certainly not booked, and to be sent again, by a later run if need be."""
        self._learn(track, Fact.TURN_AWAY)
        self._note(OrderAbsent, track, now, reason=error)
        self.queues[track.planned.key.group].append(track)

    def _find(self, track: OrderTrack, order: OpenOrder, source: str, now: float) -> None:
        if track.state is NEW and not track.attempts:
            self.cold.met(track, order)
            if why := objection(track, order, self._approval):
                self.conflicts.append(f"{track.planned.key}: {why}")
                self._hold_back(track, why, now)
                return
        text = None if order.descr is None else order.descr.order
        track.guessed = track.planned.own_id and track.planned.request.cl_ord_id is None
        self._place(track, Fact.FIND, source, now, txid=order.txid, descr=text)

    def _hold_back(self, track: OrderTrack, why: str, now: float) -> None:
        """It is not sent, for a reason of ours: a rule, or what stands at the exchange under its identity."""
        track.why = why
        self._learn(track, Fact.REFUSE)
        self._note(OrderRefused, track, now, error=why)

    def _place(
        self, track: OrderTrack, fact: Fact, source: str, now: float, *, txid: str, descr: str | None
    ) -> None:
        unknown_before = track.state is NEW and not track.attempts
        self._learn(track, fact)
        self._claims.bind(track, txid)
        track.txid, track.seen = txid, None
        planned = track.planned
        self._entries.append(
            OrderPlaced(
                at=rfc3339(now),
                group=planned.key.group,
                id=planned.key.id,
                txid=txid,
                source=source,
                descr=descr,
                content=planned.content if unknown_before else None,
                request=fields_of(planned.request) if unknown_before else None,
            )
        )

    def _lose(self, track: OrderTrack, why: str, now: float) -> None:
        if track.state not in UNDER_WAY:
            return
        track.why = why
        if track.state is SENT:
            self._learn(track, Fact.LOSE)
            self._doubts[track] = None
        settling.begin(track, now)

    def _miss(self, track: OrderTrack, now: float) -> None:
        key = track.planned.key
        reason = f"{track.why or 'no reply'}; not at the exchange after its deadline and the settle window"
        self._learn(track, Fact.MISS)
        self._note(OrderAbsent, track, now, reason=reason)
        if track.may_leave_again:
            self.queues[key.group].append(track)
        else:
            track.why = reason
            self._learn(track, Fact.SKIP)

    def _give_up(self, track: OrderTrack, why: str, now: float) -> None:
        track.why = why
        self._learn(track, Fact.GIVE_UP)
        self._note(OrderUnresolved, track, now, reason=why)

    def _note(self, fact: Callable[..., Entry], track: OrderTrack, now: float, **said: str | None) -> None:
        key = track.planned.key
        self._entries.append(fact(at=rfc3339(now), group=key.group, id=key.id, **said))

    def _learn(self, track: OrderTrack, fact: Fact) -> None:
        self._stirred = True
        tally, before = self.tallies[track.planned.key.group], track.state
        after = track.learn(fact)
        tally[before] -= 1
        tally[after] += 1
        if before is DOUBT:
            self._doubts.pop(track, None)
