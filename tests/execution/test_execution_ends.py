"""Runs to their end: later runs, lockouts, and clocks that jump."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import RunOutcome
from runner.execution import (
    ClockJumped,
    ClockMeasured,
    Connect,
    EngineEvent,
    Execution,
    LockedOut,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
)
from runner.kraken import (
    AddOrder,
    ErrorReported,
    ErrorText,
    OrderRejected,
    Ready,
    Reqids,
    Subscribe,
    TradesSeen,
    Unintelligible,
)
from runner.paper import Options
from runner.paper.options.options import CancelOptions, FeedOptions
from tests.execution.builders import (
    FIRST,
    NOW,
    NOWHERE,
    SECOND,
    THIRD,
    TOO_MUCH,
    batch,
    ended,
    group,
    order,
    outcomes,
    plan_of,
)
from tests.simulation.world import World, exchange_of

if TYPE_CHECKING:
    from collections.abc import Sequence


BAD = order("bad", **TOO_MUCH)


def run(*groups: str, world: World | None = None) -> tuple[World, dict[str, Any]]:
    """Apply a batch of groups in a world; gives the manifest."""
    world = world or World()
    return world, world.apply(batch(*groups))


WHOLE = [group("one", "a", "b", cancel=f"[{FIRST}, {NOWHERE}]"), group("two", "c", cancel="[{order: one/a}]")]


def noisy(seed: int) -> World:
    """A network that takes its time, differently for each frame."""
    world = World(
        exchange_of(
            Options(cancels=CancelOptions(shuffle_replies=True), feeds=FeedOptions(first=bool(seed % 2)))
        ),
        seed=seed,
    )
    world.to_client = lambda _: [world.random.random()]
    world.to_exchange = lambda _: [world.random.random()]
    return world


NAMES = ["a", "b", "c", "d"]


def sent(*ids: str) -> tuple[Execution, list[AddOrder]]:
    """A run whose orders have left, and are not answered yet."""
    execution = Execution(plan_of(group("one", *ids)), Reqids(), tool="test")
    answers = {MeasureClock: ClockMeasured((0.0, 0.0)), Connect: Ready(()), LookUp: LookedUp(())}
    answers |= {Subscribe: TradesSeen(())}
    turn, left = execution.start(NOW), []
    for _ in range(9):
        left += [action for action in turn.actions if isinstance(action, AddOrder)]
        turn = execution.handle([answers[type(a)] for a in turn.actions if type(a) in answers], NOW)
    assert len(left) == len(ids)
    return execution, left


def test_an_unwound_group_is_not_tried_again_in_part() -> None:
    """The rejected order belonged to a group that has been taken back."""
    world, _ = run(group("one", "a", BAD, on_reject="unwind"))
    sent = len(world.sent)
    _, manifest = run(group("one", "a", order("bad", price="99"), on_reject="unwind"), world=world)
    assert len(world.sent) == sent
    assert outcomes(manifest) == {"one/a": "placed", "one/bad": "skipped"}
    assert manifest["outcome"] == "incomplete"


def test_another_run_key_places_everything_again() -> None:
    """In another journal, as the command keeps it."""
    world = World()
    weekly = batch(group("one", "a"))
    for week in ("w1", "w2"):
        world.journal.clear()
        assert world.apply(weekly, run_key=week)["outcome"] == "done"
    assert len(set(world.booked())) == 2


def test_the_end_is_reported_in_the_last_turn() -> None:
    """Without anything to do the first turn is the last."""
    execution = Execution(plan_of(group("one", cancel=f"[{FIRST}]")), Reqids(), tool="t")
    turn = execution.start(NOW)
    assert not execution.finished
    assert [entry.kind for entry in turn.entries] == ["run-started"]
    world, _ = run(*WHOLE)
    assert [entry["entry"] for entry in world.journal][-2:] == ["orders-executed", "run-ended"]
    progress = world.execution.progress()
    assert (progress.orders, progress.sent, progress.placed, progress.settled) == (3, 3, 3, 3)
    assert (progress.rejected, progress.cancels, progress.canceled) == (0, 3, 3)


def test_the_same_seed_gives_the_same_journal() -> None:
    """Nothing depends on chance, on the clock, or on the order of a set."""
    journals = [run(*WHOLE, world=noisy(4))[0].journal for _ in range(2)]
    assert journals[0] == journals[1]
    assert run(*WHOLE, world=noisy(5))[0].journal != journals[0]


@given(
    rejects=st.lists(st.booleans(), min_size=4, max_size=4),
    on_reject=st.lists(st.sampled_from(["stop", "continue", "unwind"]), min_size=4, max_size=4),
    needs=st.lists(st.sets(st.integers(0, 2)), min_size=4, max_size=4),
    seed=st.integers(0, 3),
)
def test_any_graph_ends_as_its_rules_say(
    rejects: Sequence[bool], on_reject: Sequence[str], needs: Sequence[set[int]], seed: int
) -> None:
    """Groups run, stop, go on or are taken back, and no order is ever booked twice."""
    groups = []
    for number, name in enumerate(NAMES):
        earlier = sorted(NAMES[other] for other in needs[number] if other < number)
        orders = ["x", BAD] if rejects[number] else ["x", "y"]
        groups.append(group(name, *orders, needs=str(earlier), on_reject=on_reject[number]))
    world, manifest = run(*groups, world=noisy(seed))
    expected: dict[str, str] = {}
    for number, name in enumerate(NAMES):
        earlier = [other for other in needs[number] if other < number]
        well = all(
            expected[NAMES[other]] == "done"
            or (expected[NAMES[other]] == "partial" and on_reject[other] == "continue")
            for other in earlier
        )
        ending = {"stop": "stopped", "continue": "partial", "unwind": "unwound"}[on_reject[number]]
        expected[name] = "skipped" if not well else ending if rejects[number] else "done"
    assert ended(manifest) == expected
    assert max(Counter(world.booked()).values(), default=0) <= 1
    live = set(world.exchange.state().live) - {FIRST, SECOND, THIRD}
    assert len(live) == sum(
        {"done": 2, "partial": 1, "stopped": 1}.get(outcome, 0) for outcome in expected.values()
    )


def test_a_lockout_ends_a_run_at_once() -> None:
    """No further call is made: what has left is unresolved, with the exchange's words."""
    execution, _ = sent("a", "b")
    turn = execution.handle([LockedOut("EGeneral:Temporary lockout")], NOW)
    assert (turn.actions, execution.outcome) == ((), RunOutcome.UNRESOLVED)
    assert execution.reason == "EGeneral:Temporary lockout"
    before = Execution(plan_of(group("one", "a")), Reqids(), tool="test")
    before.start(NOW)
    before.handle([LockedOut("EGeneral:Temporary lockout")], NOW)
    assert before.outcome is RunOutcome.UNREACHABLE


def test_a_lockout_in_a_reply_holds_back_what_has_not_left() -> None:
    """The group may go on after rejects: not after this one."""
    execution, (first, second) = sent("a", "b")
    for request in (first, second):
        reply = OrderRejected(request.reqid, ErrorText.of("EGeneral:Temporary lockout"))
        turn = execution.handle([reply], NOW)
        assert turn.actions == ()
    assert execution.finished
    assert execution.reason == "EGeneral:Temporary lockout"


@pytest.mark.parametrize(
    "event",
    [
        ErrorReported(ErrorText.of("EGeneral:Something")),
        Unintelligible("EGeneral:Something has the wrong type", event="addOrderStatus"),
    ],
)
def test_an_error_without_an_id_is_the_reason_of_an_end_that_has_no_other(event: EngineEvent) -> None:
    """An order that gets no reply is unresolved; what the exchange said is not lost."""
    execution, _ = sent("a")
    execution.handle([event], NOW)
    execution.handle([LookUpFailed("away")], NOW)
    now = NOW
    while not execution.finished:
        now = max(now + 1, execution.timer() or 0)
        turn = execution.handle([], now)
        looks = [LookUpFailed("away") for action in turn.actions if isinstance(action, LookUp)]
        execution.handle(looks, now)
    assert execution.outcome is RunOutcome.UNRESOLVED
    assert "EGeneral:Something" in execution.reason


def test_a_clock_that_jumped_is_measured_before_anything_else_is_sent() -> None:
    """Deadlines may mean nothing any more."""
    execution = Execution(plan_of(group("one", "a")), Reqids(), tool="test")
    execution.start(NOW)
    (connect,) = execution.handle([ClockMeasured((0.0, 0.0))], NOW).actions
    assert isinstance(connect, Connect)
    turn = execution.handle([Ready(()), ClockJumped(300.0)], NOW)
    assert not any(isinstance(action, AddOrder) for action in turn.actions)
    assert MeasureClock() in turn.actions
