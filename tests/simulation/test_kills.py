"""``kill -9`` at any instant, then the same command: the exchange ends as after an undisturbed run."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.paper import Options
from runner.paper.options.options import RestOptions
from tests.execution.builders import FIRST, NOWHERE, SECOND, TOO_MUCH, batch, group, order, outcomes
from tests.simulation.faults import truthful
from tests.simulation.world import World, exchange_of
from tests.support.for_each import for_each
from tests.support.virtual_run import Killed

BAD = order("bad", **TOO_MUCH)
CLOSE = order("c", close="{ordertype: limit, price: 160}", price="90")
MARKET = order("m", ordertype="market", price=None)
OWN = order("u", userref="17", price="80")
GROUPS = batch(
    group("one", "a", MARKET, CLOSE, OWN, cancel=f"[{FIRST}, {NOWHERE}]"),
    group("two", "b", BAD, on_reject="unwind", needs="[one]"),
    group("three", "d", cancel=f"[{SECOND}, {{order: one/a}}]", needs="[one]"),
)


def open_orders(world: World) -> list[Any]:
    """Return what is open at the exchange, whatever its txids."""
    terms = [order.terms for order in world.exchange.state().live.values()]
    return sorted((t.pair, t.type, str(t.price), str(t.volume), t.cl_ord_id or "", t.userref) for t in terms)


def assert_same_end(world: World) -> None:
    """The exchange ends as after an undisturbed run; what that run took back may never have been placed."""
    assert open_orders(world) == open_orders(QUIET)
    assert Counter(world.booked()) <= Counter(QUIET.booked())


def undisturbed() -> tuple[World, int]:
    """A run from its beginning to its end, and how many instants it has."""
    world = World()
    world.apply(GROUPS)
    return world, world.points


QUIET, POINTS = undisturbed()


def killed_at(*points: int, world: World, hours: float = 0.0) -> dict[str, Any]:
    """Apply, die at each of these instants in turn, and in the end apply once more."""
    for point in points:
        world.points, world.kill_at = 0, point
        try:
            world.apply(GROUPS)
        except Killed:
            world.now += hours * 3600
    world.kill_at = None
    return truthful(world, world.apply(GROUPS))


@for_each(range(1, POINTS + 1))
def test_a_kill_at_each_instant(point: int) -> None:
    """Before the journal is written, after it, between any two frames."""
    world = World()
    manifest = killed_at(point, world=world)
    assert_same_end(world)
    assert {k: v for k, v in outcomes(manifest).items() if k != "two/bad"} == {
        k: v for k, v in outcomes(QUIET.manifest()).items() if k != "two/bad"
    }


@given(
    st.lists(st.integers(1, POINTS), min_size=2, max_size=3),
    st.sampled_from([0.0, 0.0, 30.0]),
    st.sampled_from([0.0, 24.0]),
)
@pytest.mark.long
def test_several_kills(points: list[int], lag_s: float, hours: float) -> None:
    """Again and again, at once or a day later, with records that lag."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=lag_s))))
    killed_at(*points, world=world, hours=hours)
    assert_same_end(world)


@given(st.integers(1, POINTS), st.integers(0, 40))
@pytest.mark.long
def test_a_burst_that_reached_the_disk_in_part(point: int, kept: int) -> None:
    """The power was lost: of the last turn's lines only the first are there, and nothing of it left."""
    world = World()
    before: list[int] = []
    world.on_turn = lambda _: before.append(len(world.journal))
    world.points, world.kill_at = 0, point
    try:
        world.apply(GROUPS)
    except Killed:
        sent = {frame["reqid"] for frame in world.sent}
        tail = world.journal[before[-1] :]
        if not any(entry.get("reqid") in sent for entry in tail):
            del world.journal[before[-1] + kept :]
    world.on_turn, world.kill_at = lambda _: None, None
    truthful(world, world.apply(GROUPS))
    assert_same_end(world)


def test_after_all_that_there_is_nothing_left_to_do() -> None:
    """The run after the last one sends nothing."""
    world = World()
    killed_at(*range(5, POINTS, 7), world=world)
    sent = len(world.sent)
    world.apply(GROUPS)
    assert not [frame for frame in world.sent[sent:] if frame["event"] in ("addOrder", "cancelOrder")]
