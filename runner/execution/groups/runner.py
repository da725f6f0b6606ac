"""The progress of each group through a run: wait, stream, confirm its orders, cancel, end.

The managers keep the state of orders and cancellations; the pacer applies the rate limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.domain import GroupOutcome, OnReject, Otherwise
from runner.execution.orders.states import State
from runner.execution.turn import TURN_ACTIONS

from .barriers import Verdict
from .states import GroupTrack, NextStep, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.execution.cancels.manager import CancelManager
    from runner.execution.cancels.tracker import CancelTrack
    from runner.execution.clock_check import ClockCheck
    from runner.execution.connection import Link
    from runner.execution.orders.manager import OrderManager
    from runner.execution.orders.queue import OrderQueue
    from runner.execution.orders.states import OrderTrack
    from runner.execution.pacing.open_order_room import Room
    from runner.execution.pacing.pacer import Pacer
    from runner.execution.turn import Action
    from runner.kraken import OpenOrder

    from .barriers import Barriers
    from .confirmation import Confirmation
    from .ends import GroupEnds


@dataclass(slots=True, kw_only=True)
class GroupRunner:
    """Advances the groups of a run.

    Messages to send are added to ``actions``; ``feed`` is the openOrders feed by txid. ``rests_until``: when
    the orders on which the last cancellation relies have been open for long enough, in Unix seconds.
    """

    ends: GroupEnds
    orders: OrderManager
    cancels: CancelManager
    confirmation: Confirmation
    barriers: Barriers
    pacer: Pacer
    room: Room
    link: Link
    clock: ClockCheck
    feed: Mapping[str, OpenOrder]
    actions: list[Action]
    _stopped: bool = field(default=False, init=False)
    _why: str = field(default="", init=False)
    rests_until: float = field(default=0.0, init=False)

    def stop(self, why: str) -> None:
        """Send no more; only await what was sent."""
        self._stopped, self._why = True, why
        self.orders.executions.give_up()

    def advance(self, now: float) -> bool:
        """Advance the first group that can go on by one stage; return False if all have to wait."""
        for group in self.ends.open:
            before = group.stage
            if before is Stage.STREAMING:
                self._stream(group, now)
            elif before is Stage.WAITING:
                self.try_begin(group, now)
            elif before is Stage.CONFIRMING:
                self._confirm(group, now)
            else:
                self._cancel(group, now)
            if group.stage is not before:
                return True
        return False

    def try_begin(self, group: GroupTrack, now: float) -> None:
        """Begin a group once all that it needs have ended well; skip it if that has become impossible."""
        waits = False
        for name in group.planned.needs:
            needed = self.ends.all[name]
            if needed.outcome is None:
                waits = True
            elif not needed.went_well:
                self._fail(group, needed, f"it needs {name}, which ended {needed.outcome.value}", now)
                return
            elif needed.stop_reason:
                self._skip(group, needed.stop_reason, now)
                return
        if self._stopped:
            self._skip(group, self._why, now)
        elif not self._is_held(group, now) and not waits:
            group.stage = Stage.STREAMING
            self._stream(group, now)

    def _is_held(self, group: GroupTrack, now: float) -> bool:
        """Return whether a barrier keeps a group from beginning. Skip it if one has failed."""
        held = False
        for barrier in group.planned.barriers if self._has_more_to_send(group) else ():
            needed = self.ends.all[barrier.group]
            begun = needed.outcome is not None
            verdict = self.barriers.judge(group.name, barrier, now) if begun else Verdict.WAIT
            if verdict is Verdict.FAIL:
                self._fail(group, needed, "", now)
                return True
            held |= verdict is Verdict.WAIT
        return held

    def _has_more_to_send(self, group: GroupTrack) -> bool:
        """Return whether a message may be left that a barrier has to hold back."""
        if group.planned.over:
            return False
        orders = self.orders.queues[group.name] or self.orders.tallies[group.name][State.DOUBT]
        # What was canceled and not found is looked up first, by a group that has begun before.
        return bool(orders) or any(
            not cancel.retry_lookup for cancel in group.cancel_targets(self.orders.tracks)
        )

    def _fail(self, group: GroupTrack, needed: GroupTrack, why: str, now: float) -> None:
        """Skip a group; before that, cancel what is open of the needed one, if a failed barrier says so."""
        barrier = next((each for each in group.planned.barriers if each.group == needed.name), None)
        if barrier is not None and needed.has_begun and not self._stopped and self._has_more_to_send(group):
            failed = self.barriers.has_failed(group.name, barrier, now)
            why = self.barriers.reason(group.name, needed.name) or why
            rest = self.barriers.open_rest(needed.name)
            if failed and rest and barrier.otherwise is Otherwise.CANCEL and not needed.taken_back:
                self._take_back(needed, rest, f"{why}, and {group.name} has waited for all of it")
                return
        self._skip(group, why, now)

    def _take_back(self, group: GroupTrack, rest: Iterable[OrderTrack], why: str) -> None:
        """Cancel the open rest of a group that had ended."""
        self.ends.reopen(group, why)
        group.cancels += self.cancels.add(group.name, group.unwind_targets(rest), unwind=True)

    def _skip(self, group: GroupTrack, why: str, now: float) -> None:
        self.barriers.release(group.name)
        self.orders.skip_queue(group.name, why)
        tally = self.orders.tallies[group.name]
        if tally[State.DOUBT] or not (self._stopped or self._are_listed(group, now)):
            return  # What an earlier run may have placed of it is looked up in any case, and by which txid.
        unknown = tally[State.UNRESOLVED] or (group.planned.orphaned and group.planned.cancel)
        outcome = GroupOutcome.UNRESOLVED if unknown else GroupOutcome.SKIPPED
        self.ends.end(group, outcome, why, now)

    def _are_listed(self, group: GroupTrack, now: float) -> bool:
        """Return whether nothing is left to be learned of a skipped group's orders on this connection."""
        unseen = self.orders.accepted.unseen[group.name]
        return not unseen or not self.link.up or self.confirmation.is_over(group, now, skipped=True)

    def _stream(self, group: GroupTrack, now: float) -> None:
        tally, queue = self.orders.tallies[group.name], self.orders.queues[group.name]
        if self._stopped and tally[State.NEW] == sum(tally.values()):
            self._skip(group, self._why, now)
            return
        # Send nothing while an order is in doubt, or while another machine may have placed orders.
        may_send = (
            bool(queue)
            and not (tally[State.DOUBT] or self.orders.cold.waiting or self.orders.denials.waiting)
            and self.link.may_add
            and self.clock.right
        )
        if may_send and tally[State.NEW] and group.planned.on_reject is OnReject.UNWIND:
            self.orders.steps.end_taken_back(group.name, now)
        if queue and (self._stopped or group.is_halted(tally)):
            self.orders.skip_queue(group.name, self._why or "the group stopped")
        elif may_send:
            self._send_due(group, queue, now)
        if not (tally[State.SENT] or tally[State.NEW] or tally[State.DOUBT]):
            group.stage = Stage.CONFIRMING

    def _send_due(self, group: GroupTrack, queue: OrderQueue, now: float) -> None:
        due = self.pacer.due(queue, now, self.room.admission(group.planned, self.feed, now))
        while len(self.actions) < TURN_ACTIONS and (track := next(due, None)) is not None:
            if request := self.orders.send(track, now):
                self.pacer.count_order(request, now)
                self.actions.append(request)
            elif group.is_halted(self.orders.tallies[group.name]):
                self.orders.skip_queue(group.name, "the group stopped")

    def _confirm(self, group: GroupTrack, now: float) -> None:
        """Prepare the cancellation once the group's orders are known to be open or filled."""
        final = self._stopped or self.orders.has_looked_up_rejected(group.name)
        known = group.looks_up_first(self.orders.tracks) and not self.ends.carries_cancels(group)
        confirmed = self._stopped or known or self._may_go_on(group, now)
        if final and confirmed:
            group.collect_unfilled(self.orders.accepted, self.ends.all)
            group.stage = Stage.CANCELING
            targets, unwind = group.targets(self.orders)
            group.cancels = self.cancels.add(group.name, targets, unwind=unwind)

    def _may_go_on(self, group: GroupTrack, now: float) -> bool:
        """Return whether the state of the group's orders is known, as far as anything depends on it."""
        if self.ends.idle or not self.orders.accepted.unseen[group.name]:
            return True
        if group.planned.listed:  # Nothing depends on it: it is the last group, and no reason to connect.
            last = len(self.ends.open) == 1
            return last and (not self.link.up or self.confirmation.is_over(group, now, again=True))
        again = self.ends.carries_cancels(group)
        matters = again or self.ends.is_needed(group) or bool(group.cancel_targets(self.orders.tracks))
        return self.confirmation.is_over(group, now, matters=matters, again=again)

    def _may_rely(self, group: GroupTrack, now: float) -> bool:
        """Return whether the orders of all that a group needs were filled or are shown on this connection.

        Those of an earlier run are no exception: what was open then may have ended since.
        """
        for needed in self.ends.relied_on(group):
            if needed is group or needed.accepts_rejects:
                continue
            if not self.confirmation.is_over(needed, now, matters=True, again=True):
                return False
            group.unknown = group.unknown or needed.unknown
        return True

    def _has_rested(self, group: GroupTrack, now: float) -> bool:
        """Return whether all orders on which the group's cancellation relies have stayed open for a while."""
        self.rests_until = self.confirmation.rested_at(self.ends.relied_on(group))
        if self.rests_until > now:
            self.pacer.wake_at(self.rests_until)
        return self.rests_until <= now

    def _is_called_off(self, cancel: CancelTrack, group: GroupTrack) -> bool:
        """Return whether an order has ended since the cancellation was decided on, so that it is called off.

        A cancellation that was sent before is completed: it may have been carried out.
        """
        if cancel.unwind:
            return False
        if group.next_step(self.orders.tallies[group.name]) is not NextStep.CANCEL:
            return True
        group.collect_unfilled(self.orders.accepted, self.ends.all)
        if cancel.attempts or not group.unfilled:
            return False
        group.kept_targets = group.cancel_targets(self.orders.tracks)
        return True

    def _cancel(self, group: GroupTrack, now: float) -> None:
        for cancel in group.cancels:
            if cancel.done or cancel.in_flight:
                continue
            if self._stopped:
                self.cancels.give_up(cancel, now)
            elif cancel.query_only or (
                not cancel.unwind and not (self._may_go_on(group, now) and self._may_rely(group, now))
            ):
                continue
            elif self._is_called_off(cancel, group):
                self.cancels.give_up(cancel, now)
            elif (
                cancel.may_send
                and self.link.may_cancel
                and (cancel.unwind or cancel.attempts or self._has_rested(group, now))
                and self.pacer.may_cancel(cancel, self.feed, now)
                and (message := self.cancels.send(cancel, self.feed, now))
            ):
                self.pacer.count_cancel(message, cancel, self.feed, now)
                self.orders.steps.mark_canceled(message.txid or ())
                self.actions.append(message)
        if all(cancel.done for cancel in group.cancels):
            self.ends.conclude(group, now)
