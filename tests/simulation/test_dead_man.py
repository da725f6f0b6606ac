"""A run with a dead man's switch: no order leaves while it is not armed, and it is off after each run."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from runner.execution import Timing
from tests.execution.builders import FIRST, batch, group, order, outcomes
from tests.simulation.world import World

if TYPE_CHECKING:
    from runner.execution import Turn

SWITCH = Timing(dead_man_s=60)
RESTING = batch(group("one", "a", "b"), group("two", "c", cancel=f"[{FIRST}]", needs="[one]"))
AWAITED = batch(
    group("one", "a"), group("two", "b", needs="[{group: one, until: filled, within: 200s, otherwise: stop}]")
)


def is_armed(world: World) -> bool:
    """Return True while the exchange would cancel everything after a while."""
    return world.exchange.state().cancel_at is not None


def guarded(world: World) -> None:
    """Hold each order that leaves against the switch at the exchange."""

    def on_turn(turn: Turn) -> None:
        if any(action.event == "addOrder" for action in turn.actions if hasattr(action, "event")):
            assert is_armed(world), "an order leaves, and the switch is not armed"

    world.on_turn = on_turn


def switches(world: World) -> list[int]:
    """The times that were set, in their order."""
    return [frame["timeout"] for frame in world.frames("cancelAllOrdersAfter")]


def test_it_is_armed_before_the_first_order_and_off_at_the_end() -> None:
    """The orders stay open; the manifest says when it was armed, and that it is off."""
    world = World()
    guarded(world)
    result = world.apply(RESTING, timing=SWITCH)
    assert (result["outcome"], set(outcomes(result).values())) == ("done", {"placed"})
    assert switches(world) == [60, 0]
    assert not is_armed(world)
    assert result["dead_man"]["timeout_s"] == 60
    assert result["dead_man"]["disarmed_at"] is not None
    assert result["dead_man"]["may_fire_until"] is None
    assert "dead_man" not in World().apply(RESTING)


def test_a_run_that_waits_renews_it() -> None:
    """At a third of its time; orders that rest longer than its whole time are not canceled by it."""
    world = World()
    guarded(world)
    result = world.apply(AWAITED, timing=SWITCH)
    assert outcomes(result) == {"one/a": "placed", "two/b": "skipped"}
    assert switches(world)[-1] == 0
    assert 10 <= len(switches(world)) <= 13
    assert not is_armed(world)


def test_a_run_with_nothing_to_send_leaves_it_alone() -> None:
    """It may be another program's."""
    world = World()
    world.apply(RESTING)
    world.sent.clear()
    world.apply(RESTING, timing=SWITCH)
    assert switches(world) == []


def test_a_run_that_dies_is_followed_by_its_firing() -> None:
    """All orders of the account end; the next run finds out what became of its own."""
    world = World()

    class Killed(Exception):
        pass

    def on_turn(_: Turn) -> None:
        if len(world.booked()) == 2:
            raise Killed

    world.on_turn = on_turn
    with pytest.raises(Killed):
        world.apply(RESTING, timing=SWITCH)
    assert is_armed(world)
    world.exchange.advance(world.now + 60)
    assert not world.exchange.state().live
    world.on_turn = lambda _: None
    world.now += 60
    result = world.apply(RESTING, timing=SWITCH)
    assert not is_armed(world)
    assert {outcomes(result)[name] for name in ("one/a", "one/b")} == {"ended"}


@pytest.mark.parametrize("later", [SWITCH, Timing()])
def test_what_a_run_that_died_has_left_armed_is_disarmed_by_the_next_one(later: Timing) -> None:
    """Also by one that has nothing to send, with a switch of its own or without."""
    world = World()

    class Killed(Exception):
        pass

    def on_turn(turn: Turn) -> None:
        if any(entry.kind == "switch-disarmed" for entry in turn.entries):
            raise Killed

    world.on_turn = on_turn
    world.to_exchange = lambda content: [] if content.get("timeout") == 0 else [0.01]
    with pytest.raises(Killed):
        world.apply(RESTING, timing=SWITCH)
    died = world.manifest()
    assert (died["outcome"], died["dead_man"]["disarmed_at"], is_armed(world)) == ("unfinished", None, True)
    world.on_turn, world.to_exchange = lambda _: None, lambda _: [0.01]
    result = world.apply(RESTING, timing=later)
    assert (result["outcome"], is_armed(world)) == ("done", False)
    assert result["dead_man"]["disarmed_at"] is not None
    assert set(outcomes(result).values()) == {"placed"}
    world.sent.clear()
    world.apply(RESTING, timing=later)
    assert world.sent == []


def test_without_an_answer_no_order_leaves() -> None:
    """The run ends, since it protects nothing."""
    world = World()
    world.to_client = lambda content: [] if is_answer(content) else [0.01]
    result = world.apply(RESTING, timing=SWITCH)
    assert world.frames("addOrder") == []
    assert "not confirmed" in result["reason"]
    assert result["outcome"] in ("unreachable", "unresolved")


def test_an_exchange_that_refuses_it_gets_no_order() -> None:
    """The reason is the exchange's."""
    world = World()
    result = world.apply(RESTING, timing=Timing(dead_man_s=10**6))
    assert world.frames("addOrder") == []
    assert "the dead man's switch was refused: EGeneral:Invalid arguments:timeout" in result["reason"]


def test_an_end_that_is_not_confirmed_is_unresolved() -> None:
    """It says until when every order of the account may be canceled."""
    world = World()
    world.to_client = lambda content: [] if is_answer(content) and content["triggerTime"] == "0" else [0.01]
    result = world.apply(RESTING, timing=SWITCH)
    assert result["outcome"] == "unresolved"
    assert "it may cancel every order of the account" in result["reason"]
    assert result["dead_man"]["disarmed_at"] is None
    assert result["dead_man"]["may_fire_until"] is not None


def test_a_connection_that_breaks_is_armed_anew_before_the_next_order() -> None:
    """The timer of the last one is not relied on."""
    world = World()
    guarded(world)

    cut = []

    def on_step(_: World) -> None:
        if len(world.booked()) == 2 and not cut:
            cut.append(world.now)
            world.disconnect("cut")

    world.on_step = on_step
    result = world.apply(RESTING, timing=SWITCH)
    assert result["outcome"] == "done"
    assert switches(world) == [60, 60, 0]


def is_answer(content: Any) -> bool:
    """Return True for an answer to an arming or disarming."""
    return isinstance(content, dict) and content.get("event") == "cancelAllOrdersAfterStatus"


SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 200))]


@pytest.mark.parametrize("seed", SEEDS)
def test_in_worlds_with_jitter_loss_and_cuts(seed: int) -> None:
    """No order leaves while it is off, and it is off or said to be uncertain at the end."""
    chance = Random(seed)
    world = World(seed=seed)
    guarded(world)
    world.to_client = lambda content: [chance.random()] * (chance.random() > 0.3 or not is_answer(content))
    world.to_exchange = lambda _: [chance.random() / 2]

    def on_step(_: World) -> None:
        if world.session is not None and chance.random() < 0.01:
            world.disconnect("cut")

    world.on_step = on_step
    orders = [order(f"o{n}", volume=f"0.1{n}") for n in range(8)]
    many = batch(group("one", *orders), group("two", "z", needs="[one]"))
    result = world.apply(many, timing=Timing(dead_man_s=chance.choice((15, 60, 300))))
    if result["dead_man"]["disarmed_at"] is not None:
        assert not is_armed(world)
    else:
        assert result["outcome"] == "unresolved"
        assert result["dead_man"]["may_fire_until"] is not None


@pytest.mark.parametrize("kind", ["order-placed", "switch-armed", "order-intent"])
def test_a_run_that_is_stopped_disarms_it(kind: str) -> None:
    """At whatever step; the result is that of a stopped run."""
    world = World()
    world.on_turn = lambda turn: world.stop() if kind in {entry.kind for entry in turn.entries} else None
    result = world.apply(RESTING, timing=SWITCH)
    assert (result["outcome"], result["reason"]) == ("interrupted", "SIGTERM")
    assert not is_armed(world)
    assert result["dead_man"]["disarmed_at"] is not None
