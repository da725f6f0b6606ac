"""The steps of a group once the fates of its orders are known, and its outcome."""

from __future__ import annotations

from collections import Counter

import pytest

from runner.domain import CancelOutcome, GroupOutcome
from runner.execution.cancels.targets import CancelTarget
from runner.execution.cancels.tracker import CancelTrack
from runner.execution.groups.states import GroupTrack, NextStep
from runner.execution.orders.states import State
from runner.planning.order_ends import OrderEnd
from tests.execution.builders import group, plan_of
from tests.support.for_each import for_each

PLACED, REJECTED = State.PLACED, State.REJECTED
SKIPPED, UNRESOLVED = State.SKIPPED, State.UNRESOLVED


def track(on_reject: str = "stop") -> GroupTrack:
    """A group under way."""
    return GroupTrack(plan_of(group("enter", "a", on_reject=on_reject)).groups[0])


def canceling(*outcomes: CancelOutcome, unwind: bool = False) -> CancelTrack:
    """A cancelOrder whose ids have met these fates."""
    targets = tuple(CancelTarget(f"O{number}", f"O{number}") for number in range(len(outcomes)))
    cancel = CancelTrack("enter", targets, unwind=unwind)
    cancel.ends = {target.ref: OrderEnd(outcome) for target, outcome in zip(targets, outcomes, strict=True)}
    return cancel


@for_each(
    [
        ("stop", [], NextStep.CANCEL),
        ("stop", [PLACED, PLACED], NextStep.CANCEL),
        ("stop", [State.VALIDATED], NextStep.CANCEL),
        ("stop", [PLACED, REJECTED], NextStep.STOP),
        ("stop", [PLACED, SKIPPED], NextStep.STOP),
        ("continue", [PLACED, REJECTED], NextStep.CANCEL),
        ("continue", [REJECTED], NextStep.CANCEL),
        ("continue", [PLACED, UNRESOLVED], NextStep.STOP),
        ("stop", [PLACED, State.ENDED], NextStep.STOP),
        ("continue", [PLACED, State.ENDED], NextStep.CANCEL),
        ("unwind", [PLACED, State.ENDED], NextStep.UNWIND),
        ("unwind", [PLACED], NextStep.CANCEL),
        ("unwind", [PLACED, REJECTED], NextStep.UNWIND),
        ("unwind", [PLACED, REJECTED, UNRESOLVED], NextStep.STOP),
        ("unwind", [PLACED, REJECTED, SKIPPED], NextStep.UNWIND),
        ("unwind", [PLACED, SKIPPED], NextStep.STOP),
        ("continue", [REJECTED, SKIPPED], NextStep.STOP),
    ]
)
def test_what_follows_when_all_fates_are_known(
    on_reject: str, states: list[State], expected: NextStep
) -> None:
    """Nothing is canceled while an order's fate is unknown: new protection is open before old goes."""
    assert track(on_reject).next_step(Counter(states)) is expected


@pytest.mark.parametrize("state", list(State))
def test_a_bad_fate_halts_the_group(state: State) -> None:
    """Unless ``on_reject`` says to continue, and nothing was left unsent."""
    bad = state in (REJECTED, State.ENDED, State.REFUSED, SKIPPED, UNRESOLVED)
    assert track("stop").is_halted(Counter([PLACED, state])) is bad
    assert track("unwind").is_halted(Counter([PLACED, state])) is bad
    assert track("continue").is_halted(Counter([PLACED, state])) is (state is SKIPPED)


GONE, CANCELED, CLOSED = CancelOutcome.GONE, CancelOutcome.CANCELED, CancelOutcome.CLOSED
OPEN, DROPPED, LOST = CancelOutcome.OPEN, CancelOutcome.SKIPPED, CancelOutcome.UNRESOLVED


@pytest.mark.parametrize(
    ("on_reject", "states", "cancels", "expected"),
    [
        ("stop", [PLACED], [], GroupOutcome.DONE),
        ("stop", [PLACED], [CANCELED, CLOSED, GONE], GroupOutcome.DONE),
        ("stop", [PLACED], [CANCELED, OPEN], GroupOutcome.PARTIAL),
        ("stop", [PLACED], [DROPPED], GroupOutcome.PARTIAL),
        ("stop", [PLACED], [OPEN, LOST], GroupOutcome.UNRESOLVED),
        ("stop", [REJECTED], [], GroupOutcome.STOPPED),
        ("stop", [REJECTED, UNRESOLVED], [], GroupOutcome.UNRESOLVED),
        ("continue", [REJECTED], [CANCELED], GroupOutcome.PARTIAL),
        ("continue", [PLACED], [CANCELED], GroupOutcome.DONE),
        ("unwind", [REJECTED], [], GroupOutcome.STOPPED),
    ],
)
def test_how_a_group_ended(
    on_reject: str, states: list[State], cancels: list[CancelOutcome], expected: GroupOutcome
) -> None:
    """The worst that happened is what is said."""
    ended = track(on_reject)
    ended.cancels = [canceling(*cancels)] if cancels else []
    assert ended.final_outcome(Counter(states)) is expected


@pytest.mark.parametrize(
    ("cancels", "expected"),
    [
        ([CANCELED, CLOSED, GONE], GroupOutcome.UNWOUND),
        ([CANCELED, OPEN], GroupOutcome.PARTIAL),
        ([CANCELED, DROPPED], GroupOutcome.PARTIAL),
        ([OPEN, LOST], GroupOutcome.UNRESOLVED),
    ],
)
def test_unwound_means_that_nothing_is_open(cancels: list[CancelOutcome], expected: GroupOutcome) -> None:
    """A group with an order that could not be taken back is not said to be unwound."""
    ended = track("unwind")
    ended.cancels = [canceling(outcome, unwind=True) for outcome in cancels]
    assert ended.final_outcome(Counter([PLACED, REJECTED])) is expected


@pytest.mark.parametrize("outcome", list(GroupOutcome))
def test_who_needs_a_group_goes_on_when_it_went_well(outcome: GroupOutcome) -> None:
    """Only done is well; what continues whatever happens is content with a part."""
    for on_reject in ("stop", "unwind", "continue"):
        ended = track(on_reject)
        assert not ended.went_well
        ended.outcome = outcome
        content = outcome is GroupOutcome.PARTIAL and on_reject == "continue"
        assert ended.went_well is (outcome is GroupOutcome.DONE or content)
