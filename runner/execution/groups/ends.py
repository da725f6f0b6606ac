"""All groups of a run: the open ones, the outcome of each, and its revision if an order ends later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import rfc3339
from runner.execution.orders.states import State
from runner.journal import GroupEnded
from runner.planning import CancelDisposition

from .outcomes import group_end_reason, run_outcome
from .states import GroupTrack, Stage

if TYPE_CHECKING:
    from runner.domain import GroupOutcome, RunOutcome
    from runner.execution.cancels.manager import CancelManager
    from runner.execution.orders.manager import OrderManager
    from runner.journal import Entry
    from runner.planning import Plan, PlannedGroup


class GroupEnds:
    """The groups of a plan, ``all`` of them by name, and those that are still ``open``.

    ``idle``: the run has nothing to do. It ends at once, and does not connect.
    """

    def __init__(
        self, plan: Plan, orders: OrderManager, cancels: CancelManager, entries: list[Entry]
    ) -> None:
        self.all = {group.name: GroupTrack(group) for group in plan.groups}
        self.open = list(self.all.values())
        self._orders = orders
        self._cancels = cancels
        self._entries = entries
        self.idle = not plan.changes
        self._carry_cancels = self._names_that_carry_cancels(plan)

    def _names_that_carry_cancels(self, plan: Plan) -> frozenset[str]:
        """Return the groups that one that will cancel needs, directly or not.

        What was not found is looked up first: only if it exists does anything rely on these groups.
        """
        pending = [name for group in plan.groups if _will_cancel(group, plan) for name in group.needs]
        names: set[str] = set()
        while pending:
            if (name := pending.pop()) not in names:
                names.add(name)
                pending += self.all[name].planned.needs
        return frozenset(names)

    def carries_cancels(self, group: GroupTrack) -> bool:
        """Return whether a cancellation of another group relies on this one's orders."""
        return group.name in self._carry_cancels and not group.accepts_rejects

    def relied_on(self, group: GroupTrack) -> list[GroupTrack]:
        """Return a group and all that it needs, directly or not."""
        groups = {group.name: group}
        pending = [group]
        while pending:
            for name in pending.pop().planned.needs:
                if name not in groups:
                    pending.append(groups.setdefault(name, self.all[name]))
        return list(groups.values())

    def is_needed(self, group: GroupTrack) -> bool:
        """Return whether an open group depends on this one."""
        return any(group.name in other.planned.needs for other in self.open)

    def conclude(self, group: GroupTrack, now: float) -> None:
        """End a group with nothing under way any more."""
        outcome = group.final_outcome(self._orders.tallies[group.name])
        self.end(group, outcome, group_end_reason(outcome, group, self._orders, self._cancels), now)

    def end(self, group: GroupTrack, outcome: GroupOutcome, why: str, now: float) -> None:
        """End a group with an outcome."""
        self._orders.steps.write_states(group.name, now)
        self._orders.executions.write_group(group.name, now)
        group.stage = Stage.ENDED
        self.open.remove(group)
        group.outcome = outcome
        self._note(group, why, now)

    def reopen(self, group: GroupTrack, why: str) -> None:
        """Take a group back that had ended: its open orders are about to be canceled."""
        group.take_back("" if group.is_halted(self._orders.tallies[group.name]) else why)
        self.open.append(group)
        self._stop_after(group, f"it needs {group.name}, of which {why}")

    def revise(self, now: float) -> None:
        """Revise groups with an order that is no longer placed, and stop the groups that depend on them."""
        for name in self._orders.steps.take_groups_to_revise():
            group = self.all[name]
            if group.outcome is None:
                continue
            before, group.outcome = group.outcome, group.revised_outcome(self._orders.tallies[name])
            why = group_end_reason(group.outcome, group, self._orders, self._cancels)
            if group.outcome is not before:
                self._note(group, why, now)
            if not group.went_well:
                self._stop_after(group, f"it needs {name}, of which {why}")

    def _stop_after(self, group: GroupTrack, why: str) -> None:
        """Stop the groups that need this one, directly or not; those that have ended stop what needs them."""
        pending = [group.name]
        while pending:
            name = pending.pop()
            others = [other for other in self.all.values() if name in other.planned.needs]
            pending += [other.name for other in others if other.stop_after(why)]

    def conclude_all(self, now: float) -> None:
        """Take what became of the orders since their groups ended, and write it down."""
        self._orders.match_unseen(now)
        self.revise(now)
        for name in self.all:
            self._orders.steps.write_states(name, now)
        self._orders.executions.write(now)

    def run_outcome(
        self, *, stopped: bool, halted: bool, unreachable: bool, sent_anything: bool
    ) -> RunOutcome:
        """Return the outcome of the run, with arguments as in ``run_outcome``."""
        refused = any(tally[State.REFUSED] for tally in self._orders.tallies.values())
        return run_outcome(
            (group.outcome for group in self.all.values()),
            stopped=stopped,
            halted=halted,
            refused=bool(self._orders.finder.conflicts),
            held_back=refused or bool(self._cancels.held_back),
            unreachable=unreachable,
            sent_anything=sent_anything,
        )

    def _note(self, group: GroupTrack, why: str, now: float) -> None:
        assert group.outcome is not None
        ended = GroupEnded(at=rfc3339(now), group=group.name, outcome=group.outcome.value, reason=why)
        self._entries.append(ended)


def _will_cancel(group: PlannedGroup, plan: Plan) -> bool:
    becomes = (plan.cancel_becomes(group, cancel) for cancel in group.cancel if not cancel.retry_lookup)
    return any(each in (CancelDisposition.SEND, CancelDisposition.DENIED) for each in becomes)
