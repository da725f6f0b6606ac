"""Comparing the clocks: before the first connection, and again where there is a reason."""

from __future__ import annotations

import pytest

from runner.engine import Timing
from runner.engine.clock_check import BACK_S, JUMP_S, ClockCheck
from runner.simulator import Options
from tests.engine.builders import NOW, batch, ended, group, many, outcomes
from tests.simulation.world import World, exchange_of

AGREE, APART = (-0.5, 0.5), (119.0, 120.0)


def agreed() -> ClockCheck:
    """Clocks that were compared."""
    clock = ClockCheck(Timing())
    assert clock.wants_measuring()
    assert clock.measured(AGREE) is None
    return clock


def test_the_clocks_are_compared_once() -> None:
    """One question at a time, and none without a reason."""
    clock = ClockCheck(Timing())
    assert not clock.right
    assert clock.wants_measuring()
    assert not clock.wants_measuring()
    assert clock.measured(AGREE) is None
    assert clock.right
    assert not clock.wants_measuring()


def test_clocks_that_are_apart() -> None:
    """What is wrong is said."""
    clock = agreed()
    clock.doubt()
    assert clock.wants_measuring()
    assert "+119.0 s from ours" in (clock.measured(APART) or "")
    assert not clock.right


def test_a_question_that_fails_is_asked_again() -> None:
    """And it is known that one was under way."""
    clock = ClockCheck(Timing())
    assert not clock.failed()
    clock.wants_measuring()
    assert clock.failed()
    assert clock.wants_measuring()


@pytest.mark.parametrize(
    ("before", "due", "now", "right"),
    [
        (NOW, NOW + 5, NOW + 5, True),
        (NOW, NOW + 5, NOW + 6 + JUMP_S, False),
        (NOW, None, NOW + 500, True),
        (NOW, None, NOW - BACK_S - 1, False),
        (0.0, None, NOW, True),
    ],
)
def test_our_own_clock_may_jump(before: float, due: float | None, now: float, right: bool) -> None:
    """Far beyond what was waited for, or back."""
    clock = agreed()
    clock.watch(before, due, now)
    assert clock.right is right


def skewed_world(after: int, skew: tuple[float, float]) -> World:
    """The exchange's clock jumps once it has taken so many orders: it then refuses deadlines."""
    world = World(exchange_of(Options(enforce_rates=False)))
    handled, handle = [0], world.exchange.handle

    def jumping(connection, request, token, now):  # type: ignore[no-untyped-def]
        if request.event == "addOrder":
            handled[0] += 1
            if handled[0] == after + 1:
                world.skew = skew
        jump_s = skew[0] if handled[0] > after and request.event == "addOrder" else 0.0
        return handle(connection, request, token, now + jump_s)

    world.exchange.handle = jumping  # type: ignore[method-assign]
    return world


def test_the_clock_is_measured_again_when_a_deadline_is_refused() -> None:
    """Nothing more is sent by a clock that is wrong, and what was refused for it is not rejected for good."""
    world = skewed_world(2, (-120.0, -119.0))
    manifest = world.apply(batch(group("one", *many(3)), group("two", "late")))
    assert outcomes(manifest) == {
        "one/o0": "placed",
        "one/o1": "placed",
        "one/o2": "skipped",
        "two/late": "skipped",
    }
    assert "clock" in manifest["reason"]
    assert len(world.frames("addOrder")) == 3
    world.skew = AGREE
    world.exchange.handle = type(world.exchange).handle.__get__(world.exchange)  # type: ignore[method-assign]
    assert ended(world.apply(batch(group("one", *many(3)), group("two", "late")))) == {
        "one": "done",
        "two": "done",
    }


def test_a_deadline_that_was_refused_by_mistake_costs_a_measurement() -> None:
    """The clocks agree: the order is sent again."""
    world = World()
    refused: list[int] = []

    handle = world.exchange.handle

    def once(connection, request, token, now):  # type: ignore[no-untyped-def]
        late_s = -100.0 if request.event == "addOrder" and not refused else 0.0
        if request.event == "addOrder":
            refused.append(1)
        return handle(connection, request, token, now + late_s)

    world.exchange.handle = once  # type: ignore[method-assign]
    assert outcomes(world.apply(batch(group("one", "a")))) == {"one/a": "placed"}
    assert len(world.frames("addOrder")) == 2
