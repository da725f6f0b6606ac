"""The life cycle of one group: wait for the groups it needs, stream its orders, cancel, end.

New protection must be in place before old protection is removed: a group's cancellation is considered only
when every order of the group has an outcome, and the exchange has shown that it is open or was filled.
"""

from __future__ import annotations

from enum import Enum, auto
from operator import itemgetter
from typing import TYPE_CHECKING

from runner.domain import CancelOutcome, GroupOutcome, OnReject
from runner.execution.cancels.targets import CancelTarget
from runner.execution.orders.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.domain import OrderKey
    from runner.execution.cancels.tracker import CancelTrack
    from runner.execution.orders.accepted import AcceptedOrders
    from runner.execution.orders.manager import OrderManager
    from runner.execution.orders.states import OrderTrack
    from runner.planning import PlannedGroup


class Stage(Enum):
    """The stage of a group in its life cycle."""

    WAITING = auto()
    STREAMING = auto()
    CONFIRMING = auto()
    CANCELING = auto()
    ENDED = auto()


class NextStep(Enum):
    """The next step of a group once all its orders have an outcome."""

    CANCEL = auto()
    UNWIND = auto()
    STOP = auto()


FAILED = frozenset({State.ENDED, State.REJECTED, State.REFUSED, State.SKIPPED, State.UNRESOLVED})
"""States that mean that an order is not placed, as far as is known."""

_UNWIND_STATES = (State.REJECTED, State.REFUSED, State.ENDED)
"""States of an order for which the group is unwound, if the author requested that."""

_failed_counts = itemgetter(*FAILED)  # the counts of these states in a tally


class GroupTrack:
    """The state of one group in this run; the state of its orders is kept by the order manager.

    ``stop_reason``: the reason for which a group that it needs is no longer good. ``unfilled`` names the IOC
    orders, here and in the groups that it needs, that were not fully filled, ``unknown`` the orders whose
    state could not be learned. ``kept_targets``: targets that are not canceled, because no new order
    protects. ``taken_back``: its orders are canceled, because another group has waited in vain until they
    were filled, or an earlier run has begun to unwind it.
    """

    def __init__(self, planned: PlannedGroup) -> None:
        self.planned = planned
        self.name = planned.name
        self.stage = Stage.WAITING
        self.cancels: list[CancelTrack] = []
        self.outcome: GroupOutcome | None = None
        self.stop_reason = ""
        self.unfilled = ""
        self.unknown = ""
        self.kept_targets: tuple[CancelTarget, ...] = ()
        self.taken_back = planned.unwound
        self.accepts_rejects = planned.on_reject is OnReject.CONTINUE

    @property
    def went_well(self) -> bool:
        """True if groups that need this one may start."""
        accepted = self.outcome is GroupOutcome.PARTIAL and self.accepts_rejects
        return not self.taken_back and (self.outcome is GroupOutcome.DONE or accepted)

    @property
    def has_begun(self) -> bool:
        """True if its outcome is known and came from sending: neither skipped nor in doubt."""
        return self.outcome not in (None, GroupOutcome.SKIPPED, GroupOutcome.UNRESOLVED)

    @property
    def only_looks_up(self) -> bool:
        """True if all that is left was not found, or was listed, by an earlier run: no reason to connect."""
        looking = all(cancel.done or cancel.only_looks_up for cancel in self.cancels)
        return self.planned.listed or (self.stage is Stage.CANCELING and looking)

    def looks_up_first(self, tracks: Mapping[OrderKey, OrderTrack]) -> bool:
        """Return whether it had ended well except for orders that were not found.

        Those are looked up first; only if one exists does anything depend on the group's orders again.
        """
        targets = self.cancel_targets(tracks)
        return self.planned.went_well and bool(targets) and all(target.retry_lookup for target in targets)

    def is_halted(self, tally: Mapping[State, int]) -> bool:
        """Return whether an outcome so far forbids sending more of this group's orders."""
        # Rejected orders are accepted by ``continue``; orders that were never sent are not.
        halting = tally[State.SKIPPED] if self.accepts_rejects else any(_failed_counts(tally))
        return self.planned.over or bool(halting) or bool(self.stop_reason)

    def next_step(self, tally: Mapping[State, int]) -> NextStep:
        """Return the next step after the last order has its outcome."""
        if tally[State.UNRESOLVED] or self.unknown:
            return NextStep.STOP
        if not self.is_halted(tally):
            return NextStep.CANCEL
        turned_down = self.planned.over or any(tally[state] for state in _UNWIND_STATES)
        unwinds = self.planned.taken_back or (turned_down and self.planned.on_reject is OnReject.UNWIND)
        return NextStep.UNWIND if unwinds else NextStep.STOP

    def collect_unfilled(self, accepted: AcceptedOrders, groups: Mapping[str, GroupTrack]) -> None:
        """Collect the IOC orders that were not filled, here and in the groups that it needs."""
        own = [track.planned.key.id for track in accepted.unfilled[self.name]]
        needed = [groups[name] for name in self.planned.needs]
        inherited = [group.unfilled for group in needed if group.unfilled and not group.accepts_rejects]
        self.unfilled = ", ".join([*own, *inherited])

    def stop_after(self, why: str) -> bool:
        """Stop because a group that this one needs had ended well, and no longer does; return if it is news.

        A group that waits is skipped when its turn comes.
        """
        if self.stage is Stage.WAITING or self.stop_reason:
            return False
        self.stop_reason = why
        return True

    def targets(self, orders: OrderManager) -> tuple[tuple[CancelTarget, ...], bool]:
        """Return the targets to cancel once every order has an outcome, and whether they unwind the group.

        Cancellations that an earlier run left open are queried in any case.
        """
        if self.planned.orphaned:
            return self.cancel_targets(orders.tracks), False
        match self.next_step(orders.tallies[self.name]):
            case NextStep.CANCEL if self.unfilled:
                self.kept_targets = self.cancel_targets(orders.tracks)
                return (), False
            case NextStep.CANCEL:
                return self.cancel_targets(orders.tracks), False
            case NextStep.UNWIND:
                return self.unwind_targets(orders.placed_orders(self.name)), True
            case NextStep.STOP:
                return (), False

    def take_back(self, why: str) -> None:
        """Begin to cancel its open orders after its end: another group has waited for them in vain."""
        self.taken_back, self.outcome, self.stage = True, None, Stage.CANCELING
        self.stop_reason = self.stop_reason or why

    def unwind_targets(self, placed: Iterable[OrderTrack]) -> tuple[CancelTarget, ...]:
        """Return the group's placed orders that an earlier run has not unwound, as targets."""
        return tuple(
            CancelTarget(
                f"order:{track.planned.key}",
                track.txid or "",
                recent=track.attempts > 0,
                retry_lookup=track.planned.not_found,
            )
            for track in placed
            if track.attempts or not track.planned.needs_no_unwinding
        )

    def cancel_targets(self, tracks: Mapping[OrderKey, OrderTrack]) -> tuple[CancelTarget, ...]:
        """Return the targets of the group's cancellation that are not settled yet."""
        targets = []
        for cancel in self.planned.cancel:
            if cancel.settled:
                continue
            track = tracks[cancel.order] if cancel.order else None
            text = cancel.sent_as or (track.txid if track else None)
            if text is not None:
                young = track is not None and track.attempts > 0
                targets.append(
                    CancelTarget(
                        cancel.ref,
                        text,
                        cancel.userref,
                        recent=young,
                        retry_lookup=cancel.retry_lookup,
                        opened_until=cancel.opened_until,
                        excluded=_orders_sent_since(cancel.opened_until, tracks.values()),
                        sent_before=cancel.sent_before,
                        matched=cancel.left_open.matched if cancel.left_open else (),
                    )
                )
        return tuple(targets)

    def revised_outcome(self, tally: Mapping[State, int]) -> GroupOutcome:
        """Return the revised outcome after an order of the group has ended later."""
        if tally[State.UNRESOLVED]:
            return GroupOutcome.UNRESOLVED
        before = self.outcome or GroupOutcome.DONE
        return GroupOutcome.PARTIAL if before is GroupOutcome.DONE else before

    def final_outcome(self, tally: Mapping[State, int]) -> GroupOutcome:
        """Return the outcome of the group. Call it only when nothing of it is under way."""
        outcomes = [outcome for cancel in self.cancels for outcome in cancel.outcomes.values()]
        if tally[State.UNRESOLVED] or self.unknown or CancelOutcome.UNRESOLVED in outcomes:
            return GroupOutcome.UNRESOLVED
        return self._orphaned_outcome(tally) if self.planned.orphaned else self._file_outcome(tally, outcomes)

    def _orphaned_outcome(self, tally: Mapping[State, int]) -> GroupOutcome:
        """Return ``DONE`` if all orders are absent and no cancellation was left open, or all is listed.

        Anything else has to be seen by a person first.
        """
        if self.planned.listed:
            return GroupOutcome.DONE
        absent = tally[State.SKIPPED] == sum(tally.values())
        return GroupOutcome.DONE if absent and not self.planned.cancel else GroupOutcome.PARTIAL

    def _file_outcome(self, tally: Mapping[State, int], outcomes: list[CancelOutcome]) -> GroupOutcome:
        if self.kept_targets:
            return GroupOutcome.PARTIAL if self.accepts_rejects else GroupOutcome.STOPPED
        is_halted = self.is_halted(tally)
        if is_halted and not any(cancel.unwind for cancel in self.cancels):
            return GroupOutcome.STOPPED
        if CancelOutcome.OPEN in outcomes or CancelOutcome.SKIPPED in outcomes:
            return GroupOutcome.PARTIAL
        if is_halted:
            return GroupOutcome.UNWOUND
        return GroupOutcome.PARTIAL if any(_failed_counts(tally)) else GroupOutcome.DONE


def _orders_sent_since(moment: float, tracks: Iterable[OrderTrack]) -> frozenset[str]:
    """Return the orders that were sent after a moment; none if it is 0."""
    if not moment:
        return frozenset()
    return frozenset(
        track.txid
        for track in tracks
        if track.txid and (track.attempts or track.planned.last_sent_at > moment)
    )
