"""A run that is stopped, at any step: nothing new leaves, what is under way is awaited, and it ends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execution import Timing
from tests.execution.builders import FIRST, SECOND, TOO_MUCH, batch, canceled, ended, group, order, outcomes
from tests.simulation.faults import truthful, without_records
from tests.simulation.world import World

GROUPS = batch(
    group("one", "a", "b", cancel=f"[{FIRST}]"),
    group("two", "c", order("bad", **TOO_MUCH), on_reject="unwind", needs="[one]"),
    group("three", "d", cancel=f"[{SECOND}, {{order: one/a}}]", needs="[one]"),
)
MOVES = ("addOrder", "cancelOrder")


def stop_at(world: World, step: int) -> dict[str, Any]:
    """Ask the run to stop at this step; gives when that was, and how much had left by then."""
    request: dict[str, Any] = {}

    def on_step(_: World) -> None:
        if world.time.steps == step:
            world.stop("SIGTERM")
            request.update(now=world.now, moves=sum(frame["event"] in MOVES for frame in world.sent))

    world.on_step = on_step
    return request


def stop_when(world: World, kind: str) -> None:
    """Ask the run to stop as soon as an entry of this kind is made."""
    world.on_turn = lambda turn: world.stop() if kind in {entry.kind for entry in turn.entries} else None


@pytest.mark.parametrize("mute", [False, True])
@given(step=st.integers(1, 40), seed=st.integers(0, 3))
@pytest.mark.long
def test_a_stop_at_any_step(mute: bool, step: int, seed: int) -> None:
    """Nothing new is sent afterwards, the run ends within its wait, and the next run completes it."""
    world = World(seed=seed)
    world.to_client = lambda _: [world.random.random() / 5]
    if mute:
        world.to_client = lambda content: [] if isinstance(content, dict) and "txid" in content else [0.05]
    request = stop_at(world, step)
    manifest = truthful(world, world.apply(GROUPS))
    if request:
        assert sum(frame["event"] in MOVES for frame in world.sent) == request["moves"]
        assert world.now - request["now"] <= Timing().stop_wait_s
        assert manifest["outcome"] == "interrupted"
        assert manifest["reason"] == "SIGTERM"
    world.on_step, world.to_client = lambda _: None, lambda _: [0.01]
    manifest = truthful(world, world.apply(GROUPS))
    assert outcomes(manifest)["one/a"] == outcomes(manifest)["three/d"] == "placed"
    assert ended(manifest)["three"] == "done"
    assert not {FIRST, SECOND} & set(world.exchange.state().live)
    # What "two" had placed was taken back: by the first run, the second, or both.
    assert len(world.exchange.state().live) == 3


def test_a_stop_before_anything() -> None:
    """Nothing was sent, and everything is skipped."""
    world = World()
    stop_at(world, 1)
    manifest = world.apply(GROUPS)
    assert manifest["outcome"] == "interrupted"
    assert set(outcomes(manifest).values()) == {"skipped"}
    assert [group["reason"] for group in manifest["groups"]] == [
        "SIGTERM",
        *["it needs one, which ended skipped"] * 2,
    ]
    assert world.frames("addOrder") == []


def test_a_stop_while_nothing_can_be_learnt() -> None:
    """Orders under way are awaited for a while; then they are unresolved, and the next run finds out."""
    world = without_records()
    world.to_exchange = lambda content: [] if content["event"] == "addOrder" else [0.01]
    request = stop_at(world, 12)
    manifest = world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b")))
    assert outcomes(manifest) == {"one/a": "unresolved", "two/b": "skipped"}
    assert ended(manifest) == {"one": "unresolved", "two": "skipped"}
    assert canceled(manifest, "one") == {FIRST: "skipped"}
    assert manifest["groups"][0]["orders"][0]["error"] == "SIGTERM"
    assert world.now - request["now"] == pytest.approx(Timing().stop_wait_s)


def test_a_stop_during_a_cancellation() -> None:
    """It has left, so its end is awaited, and unresolved if there is none."""
    world = World(to_exchange=lambda content: [] if content["event"] == "cancelOrder" else [0.01])
    world.on_turn = lambda turn: (
        world.stop() if any(e.kind == "cancel-intent" for e in turn.entries) else None
    )
    manifest = world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b")))
    assert canceled(manifest, "one") == {FIRST: "unresolved"}
    assert ended(manifest) == {"one": "unresolved", "two": "skipped"}


def test_a_stop_before_an_unwinding_leaves_it_to_the_next_run() -> None:
    """Nothing new is sent, so placed orders stay, and the group is not said to be unwound."""
    world = World()
    unwinding = batch(group("one", "a", order("bad", **TOO_MUCH), on_reject="unwind"))
    stop_when(world, "order-placed")
    world.to_client = lambda c: [1.0] if isinstance(c, dict) and c.get("status") == "error" else [0.01]
    manifest = world.apply(unwinding)
    assert world.frames("cancelOrder") == []
    assert ended(manifest) == {"one": "partial"}
    assert len(world.exchange.state().live) == 4
    world.on_turn = lambda _: None
    assert ended(world.apply(unwinding)) == {"one": "unwound"}
    assert len(world.exchange.state().live) == 3
