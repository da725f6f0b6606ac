"""The run of a plan: takes events and the time, returns turns (what to make durable, then what to do).

It leads the groups through their orders and cancellations, whose state is kept by their managers;
``ConnectionEvents`` handles the connection. Take the turn before testing ``finished``, or the last entries
are lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import RunOutcome, rfc3339
from runner.journal import Entry, RunEnded
from runner.kraken import (
    LIMITS,
    CancelReply,
    ErrorReported,
    OrderAccepted,
    OrderChanged,
    OrderRejected,
    OrderValidated,
    Tier,
    TradesSeen,
    Unintelligible,
)
from runner.planning import Plan

from .cancels.manager import CancelManager
from .clock_check import ClockCheck
from .connection import Link
from .connection_events import ConnectionEvents
from .dead_man import DeadMan
from .groups.barriers import Barriers
from .groups.confirmation import Confirmation
from .groups.current_wait import progress_in
from .groups.ends import GroupEnds
from .groups.runner import GroupRunner
from .groups.states import Stage
from .orders.manager import OrderManager
from .pacing.open_order_room import Room
from .pacing.pacer import Pacer
from .run_header import run_started
from .send_gate import OPEN_GATE, SendGate
from .send_timeout import SendTimeout
from .turn import (
    IntentsDenied,
    LookedUp,
    LookUpFailed,
    MeasureClock,
    OrdersQueried,
    Progress,
    QueryFailed,
    StopRequested,
    Timing,
    Turn,
    earliest,
    next_turn_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.kraken import Limits, OpenOrder, Reqids

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
        gate: SendGate = OPEN_GATE,
    ) -> None:
        assert not plan.changed, "a changed order is refused before a run begins"
        self._plan = plan
        self._tool = tool
        self._timing = timing or Timing()
        self._entries: list[Entry] = []
        self._feed: dict[str, OpenOrder] = {}
        self._orders = OrderManager(plan, reqids, self._timing, self._entries, gate, feed=self._feed)
        self._cancels = CancelManager(
            reqids, self._timing, self._entries, gate, admission=plan.admission, orders=self._orders.tracks
        )
        self._ends = GroupEnds(plan, self._orders, self._cancels, self._entries)
        self._groups, self._open = self._ends.all, self._ends.open
        self._link = Link()
        self._pacer = Pacer(limits, self._orders.unsent)
        self._confirmation = Confirmation(self._orders, self._timing)
        self._barriers = Barriers(plan, self._orders, self._link, self._timing, self._entries)
        self._actions: list[Action] = []
        self._timer: float | None = None
        self._now = 0.0
        self._clock = ClockCheck(self._timing)
        self._dead_man = DeadMan(self._timing.dead_man_s, reqids, self._entries, left_s=plan.switch_left_s)
        self._stop_at: float | None = None
        self._halted = False
        self._send_timeout = SendTimeout(self._timing)
        self._runner = GroupRunner(
            ends=self._ends,
            orders=self._orders,
            cancels=self._cancels,
            confirmation=self._confirmation,
            barriers=self._barriers,
            pacer=self._pacer,
            room=Room(limits.open_orders_max, self._orders.tracks, self._pacer.wake_at),
            link=self._link,
            clock=self._clock,
            feed=self._feed,
            actions=self._actions,
        )
        self._connection = ConnectionEvents(
            link=self._link,
            clock=self._clock,
            pacer=self._pacer,
            orders=self._orders,
            cancels=self._cancels,
            confirmation=self._confirmation,
            barriers=self._barriers,
            feed=self._feed,
            actions=self._actions,
        )
        self.outcome: RunOutcome | None = None
        self.reason = ""

    # --- the contract with the driver ---

    @property
    def finished(self) -> bool:
        """True if nothing is left to be done."""
        return self.outcome is not None

    def start(self, now: float) -> Turn:
        """Start the run: write its first entry, and request a connection if there is anything to do."""
        self._entries.append(run_started(self._plan, tool=self._tool, now=now))
        self._orders.start(now)
        self._dead_man.start(now)
        return self._turn(now)

    def handle(self, events: Iterable[EngineEvent], now: float) -> Turn:
        """Take events in the order in which they happened; pass none if only the timer has expired."""
        self._clock.check_readings(self._now, self._timer, now)
        for event in events:
            self._take(event, now)
        return self._turn(now)

    def timer(self) -> float | None:
        """Return when to call ``handle`` even if nothing has happened, in Unix seconds."""
        return self._timer

    def progress(self) -> Progress:
        """Return the progress of the run."""
        return progress_in(self._runner, self._send_timeout, self._timing, self._now)

    # --- what happened ---

    def _take(self, event: EngineEvent, now: float) -> None:
        match event:
            case OrderChanged():
                self._pacer.on_order_changed(event, now)
                self._feed[event.order.txid] = event.order
                self._orders.on_order(event.order, now)
            case OrderAccepted() | OrderValidated() | OrderRejected():
                self._pacer.record_reply(event, now)
                self._orders.on_reply(event, now)
                self._connection.check_error(event.error)
            case CancelReply():
                self._pacer.record_reply(event, now)
                self._cancels.on_reply(event, now)
                self._connection.check_error(event.error)
            case LookedUp() | LookUpFailed() | OrdersQueried() | QueryFailed() | TradesSeen():
                self._take_records(event, now)
            case ErrorReported(reqid=int(reqid)) | Unintelligible(reqid=int(reqid)):
                self._orders.on_request_dropped(reqid, event.reason, now)
            case IntentsDenied(reqids, reason, halted):
                self._orders.on_denied(reqids, reason, now)
                self._cancels.on_denied(reqids, reason, now)
                if halted:
                    self._stop(reason, now)
                    self._halted = True
            case StopRequested() if self._orders.executions.waits:
                self._orders.executions.give_up()  # All orders and cancellations are done.
            case StopRequested(reason):
                self._stop(reason, now)
            case _:
                self._dead_man.take(event, now)
                self._connection.take(event, now)

    def _stop(self, reason: str, now: float) -> None:
        """Send nothing new, and await what was sent, for a while."""
        self._stop_at = self._stop_at or now + self._timing.stop_wait_s
        self.reason = self.reason if self._halted else reason

    def _take_records(
        self, event: LookedUp | LookUpFailed | OrdersQueried | QueryFailed | TradesSeen, now: float
    ) -> None:
        match event:
            case LookedUp(orders):
                self._orders.on_lookup(orders, now, can_send=self._link.up)
            case LookUpFailed(reason):
                self._orders.on_lookup_failed(reason, now)
            case TradesSeen(trades):
                self._orders.cold.on_trades(trades, now)
            case OrdersQueried() | QueryFailed():
                self._orders.on_records(event, now)
                self._confirmation.on_records(event, now)
                self._barriers.on_records(event, now)
                self._cancels.on_records(event, now)

    # --- what follows ---

    def _turn(self, now: float) -> Turn:
        if self.outcome is None:
            self._on_time(now)
            self._ends.revise(now)
            self._pacer.begin_turn()
            # One group's end may let another begin, which may end at once: repeat until no group moves.
            while self._runner.advance(now):
                pass
            self._link.patient = not self._is_busy and self._barriers.have_time(now)
            if self._open:
                self._request_due(now)
            elif self._orders.executions.awaits(now):
                self._actions += self._orders.executions.query(now)
                if self._dead_man.armed_until is not None and not self._link.up:
                    self._connect_again(now)  # It is renewed until the run ends.
            elif self._dead_man.is_off(now, reachable=self._link.up or not self._link.gave_up):
                self._finish(now)
            else:
                self._disarm(now)
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
            orders.finder.rematch(self._feed.values(), now)
        if orders.token_refused:
            orders.token_refused = False
            self._connection.disconnect("the token was refused", now)
            link.refresh_token()
        if not link.up:
            link.on_time(now, sent_anything=self._connection.sent_anything)
        self._cancels.on_time(self._feed, now)
        if orders.finder.conflicts:
            link.give_up("; ".join(orders.finder.conflicts))
        elif orders.cold.failure:
            link.give_up(orders.cold.failure)
        self._keep_guarded(now)
        self._wait_for_status(now)
        if self._stop_at is not None or link.gave_up:
            self._runner.stop(self.reason or link.reason)
        if self._stop_at is not None and now >= self._stop_at:
            self._orders.give_up_all(self.reason, now)
            self._cancels.give_up_all(now)

    def _keep_guarded(self, now: float) -> None:
        """Arm the dead man's switch before orders leave, and renew it while they may be open."""
        if self._dead_man.armed_until is not None or any(self._orders.queues.values()):
            self._actions += self._dead_man.due(now, connected=self._link.up)
        self._link.guarded = self._dead_man.holds(now)
        if self._dead_man.failure and not self._link.gave_up:
            self._link.give_up(self._dead_man.failure)

    def _disarm(self, now: float) -> None:
        """Disarm the dead man's switch, over a new connection if there is none."""
        if not self._link.up:
            self._connect_again(now)
        self._actions += self._dead_man.disarm(connected=self._link.up)

    def _wait_for_status(self, now: float) -> None:
        """Wait while the exchange does not accept what the run has to send; after too long, give it up."""
        link = self._link
        if not link.up or link.may_add or not link.guarded:  # What takes orders takes cancellations too.
            self._send_timeout.end()
            return
        # What a barrier holds back waits for no exchange, nor does what comes after it.
        due = (
            group.name for group in self._open if not self._barriers.waits or group.stage is not Stage.WAITING
        )
        waits = any(self._orders.queues[name] for name in due) or (
            self._cancels.waiting and not link.may_cancel
        )
        if self._send_timeout.is_over(now, waits=waits, sent_anything=self._connection.sent_anything):
            self.reason = f"the exchange is in status {self._link.status}"
            for group in self._groups.values():
                self._orders.skip_queue(group.name, self.reason)
            self._cancels.skip_waiting(now)

    @property
    def _is_busy(self) -> bool:
        return any(not (group.stage is Stage.WAITING or group.only_looks_up) for group in self._open)

    @property
    def _needs_connection(self) -> bool:
        return self._is_busy or self._barriers.waits

    # --- the end, and the requests until then ---

    def _finish(self, now: float) -> None:
        self._ends.conclude_all(now)
        self.outcome = self._ends.run_outcome(
            stopped=self._stop_at is not None,
            halted=self._halted,
            unreachable=self._link.gave_up or bool(self.reason),
            sent_anything=self._connection.sent_anything,
        )
        if self._dead_man.unsure:
            self.outcome, self.reason = RunOutcome.UNRESOLVED, self._dead_man.unsure
        elif self._link.gave_up:
            self.reason = self._link.reason
        elif self.outcome is not RunOutcome.DONE and not self.reason and self._link.last_error:
            self.reason = f"the exchange said: {self._link.last_error}"
        self._entries.append(RunEnded(at=rfc3339(now), outcome=self.outcome.value, reason=self.reason))

    def _request_due(self, now: float) -> None:
        """Request a connection and a look-up in the exchange's records, each if it is due."""
        if self._link.up:
            if not self._clock.right and any(self._orders.queues.values()) and self._clock.start_measuring():
                self._actions.append(MeasureClock())
        elif self._needs_connection:
            self._connect_again(now)
        self._actions += self._orders.due_requests(now, connected=self._link.up)
        self._actions += self._confirmation.query(now, connected=self._link.up)
        self._actions += self._barriers.query(now)
        if (query := self._cancels.query(self._feed, now)) is not None:
            self._actions.append(query)

    def _connect_again(self, now: float) -> None:
        if (connect := self._link.next_attempt(now)) is None:
            return
        if self._clock.right:
            self._actions.append(connect)
        elif self._clock.start_measuring():
            self._actions.append(MeasureClock())

    def _next_timer(self, now: float) -> float | None:
        if not self._open:
            ending = self._dead_man.armed_until is not None and not self._link.up
            link = self._link.timer() if ending else None
            switch = self._dead_man.timer(connected=self._link.up)
            return earliest(self._orders.executions.timer(now), switch, link)
        return earliest(
            self._orders.timer(connected=self._link.up),
            self._cancels.timer(self._feed, now),
            at if (at := self._link.timer()) is not None and self._needs_connection else None,
            self._stop_at,
            self._send_timeout.timer(),
            self._confirmation.timer(now, connected=self._link.up),
            self._barriers.timer(now),
            self._pacer.timer(),
            self._dead_man.timer() if self._link.up else None,
            next_turn_at(self._actions, now),
        )
