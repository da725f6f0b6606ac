"""Comparing the clocks: before the first connection, and again where there is a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.execution import MeasureClock, Timing, judge_skew
from runner.execution.clock_check import BACK_S, JUMP_S, ClockCheck
from runner.execution.connection import clock_problem
from runner.execution.orders.states import MAX_SENDS
from runner.kraken import AddOrderStatus
from runner.paper import Options
from runner.paper.options.options import ErrorOptions, LimitOptions
from tests.execution.builders import NOW, batch, ended, group, many, order, outcomes
from tests.simulation.world import World, exchange_of

AGREE, APART = (-0.5, 0.5), (119.0, 120.0)
ELAPSED = "EService:Deadline elapsed"
TEXTS = [ELAPSED, "EGeneral:Invalid arguments:deadline"]
"""What may be said of an order that comes after its deadline."""


def agreed() -> ClockCheck:
    """Clocks that were compared."""
    clock = ClockCheck(Timing())
    assert clock.start_measuring()
    assert clock.on_measured(AGREE) is None
    return clock


def test_the_clocks_are_compared_once() -> None:
    """One question at a time, and none without a reason."""
    clock = ClockCheck(Timing())
    assert not clock.right
    assert clock.start_measuring()
    assert not clock.start_measuring()
    assert clock.on_measured(AGREE) is None
    assert clock.right
    assert not clock.start_measuring()


def test_clocks_that_are_apart() -> None:
    """The message says so."""
    clock = agreed()
    clock.doubt()
    assert clock.start_measuring()
    failure = clock.on_measured(APART)
    assert failure is not None
    assert failure.final
    assert "+119.0 s from ours" in failure.reason
    assert not clock.right


@pytest.mark.parametrize(
    ("took_s", "deadline_s", "right"), [(4.9, 10, True), (5.1, 10, False), (0.9, 2, True), (1.1, 2, False)]
)
def test_an_answer_that_took_too_long_is_no_measurement(took_s: float, deadline_s: int, right: bool) -> None:
    """Any skew within that time may hide behind it; that it shows none says nothing, and is no verdict."""
    clock = ClockCheck(Timing(deadline_s=Decimal(deadline_s)))
    failure = clock.on_measured((-took_s, 1.0))
    assert clock.right is right
    assert (failure is None) is right
    assert failure is None or (not failure.final and f"took {took_s} s" in failure.reason)
    assert clock.start_measuring() is not right


def test_clocks_that_are_apart_for_certain_need_no_quick_answer() -> None:
    """For any duration of the answer, the least that they are apart is too much."""
    failure = ClockCheck(Timing()).on_measured((9.0, 30.0))
    assert failure is not None
    assert failure.final


def test_a_run_whose_exchange_is_always_slow_to_give_its_time_sends_nothing() -> None:
    """It tries a few times more, and says why it ended."""
    world = World(skew=(-13.0, 1.0))
    moments = measured_by(world)
    manifest = world.apply(batch(group("one", "a")))
    assert manifest["outcome"] == "unreachable"
    assert "took 13.0 s to give its time" in manifest["reason"]
    assert len(moments) == 3
    assert not world.frames("addOrder")


def test_a_slow_time_answer_is_requested_again() -> None:
    """The next answer says what the first could not."""
    world = World(skew=(-13.0, 1.0))
    world.on_turn = lambda turn: setattr(world, "skew", AGREE) if world.now > began + 0.5 else None
    began = world.now
    assert world.apply(batch(group("one", "a")))["outcome"] == "done"
    assert world.now > began + 0.5


def test_a_query_that_fails_is_repeated() -> None:
    """One that brought no answer is over."""
    clock = ClockCheck(Timing())
    clock.start_measuring()
    clock.on_failure()
    assert clock.start_measuring()


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
    clock.check_readings(before, due, now)
    assert clock.right is right


def skewed_world(after: int, skew: tuple[float, float], **groups: Any) -> World:
    """The exchange's clock jumps once it has taken so many orders: it then refuses deadlines."""
    world = World(exchange_of(Options(limits=LimitOptions(enforce_rates=False), **groups)))
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


@pytest.mark.parametrize("skew", [(-120.0, -119.0), (119.0, 120.0)])
@pytest.mark.parametrize("text", TEXTS)
def test_the_clock_is_measured_again_when_a_deadline_is_refused(text: str, skew: tuple[float, float]) -> None:
    """Nothing more is sent by a clock that is wrong, and what was refused for it is not rejected for good."""
    world = skewed_world(2, skew, errors=ErrorOptions(deadline_elapsed=text))
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


def late_world(times: int, *, book: str = "", **groups: Any) -> World:
    """So many orders come after their deadline, though the clocks agree. ``book``: they are taken all the
    same, whatever is said of them, and the feed shows it ``before`` or ``after`` that."""
    world = World(exchange_of(Options(**groups)))
    handle, left = world.exchange.handle, [times]

    def delayed(connection, request, token, now):  # type: ignore[no-untyped-def]
        if request.event != "addOrder" or not left[0]:
            return handle(connection, request, token, now)
        left[0] -= 1
        deliveries = handle(connection, request, token, now) if book else []
        feed = [item for item in deliveries if not isinstance(item.message, AddOrderStatus)]
        replies = handle(connection, request, token, now + 70)
        return [*replies, *feed] if book == "after" else [*feed, *replies]

    world.exchange.handle = delayed  # type: ignore[method-assign]
    return world


def measured_by(world: World) -> list[float]:
    """The moments at which the exchange's time is requested from now on."""
    moments: list[float] = []
    world.on_turn = lambda turn: moments.extend(
        world.now for action in turn.actions if action == MeasureClock()
    )
    return moments


@pytest.mark.parametrize("text", TEXTS)
def test_what_was_long_on_its_way_is_sent_again_once_the_clock_was_measured(text: str) -> None:
    """Under its identity with a fresh deadline: the refusal is definite, so that nothing was booked."""
    world = late_world(1, errors=ErrorOptions(deadline_elapsed=text))
    moments = measured_by(world)
    manifest = world.apply(batch(group("one", "a", "b")))
    assert outcomes(manifest) == {"one/a": "placed", "one/b": "placed"}
    first, _, second = world.frames("addOrder")
    assert first["cl_ord_id"] == second["cl_ord_id"]
    assert first["deadline"] < second["deadline"]
    assert len(moments) == 2
    assert len(world.booked()) == 2


def test_an_author_who_says_how_late_is_too_late_is_not_overruled() -> None:
    """It is rejected in plain words; the others wait for the clock."""
    world = late_world(1)
    moments = measured_by(world)
    manifest = world.apply(batch(group("one", order("a", deadline="2.5"), on_reject="continue")))
    (rejected,) = manifest["groups"][0]["orders"]
    assert rejected["outcome"] == "rejected"
    assert rejected["error"] == (
        f"{ELAPSED}: it came later than the 2.5 s that its own deadline allows, and was not placed"
    )
    assert len(world.frames("addOrder")) == 1
    assert len(moments) == 1


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_always_too_late_is_rejected_in_the_end(text: str) -> None:
    """After as many sendings as for any other reason, each after a measurement."""
    world = late_world(99, errors=ErrorOptions(deadline_elapsed=text))
    moments = measured_by(world)
    (rejected,) = world.apply(batch(group("one", "a")))["groups"][0]["orders"]
    assert rejected["outcome"] == "rejected"
    assert rejected["error"] == f"{text}: sent {MAX_SENDS} times, and not placed"
    assert len(world.frames("addOrder")) == MAX_SENDS == len(moments)
    assert world.booked() == []


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("book", ["before", "after"])
def test_an_order_that_is_there_in_spite_of_its_deadline_is_not_sent_again(text: str, book: str) -> None:
    """Presence counts, whoever denies it; that the matching engine has refused it is a contradiction."""
    world = late_world(1, book=book, errors=ErrorOptions(deadline_elapsed=text))
    manifest = world.apply(batch(group("one", "a")))
    (there,) = manifest["groups"][0]["orders"]
    assert there["txid"] in world.exchange.state().live
    assert len(world.frames("addOrder")) == len(world.booked()) == 1
    assert manifest["outcome"] == ("unresolved" if text == ELAPSED else "done")


MARKET = {"ordertype": "market", "price": None}
CLOSING = {"price": "151", "close": "{ordertype: limit, price: 160}"}


@pytest.mark.parametrize("fields", [MARKET, CLOSING])
@pytest.mark.parametrize("deadline_s", [10, 50])
def test_an_order_is_found_by_the_worst_clock_that_is_borne(
    deadline_s: int, fields: dict[str, str | None]
) -> None:
    """The exchange's clock is behind, so that the order seems to be older than its sending."""
    world, behind_s = World(), 1.0
    while clock_problem((-behind_s - 1, -behind_s), Decimal(deadline_s)) is None:
        behind_s += 0.5
    behind_s += (
        0.5  # The exchange gives whole seconds: so far it may be when it seems to be just near enough.
    )
    world.skew = (-behind_s, 1.0 - behind_s)
    handle = world.exchange.handle
    world.exchange.handle = lambda c, r, t, now: handle(c, r, t, now - behind_s)  # type: ignore[method-assign]
    world.to_client = lambda frame: (
        []
        if (isinstance(frame, list) and frame[-1]["sequence"] > 1) or "addOrderStatus" in str(frame)
        else [0.01]
    )
    timing = Timing(deadline_s=Decimal(deadline_s))
    manifest = world.apply(batch(group("one", order("a", **fields))), timing=timing)
    assert len(world.frames("addOrder")) == 1
    assert outcomes(manifest) == {"one/a": "placed"}


def test_a_skew_is_judged_alike_outside_of_a_run() -> None:
    """What is certain is final; a slow answer is not."""
    assert judge_skew(AGREE, Decimal(10)) is None
    apart, slow = judge_skew(APART, Decimal(10)), judge_skew((-9.0, 9.0), Decimal(10))
    assert apart is not None
    assert slow is not None
    assert (apart.final, slow.final) == (True, False)
