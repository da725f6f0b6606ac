"""The outcomes of groups and runs."""

from __future__ import annotations

import itertools

from runner.domain import GroupOutcome, RunOutcome
from runner.execution import Timing
from runner.execution.cancels.manager import CancelManager
from runner.execution.groups.outcomes import group_end_reason, run_outcome
from runner.execution.groups.states import GroupTrack
from runner.kraken import Reqids
from tests.execution.order_office import office
from tests.support.for_each import for_each

UNTROUBLED = {
    "stopped": False,
    "halted": False,
    "refused": False,
    "held_back": False,
    "unreachable": False,
    "sent_anything": True,
}
STOPPED, DONE, UNRESOLVED = GroupOutcome.STOPPED, GroupOutcome.DONE, GroupOutcome.UNRESOLVED


@for_each(
    [
        ([], {}, RunOutcome.DONE),
        ([DONE, DONE], {"unreachable": True}, RunOutcome.DONE),
        ([DONE, STOPPED], {}, RunOutcome.INCOMPLETE),
        ([DONE, STOPPED], {"unreachable": True}, RunOutcome.INCOMPLETE),
        ([STOPPED], {"unreachable": True, "sent_anything": False}, RunOutcome.UNREACHABLE),
        ([STOPPED], {"refused": True, "unreachable": True, "sent_anything": False}, RunOutcome.REFUSED),
        ([STOPPED], {"held_back": True}, RunOutcome.INCOMPLETE),
        ([STOPPED], {"held_back": True, "sent_anything": False}, RunOutcome.REFUSED),
        ([STOPPED, UNRESOLVED], {"refused": True}, RunOutcome.UNRESOLVED),
        ([DONE], {"stopped": True}, RunOutcome.INTERRUPTED),
        ([DONE, STOPPED], {"stopped": True, "halted": True}, RunOutcome.HALTED),
        ([STOPPED], {"halted": True, "sent_anything": False}, RunOutcome.REFUSED),
        ([STOPPED, UNRESOLVED], {"halted": True, "sent_anything": False}, RunOutcome.UNRESOLVED),
    ]
)
def test_a_run_ends_as_the_worst_that_happened(
    groups: list[GroupOutcome], facts: dict[str, bool], outcome: RunOutcome
) -> None:
    """The order of its groups does not matter."""
    for order in itertools.permutations(groups):
        assert run_outcome(order, **(UNTROUBLED | facts)) is outcome


def test_a_group_names_what_kept_it_from_being_done() -> None:
    """The unknown first, for somebody has to look at it."""
    desk = office("a", "b")
    cancels = CancelManager(Reqids(), Timing(), [])
    group = GroupTrack(desk.plan.groups[0])
    assert group_end_reason(GroupOutcome.DONE, group, desk.desk, cancels) == ""
    assert (
        group_end_reason(GroupOutcome.PARTIAL, group, desk.desk, cancels) == "a cancellation did not succeed"
    )
    cancels.held_back["g"] = "denied by r: M"
    assert group_end_reason(GroupOutcome.PARTIAL, group, desk.desk, cancels) == "denied by r: M"
    desk.send("a")
    desk.desk.skip_queue("g", "stopped")
    assert group_end_reason(GroupOutcome.STOPPED, group, desk.desk, cancels) == "b not placed"
    desk.desk.give_up_all("no reply", desk.now)
    assert group_end_reason(GroupOutcome.UNRESOLVED, group, desk.desk, cancels) == "the fate of a is unknown"
