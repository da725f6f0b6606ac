"""The run of a plan: events and the time in, a turn out (what to make durable, then what to do).

It leads the groups and the cancellations; the orders are the desk's, the connection is the link's. It
knows no socket, no clock, no file. Take the turn before asking ``finished``, or the last entries are lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import CancelOutcome, GroupOutcome, RunOutcome, rfc3339
from runner.protocol import (
    AddOrderStatus,
    CancelOrder,
    CancelOrderStatus,
    Complaint,
    ConnectionLost,
    ErrorReply,
    OpenOrder,
    OrderChanged,
    Ready,
    SequenceGap,
    Silent,
    SubscriptionRefused,
    SystemStatus,
    Unintelligible,
    classify,
)
from runner.records import CancelIntent, CancelSettled, Entry, GroupEnded, RunEnded, RunStarted

from .canceling import CancelTrack, Target
from .desk import Desk
from .groups import BAD, GroupTrack, Next, Stage
from .link import Link
from .orders import State
from .plan import Plan, describe
from .turn import (
    Action,
    ConnectFailed,
    EngineEvent,
    LookedUp,
    LookUpFailed,
    Progress,
    StopRequested,
    Timing,
    Turn,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.protocol import Reqids

MAX_CANCEL_IDS = 50
"""The exchange's limit for a batch cancel. A group's own list is held to it when the file is read."""

_HOPELESS = frozenset({Complaint.PERMISSION, Complaint.BAD_KEY, Complaint.LOCKOUT})


class Execution:
    """One run of a plan. Call ``start`` once, then ``handle`` with every event and at every ``timer``."""

    def __init__(self, plan: Plan, reqids: Reqids, *, tool: str, timing: Timing | None = None) -> None:
        assert not plan.changed, "a changed order is refused before a run begins"
        self._plan = plan
        self._tool = tool
        self._reqids = reqids
        self._timing = timing or Timing()
        self._entries: list[Entry] = []
        self._desk = Desk(plan, reqids, self._timing, self._entries)
        self._groups = {group.name: GroupTrack(group) for group in plan.groups}
        self._cancels: dict[int, CancelTrack] = {}
        self._link = Link()
        self._feed: dict[str, OpenOrder] = {}
        self._actions: list[Action] = []
        self._timer: float | None = None
        self._stop_at: float | None = None
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
        plan = self._plan
        self._entries.append(
            RunStarted(
                at=rfc3339(now),
                tool=self._tool,
                batch=plan.run.batch,
                run_key=plan.run.run_key,
                venue=plan.venue,
                file=plan.file,
                digest=plan.digest,
                groups=describe(plan),
            )
        )
        self._desk.start(now)
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
        total = self._desk.total()
        cancels = [cancel for group in self._groups.values() for cancel in group.cancels]
        return Progress(
            orders=len(self._desk.tracks),
            sent=self._desk.sent,
            placed=total[State.PLACED],
            rejected=total[State.REJECTED],
            settled=len(self._desk.tracks) - total[State.NEW] - total[State.SENT] - total[State.DOUBT],
            cancels=sum(len(group.planned.cancel) for group in self._groups.values()),
            canceled=sum(len(cancel.outcomes) for cancel in cancels),
            connected=self._link.up,
        )

    # --- what happened ---

    def _take(self, event: EngineEvent, now: float) -> None:
        match event:
            case AddOrderStatus():
                self._desk.answer(event, now)
            case CancelOrderStatus(reqid=reqid):
                if reqid in self._cancels:
                    self._cancels[reqid].reply(event, now)
            case OrderChanged(order):
                self._feed[order.txid] = order
                self._desk.saw(order, now)
            case LookedUp(found):
                self._desk.looked_up(found, now, can_send=self._link.up)
            case LookUpFailed(reason):
                self._desk.look_failed(reason, now)
            case (
                ErrorReply(errorMessage=why, reqid=int(reqid)) | Unintelligible(reason=why, reqid=int(reqid))
            ):
                self._desk.dropped(reqid, why, now)
            case StopRequested(reason):
                self._stop_at = self._stop_at or now + self._timing.stop_wait_s
                self.reason = reason
            case _:
                self._take_link_event(event, now)

    def _take_link_event(self, event: EngineEvent, now: float) -> None:
        match event:
            case SystemStatus(status=status):
                self._link.status = status
            case Ready(orders, complete):
                self._connected(orders, complete=complete, now=now)
            case SubscriptionRefused(error) if not self._link.up:
                complaint = classify(error)
                failed = ConnectFailed(error, complaint in _HOPELESS, complaint is Complaint.BAD_TOKEN)
                self._link.fail(failed, now, sent_anything=self._desk.sent > 0)
            case ConnectFailed():
                self._link.fail(event, now, sent_anything=self._desk.sent > 0)
            case ConnectionLost(reason) | SubscriptionRefused(reason):
                self._disconnected(reason, now)
            case SequenceGap(expected, received):
                self._disconnected(f"message {expected} of openOrders is missing ({received} came)", now)
            case Silent(seconds):
                self._disconnected(f"nothing was received for {seconds:.0f} s", now)

    def _connected(self, orders: tuple[OpenOrder, ...], *, complete: bool, now: float) -> None:
        self._link.ready()
        if complete:
            over = {txid: order for txid, order in self._feed.items() if order.terminal}
            self._feed = over | {order.txid: order for order in orders}
        for order in orders:
            self._desk.saw(order, now)
        for cancel in self._interrupted_cancels():
            if complete:
                self._settle(cancel, cancel.recover(self._feed), now)

    def _disconnected(self, reason: str, now: float) -> None:
        self._link.lose(reason, now)
        self._desk.lose_all(reason, now)
        for cancel in self._cancels.values():
            cancel.lose()

    def _interrupted_cancels(self) -> list[CancelTrack]:
        cancels = (cancel for group in self._groups.values() for cancel in group.cancels)
        return [
            cancel for cancel in cancels if cancel.attempts and not cancel.done and not cancel.on_the_wire
        ]

    # --- what follows ---

    def _turn(self, now: float) -> Turn:
        if not self.finished:
            self._on_time(now)
            # One group's end may let another begin, which may end at once: go on until all stand still.
            while any(self._advance(group, now) for group in self._groups.values()):
                pass
            self._finish_if_done(now)
        if not self.finished:
            self._ask_for_connection(now)
            self._ask_for_look(now)
        self._timer = None if self.finished else self._next_timer(now)
        turn = Turn(tuple(self._entries), tuple(self._actions))
        self._entries.clear()
        self._actions.clear()
        return turn

    def _on_time(self, now: float) -> None:
        self._desk.on_time(now)
        if self._desk.in_doubt and self._link.up:
            for order in tuple(self._feed.values()):
                self._desk.saw(order, now)
        if self._desk.token_refused:
            self._desk.token_refused = False
            self._disconnected("the token was refused", now)
            self._link.refresh_token()
        self._link.on_time(now, sent_anything=self._desk.sent > 0)
        for cancel in tuple(self._cancels.values()):
            if cancel.on_the_wire:
                settled = cancel.read_feed(self._feed) + cancel.judge(self._feed, now, self._timing)
                self._settle(cancel, settled, now)
        self._hold(now)
        if self._stop_at is not None and now >= self._stop_at:
            self._give_up(self.reason, now)

    def _hold(self, now: float) -> None:
        """While the exchange takes no orders nothing is sent; when that lasts too long, nothing will be."""
        blocked = self._link.up and not self._link.may_add and any(self._desk.queues.values())
        if not blocked:
            self._held_since = None
            return
        self._held_since = self._held_since or now
        patience = self._timing.status_wait_s if self._desk.sent else 0.0
        if now >= self._held_since + patience:
            self.reason = f"the exchange is in status {self._link.status}"
            for group in self._groups.values():
                self._desk.skip_queue(group.name, self.reason)

    def _give_up(self, why: str, now: float) -> None:
        """Wait no longer: call unresolved what has no fate."""
        self._desk.give_up_all(why, now)
        for group in self._groups.values():
            for cancel in group.cancels:
                self._give_up_cancel(cancel, now)

    def _give_up_cancel(self, cancel: CancelTrack, now: float) -> None:
        verdict = CancelOutcome.UNRESOLVED if cancel.attempts else CancelOutcome.SKIPPED
        self._settle(cancel, cancel.give_up(verdict), now)

    # --- groups ---

    def _advance(self, group: GroupTrack, now: float) -> bool:
        """Take a group one step further; False when it has to wait."""
        before = group.stage
        match group.stage:
            case Stage.WAITING:
                self._try_to_begin(group, now)
            case Stage.STREAMING:
                self._stream(group, now)
            case Stage.CANCELING:
                self._cancel(group, now)
        return group.stage is not before

    def _try_to_begin(self, group: GroupTrack, now: float) -> None:
        needed = [self._groups[name] for name in group.planned.needs]
        failed = next((other for other in needed if other.outcome and not other.went_well), None)
        if failed is not None and failed.outcome is not None:
            self._skip(group, f"it needs {failed.name}, which ended {failed.outcome.value}", now)
        elif self._sends_no_more:
            self._skip(group, self.reason or self._link.reason, now)
        elif all(other.went_well for other in needed):
            group.stage = Stage.STREAMING

    @property
    def _sends_no_more(self) -> bool:
        return self._stop_at is not None or self._link.hopeless

    def _skip(self, group: GroupTrack, why: str, now: float) -> None:
        self._desk.skip_queue(group.name, why)
        self._end(group, GroupOutcome.SKIPPED, why, now)

    def _stream(self, group: GroupTrack, now: float) -> None:
        tally = self._desk.tally(group.name)
        queue = self._desk.queues[group.name]
        if group.halted(tally) or self._sends_no_more:
            self._desk.skip_queue(group.name, self.reason or self._link.reason or "the group stopped")
        while queue and self._link.may_add:
            track = queue.popleft()
            if track.state is State.NEW:
                self._actions.append(self._desk.send(track, now))
        if not (tally[State.NEW] or tally[State.SENT] or tally[State.DOUBT]):
            self._orders_are_done(group, now)

    def _orders_are_done(self, group: GroupTrack, now: float) -> None:
        group.stage = Stage.CANCELING
        match group.what_next(self._desk.tally(group.name)):
            case Next.CANCEL:
                targets = self._targets(group)
                if targets:
                    group.cancels = [CancelTrack(group.name, targets)]
            case Next.UNWIND:
                placed = tuple(
                    Target(f"order:{track.planned.key}", track.txid or "")
                    for track in self._desk.placed(group.name)
                )
                chunks = (placed[i : i + MAX_CANCEL_IDS] for i in range(0, len(placed), MAX_CANCEL_IDS))
                group.cancels = [CancelTrack(group.name, chunk, unwind=True) for chunk in chunks]

    def _targets(self, group: GroupTrack) -> tuple[Target, ...]:
        """The ids that the group's cancellation stands for, without those that are settled already."""
        targets = []
        for cancel in group.planned.cancel:
            if cancel.settled:
                continue
            text = cancel.sent_as or (self._desk.tracks[cancel.order].txid if cancel.order else None)
            if text is not None:
                targets.append(Target(cancel.ref, text, cancel.userref))
        return tuple(targets)

    def _cancel(self, group: GroupTrack, now: float) -> None:
        for cancel in group.cancels:
            if cancel.done or cancel.on_the_wire:
                continue
            if self._sends_no_more:
                self._give_up_cancel(cancel, now)
            elif self._link.may_cancel:
                self._send_cancel(cancel, now)
        if all(cancel.done for cancel in group.cancels):
            outcome = group.verdict(self._desk.tally(group.name))
            self._end(group, outcome, self._why(group, outcome), now)

    def _send_cancel(self, cancel: CancelTrack, now: float) -> None:
        reqid = self._reqids.take()
        ids = cancel.send(reqid, self._feed, now)
        self._cancels[reqid] = cancel
        self._entries.append(
            CancelIntent(at=rfc3339(now), group=cancel.group, reqid=reqid, txid=ids, unwind=cancel.unwind)
        )
        self._actions.append(CancelOrder(txid=ids, reqid=reqid))

    def _settle(self, cancel: CancelTrack, refs: Iterable[str], now: float) -> None:
        texts = {target.ref: target.text for target in cancel.targets}
        for ref in refs:
            self._entries.append(
                CancelSettled(
                    at=rfc3339(now),
                    group=cancel.group,
                    ref=ref,
                    txid=texts[ref],
                    outcome=cancel.outcomes[ref].value,
                    unwind=cancel.unwind,
                    matched=cancel.matched.get(ref, ()),
                )
            )

    def _why(self, group: GroupTrack, outcome: GroupOutcome) -> str:
        if outcome is GroupOutcome.DONE:
            return ""
        unresolved = self._desk.named(group.name, frozenset({State.UNRESOLVED}))
        bad = self._desk.named(group.name, BAD)
        if unresolved:
            return f"the fate of {unresolved} is unknown"
        return f"{bad} not placed" if bad else "a cancellation did not end as asked"

    def _end(self, group: GroupTrack, outcome: GroupOutcome, why: str, now: float) -> None:
        group.stage = Stage.ENDED
        group.outcome = outcome
        self._entries.append(GroupEnded(at=rfc3339(now), group=group.name, outcome=outcome.value, reason=why))

    # --- the end, and what is asked for until then ---

    def _finish_if_done(self, now: float) -> None:
        if any(group.stage is not Stage.ENDED for group in self._groups.values()):
            return
        self.outcome = self._verdict()
        if self._link.hopeless:
            self.reason = self._link.reason
        self._entries.append(RunEnded(at=rfc3339(now), outcome=self.outcome.value, reason=self.reason))

    def _verdict(self) -> RunOutcome:
        outcomes = {group.outcome for group in self._groups.values()}
        if self._stop_at is not None:
            return RunOutcome.INTERRUPTED
        if GroupOutcome.UNRESOLVED in outcomes:
            return RunOutcome.UNRESOLVED
        if outcomes == {GroupOutcome.DONE} or not outcomes:
            return RunOutcome.DONE
        kept_out = self._link.hopeless or bool(self.reason)
        nothing_sent = not self._desk.sent and not self._cancels
        return RunOutcome.UNREACHABLE if kept_out and nothing_sent else RunOutcome.INCOMPLETE

    def _ask_for_connection(self, now: float) -> None:
        connect = self._link.want(now)
        if connect is not None:
            self._actions.append(connect)

    def _ask_for_look(self, now: float) -> None:
        look = self._desk.look(now)
        if look is not None:
            self._actions.append(look)

    def _next_timer(self, now: float) -> float | None:
        moments = [self._desk.timer(), self._link.timer(), self._stop_at]
        moments += [cancel.timer(now, self._timing) for cancel in self._cancels.values()]
        if self._held_since is not None:
            moments.append(self._held_since + self._timing.status_wait_s)
        return min((moment for moment in moments if moment is not None), default=None)
