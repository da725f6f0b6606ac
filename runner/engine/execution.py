"""The run of a plan: events and the time in, a turn out (what to make durable, then what to do).

It leads the groups through their orders and cancellations; what is known of those is the desks', and the
connection is the link's. It knows no socket, no clock, no file. Take the turn before asking ``finished``, or
the last entries are lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import GroupOutcome, RunOutcome, rfc3339
from runner.protocol import (
    LIMITS,
    AddOrderStatus,
    CancelOrderStatus,
    ConnectionLost,
    ErrorReply,
    OrderChanged,
    Ready,
    SequenceGap,
    Silent,
    SubscriptionRefused,
    SystemStatus,
    Tier,
    TradesSeen,
    Unintelligible,
)
from runner.records import Entry, GroupEnded, RunEnded

from .cancel_desk import CancelDesk
from .groups import STREAMING, WAITING, GroupTrack, Stage
from .guarding import OPEN_GATE, Keeper
from .link import Link, clock_complaint, refusal
from .order_desk import OrderDesk
from .orders import DOUBT, NEW, SENT, State
from .pacer import Pacer
from .plan import Plan, opening
from .turn import (
    TURN_ACTIONS,
    ClockMeasured,
    Connect,
    ConnectFailed,
    LookedUp,
    LookUpFailed,
    MeasureClock,
    Progress,
    StopRequested,
    Timing,
    Turn,
    earliest,
    resumes_at,
)
from .verdict import how_ended, why_ended

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.protocol import Limits, OpenOrder, Reqids

    from .queue import OrderQueue
    from .turn import Action, EngineEvent


class Execution:
    """One run of a plan. Call ``start`` once, then ``handle`` with every event and at every ``timer``."""

    def __init__(
        self,
        plan: Plan,
        reqids: Reqids,
        *,
        tool: str,
        timing: Timing | None = None,
        limits: Limits = LIMITS[Tier.STARTER],
        gate: Keeper = OPEN_GATE,
    ) -> None:
        assert not plan.changed, "a changed order is refused before a run begins"
        self._plan = plan
        self._tool = tool
        self._timing = timing or Timing()
        self._entries: list[Entry] = []
        self._orders = OrderDesk(plan, reqids, self._timing, self._entries, gate)
        self._groups = {group.name: GroupTrack(group) for group in plan.groups}
        self._open = list(self._groups.values())
        self._cancels = CancelDesk(reqids, self._timing, self._entries, gate)
        self._link = Link()
        self._pacer = Pacer(limits, self._orders.unsent)
        self._feed: dict[str, OpenOrder] = {}
        self._actions: list[Action] = []
        self._timer: float | None = None
        self._now = 0.0
        self._clock_is_right = False
        self._stop_at: float | None = None
        self._sends_no_more = False
        self._held_since: float | None = None
        self.outcome: RunOutcome | None = None
        self.reason = ""

    # --- the contract with whoever drives ---

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be done."""
        return self.outcome is not None

    def start(self, now: float) -> Turn:
        """Begin: note what is about to be done, and ask for a connection if there is anything to do."""
        self._entries.append(opening(self._plan, tool=self._tool, now=now))
        self._orders.start(now)
        return self._turn(now)

    def handle(self, events: Iterable[EngineEvent], now: float) -> Turn:
        """Take events in the order in which they happened; none at all when only the time has come."""
        for event in events:
            self._take(event, now)
        return self._turn(now)

    def timer(self) -> float | None:
        """When ``handle`` wants to be called although nothing has happened, in Unix seconds."""
        return self._timer

    def progress(self) -> Progress:
        """How far the run has come."""
        total = self._orders.total()
        return Progress(
            orders=len(self._orders.tracks),
            sent=self._orders.sent,
            placed=total[State.PLACED],
            rejected=total[State.REJECTED],
            settled=len(self._orders.tracks) - total[NEW] - total[SENT] - total[DOUBT],
            cancels=sum(len(group.planned.cancel) for group in self._groups.values()),
            canceled=self._cancels.settled,
            remaining_s=self._pacer.remaining_s(self._now),
            connected=self._link.up,
        )

    # --- what happened ---

    def _take(self, event: EngineEvent, now: float) -> None:
        match event:
            case OrderChanged():
                self._pacer.changed(event, now)
                self._feed[event.order.txid] = event.order
                self._orders.saw(event.order, now)
            case AddOrderStatus():
                self._pacer.answered(event, now)
                self._orders.answer(event, now)
            case CancelOrderStatus():
                self._pacer.answered(event, now)
                self._cancels.reply(event, now)
            case LookedUp(found):
                self._orders.looked_up(found, now, can_send=self._link.up)
            case TradesSeen(trades):
                self._orders.cold.traded(trades, now)
            case LookUpFailed(reason):
                self._orders.look_failed(reason, now)
            case (
                ErrorReply(errorMessage=why, reqid=int(reqid)) | Unintelligible(reason=why, reqid=int(reqid))
            ):
                self._orders.dropped(reqid, why, now)
            case StopRequested(reason):
                self._stop_at = self._stop_at or now + self._timing.stop_wait_s
                self.reason = reason
            case _:
                self._take_link_event(event, now)

    def _take_link_event(self, event: EngineEvent, now: float) -> None:
        match event:
            case SystemStatus(status=status):
                self._link.status = status
            case Ready():
                self._connected(event, now)
            case SubscriptionRefused(error) if not self._link.up:
                self._link.fail(refusal(error), now, sent_anything=self._sent_anything)
            case ClockMeasured(skew):
                self._check_clock(skew, now)
            case ConnectFailed():
                self._link.fail(event, now, sent_anything=self._sent_anything)
            case ConnectionLost(reason) | SubscriptionRefused(reason):
                self._disconnected(reason, now)
            case Unintelligible(reason=why, event="openOrders"):
                self._disconnected(f"openOrders: {why}", now)
            case SequenceGap(expected, received):
                self._disconnected(f"message {expected} of openOrders is missing ({received} came)", now)
            case Silent(seconds):
                self._disconnected(f"nothing was received for {seconds:.0f} s", now)

    def _check_clock(self, skew: tuple[float, float] | None, now: float) -> None:
        """A deadline means something only when both clocks nearly agree."""
        complaint = clock_complaint(skew, self._timing.deadline_s)
        self._clock_is_right = complaint is None
        self._pacer.clock_is(skew)
        if complaint is None:
            self._actions.append(Connect(fresh_token=False))
        else:
            self._link.fail(ConnectFailed(complaint, final=True), now, sent_anything=self._sent_anything)

    def _connected(self, ready: Ready, now: float) -> None:
        self._link.ready()
        self._pacer.start_over(ready, now)
        self._orders.watch(now)
        # What was open on the last connection may have ended since: only the snapshot says what stands.
        over = {txid: order for txid, order in self._feed.items() if order.terminal}
        self._feed = over | {order.txid: order for order in ready.orders}
        for order in ready.orders:
            self._orders.saw(order, now)
        if ready.complete:
            self._cancels.recover_all(self._feed, now)

    def _disconnected(self, reason: str, now: float) -> None:
        self._link.lose(reason, now)
        self._orders.lose_all(reason, now)
        self._cancels.lose_all()

    # --- what follows ---

    def _turn(self, now: float) -> Turn:
        if self.outcome is None:
            self._on_time(now)
            self._pacer.begin_turn()
            # One group's end may let another begin, which may end at once: go on until all stand still.
            while self._advance(now):
                pass
            if self._open:
                self._ask(now)
            else:
                self._finish(now)
        self._timer = self._next_timer(now) if self.outcome is None else None
        self._now = now
        turn = Turn(tuple(self._entries), tuple(self._actions))
        self._entries.clear()
        self._actions.clear()
        return turn

    def _on_time(self, now: float) -> None:
        orders, link = self._orders, self._link
        orders.on_time(now)
        if link.up:
            orders.look_back(self._feed.values(), now)
        if orders.token_refused:
            orders.token_refused = False
            self._disconnected("the token was refused", now)
            link.refresh_token()
        if not link.up:
            link.on_time(now, sent_anything=self._sent_anything)
        self._cancels.on_time(self._feed, now)
        if orders.conflicts:
            link.give_up("; ".join(orders.conflicts))
        elif orders.cold.hopeless:
            link.give_up(orders.cold.hopeless)
        self._hold(now)
        self._sends_no_more = self._stop_at is not None or link.hopeless
        if self._stop_at is not None and now >= self._stop_at:
            self._orders.give_up_all(self.reason, now)
            self._cancels.give_up_all(now)

    def _hold(self, now: float) -> None:
        """While the exchange does not take what we have, it waits; when that lasts too long, it is left."""
        takes_all = not self._link.up or self._link.may_add  # What takes orders takes cancellations too.
        adds = not takes_all and any(self._orders.queues.values())
        if takes_all or not (adds or (self._cancels.waiting and not self._link.may_cancel)):
            self._held_since = None
            return
        self._held_since = self._held_since or now
        patience = self._timing.status_wait_s if self._sent_anything else 0.0
        if now >= self._held_since + patience:
            self.reason = f"the exchange is in status {self._link.status}"
            for group in self._groups.values():
                self._orders.skip_queue(group.name, self.reason)
            self._cancels.skip_waiting(now)
            self._held_since = None

    @property
    def _sent_anything(self) -> bool:
        return self._orders.sent > 0 or self._cancels.sent_anything

    # --- groups ---

    def _advance(self, now: float) -> bool:
        """Take the first group that can go on a step further; False when all have to wait."""
        for group in self._open:
            before = group.stage
            if before is STREAMING:
                self._stream(group, now)
            elif before is WAITING:
                self._try_to_begin(group, now)
            else:
                self._cancel(group, now)
            if group.stage is not before:
                return True
        return False

    def _try_to_begin(self, group: GroupTrack, now: float) -> None:
        waits = False
        for name in group.planned.needs:
            needed = self._groups[name]
            if needed.outcome is None:
                waits = True
            elif not needed.went_well:
                self._skip(group, f"it needs {name}, which ended {needed.outcome.value}", now)
                return
        if self._sends_no_more:
            self._skip(group, self.reason or self._link.reason, now)
        elif not waits:
            group.stage = STREAMING
            self._stream(group, now)

    def _skip(self, group: GroupTrack, why: str, now: float) -> None:
        self._orders.skip_queue(group.name, why)
        tally = self._orders.tallies[group.name]
        if tally[DOUBT]:
            return  # An earlier run may have placed one of its orders: that is looked up in any case.
        outcome = GroupOutcome.UNRESOLVED if tally[State.UNRESOLVED] else GroupOutcome.SKIPPED
        self._end(group, outcome, why, now)

    def _stream(self, group: GroupTrack, now: float) -> None:
        tally, queue = self._orders.tallies[group.name], self._orders.queues[group.name]
        if self._sends_no_more and tally[NEW] == sum(tally.values()):
            self._skip(group, self.reason or self._link.reason, now)
            return
        waiting = len(queue)
        if waiting and (self._sends_no_more or group.halted(tally)):
            self._orders.skip_queue(group.name, self.reason or self._link.reason or "the group stopped")
        # While the fate of one is unknown, or what another machine may have done, nothing is added to it.
        elif waiting and not (tally[DOUBT] or self._orders.cold.waiting) and self._link.may_add:
            self._send_due(group, queue, now)
        if not (tally[SENT] or tally[NEW] or tally[DOUBT]):
            self._orders_are_done(group)

    def _send_due(self, group: GroupTrack, queue: OrderQueue, now: float) -> None:
        due = self._pacer.due(queue, now)
        while len(self._actions) < TURN_ACTIONS and (track := next(due, None)) is not None:
            if request := self._orders.send(track, now):
                self._pacer.sent(request, now)
                self._actions.append(request)
            elif group.halted(self._orders.tallies[group.name]):
                self._orders.skip_queue(group.name, "the group stopped")

    def _orders_are_done(self, group: GroupTrack) -> None:
        group.stage = Stage.CANCELING
        targets, unwind = group.targets(self._orders)
        group.cancels = self._cancels.take_up(group.name, targets, unwind=unwind)

    def _cancel(self, group: GroupTrack, now: float) -> None:
        for cancel in group.cancels:
            if cancel.done or cancel.on_the_wire:
                continue
            if self._sends_no_more:
                self._cancels.give_up(cancel, now)
            elif (
                self._link.may_cancel
                and self._pacer.may_cancel(cancel, self._feed, now)
                and (message := self._cancels.send(cancel, self._feed, now))
            ):
                self._pacer.sent_cancel(message, cancel, self._feed, now)
                self._actions.append(message)
        if all(cancel.done for cancel in group.cancels):
            outcome = group.verdict(self._orders.tallies[group.name])
            self._end(group, outcome, why_ended(outcome, group.name, self._orders, self._cancels), now)

    def _end(self, group: GroupTrack, outcome: GroupOutcome, why: str, now: float) -> None:
        group.stage = Stage.ENDED
        self._open.remove(group)
        group.outcome = outcome
        self._entries.append(GroupEnded(at=rfc3339(now), group=group.name, outcome=outcome.value, reason=why))

    # --- the end, and what is asked for until then ---

    def _finish(self, now: float) -> None:
        refused = any(tally[State.REFUSED] for tally in self._orders.tallies.values())
        self.outcome = how_ended(
            (group.outcome for group in self._groups.values()),
            stopped=self._stop_at is not None,
            refused=bool(self._orders.conflicts),
            held_back=refused or bool(self._cancels.held_back),
            kept_out=self._link.hopeless or bool(self.reason),
            sent_anything=self._sent_anything,
        )
        if self._link.hopeless:
            self.reason = self._link.reason
        self._entries.append(RunEnded(at=rfc3339(now), outcome=self.outcome.value, reason=self.reason))

    def _ask(self, now: float) -> None:
        """Ask for a connection and for a look at the exchange's records, each when it is due."""
        if not self._link.up and (connect := self._link.want(now)) is not None:
            self._actions.append(connect if self._clock_is_right else MeasureClock())
        self._actions += self._orders.questions(now, connected=self._link.up)

    def _next_timer(self, now: float) -> float | None:
        return earliest(
            self._orders.timer(connected=self._link.up),
            self._cancels.timer(now),
            self._link.timer(),
            self._stop_at,
            None if self._held_since is None else self._held_since + self._timing.status_wait_s,
            self._pacer.timer(),
            resumes_at(self._actions, now),
        )
