"""An exchange that is not online gets nothing that it would not take, and is not waited for without end."""

from __future__ import annotations

import pytest

from runner.domain import parse_rfc3339
from tests.execution.builders import FIRST, batch, canceled, ended, group, outcomes
from tests.simulation.faults import truthful
from tests.simulation.world import World
from tests.support.virtual_time import START

NOT_ONLINE = ["maintenance", "cancel_only", "post_only", "limit_only"]
WAIT_S = 60


def world_in(status: str) -> World:
    """A world whose exchange is in this status."""
    world = World()
    world.exchange.set_status(status, START)
    return world


def away(status: str, back_after_s: float | None = None) -> World:
    """A world whose exchange changes its status while the first order's reply is under way.

    The orders of the first group were booked before, and nothing else has left yet.
    """
    world = World()
    world.to_client = lambda content: [0.3] if isinstance(content, dict) and "txid" in content else [0.01]

    def on_step(_: World) -> None:
        if world.time.steps == 1:
            world.later(0.2, lambda: world.status(status))
        if world.time.steps == 1 and back_after_s is not None:
            world.later(back_after_s, lambda: world.status("online"))

    world.on_step = on_step
    return world


@pytest.mark.parametrize("status", NOT_ONLINE)
def test_a_run_does_not_begin_at_an_exchange_that_is_not_online(status: str) -> None:
    """It says so at once, and has sent nothing."""
    world = world_in(status)
    manifest = world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b")))
    assert manifest["outcome"] == "unreachable"
    assert manifest["reason"] == f"the exchange is in status {status}"
    assert set(outcomes(manifest).values()) == {"skipped"}
    assert world.frames("addOrder") == world.frames("cancelOrder") == []
    assert world.now - START < 1
    world.status("online")
    assert world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b")))["outcome"] == "done"


@pytest.mark.parametrize(("status", "taken"), [("maintenance", False), ("cancel_only", True)])
def test_cancellations_alone_need_less(status: str, taken: bool) -> None:
    """They are taken whenever the exchange is not in maintenance."""
    world = world_in(status)
    manifest = world.apply(batch(group("one", cancel=f"[{FIRST}]")))
    assert manifest["outcome"] == ("done" if taken else "unreachable")
    assert canceled(manifest, "one") == {FIRST: "canceled" if taken else "skipped"}
    assert len(world.frames("cancelOrder")) == taken


GROUPS = batch(group("one", "a"), group("two", "b", cancel=f"[{FIRST}]"), group("three", "c"))


@pytest.mark.parametrize("status", NOT_ONLINE)
def test_a_run_waits_for_the_exchange_to_come_back(status: str) -> None:
    """No order leaves while it is away; then the run goes on as if nothing had been."""
    world = away(status, back_after_s=50)
    manifest = truthful(world, world.apply(GROUPS))
    assert manifest["outcome"] == "done"
    left = [parse_rfc3339(entry["at"]) - START for entry in world.entries("order-intent")]
    assert left[0] < 0.2
    assert min(left[1:]) > 50


@pytest.mark.parametrize("status", NOT_ONLINE)
def test_a_run_does_not_wait_for_ever(status: str) -> None:
    """Placed orders stay, the rest is skipped, and the reason is given."""
    world = away(status)
    manifest = truthful(world, world.apply(GROUPS))
    assert outcomes(manifest) == {"one/a": "placed", "two/b": "skipped", "three/c": "skipped"}
    assert ended(manifest) == {"one": "done", "two": "stopped", "three": "skipped"}
    assert canceled(manifest, "two") == {FIRST: "skipped"}
    assert manifest["outcome"] == "incomplete"
    assert manifest["reason"] == f"the exchange is in status {status}"
    assert WAIT_S <= world.now - START < WAIT_S + 2
    world.status("online")
    world.on_step = lambda _: None
    assert world.apply(GROUPS)["outcome"] == "done"


def test_cancellations_that_wait_are_left_when_it_lasts() -> None:
    """In maintenance nothing is canceled either; what was placed stays beside what it was to replace."""
    world = away("maintenance")
    manifest = world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b")))
    assert canceled(manifest, "one") == {FIRST: "skipped"}
    assert ended(manifest) == {"one": "partial", "two": "skipped"}
    assert FIRST in world.exchange.state().live
    assert world.frames("cancelOrder") == []
    assert WAIT_S <= world.now - START < WAIT_S + 2


def test_a_status_that_changes_too_late_is_the_exchanges_to_enforce() -> None:
    """An order that left before the news came is rejected there, and that is what is said."""
    world = World(to_exchange=lambda content: [0.3 if content["event"] == "addOrder" else 0.01])
    world.on_step = lambda _: (
        world.later(0.2, lambda: world.status("cancel_only")) if world.time.steps == 1 else None
    )
    manifest = truthful(world, world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"))))
    assert outcomes(manifest) == {"one/a": "rejected"}
    assert manifest["groups"][0]["orders"][0]["error"] == "EService:Market in cancel_only mode"
    assert world.frames("cancelOrder") == []
