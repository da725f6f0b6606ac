"""Orders whose cancellation an earlier run sent, with an unknown end, and no longer in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import GroupOutcome, RunOutcome, rfc3339
from runner.journal import CancelIntent
from runner.journal.codec import to_content
from runner.paper import Options
from runner.paper.options.options import RestOptions
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE
from tests.execution.builders import NOWHERE, batch, group, order, outcomes
from tests.simulation.world import World, exchange_of

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = batch(group("one", order("a")), group("two", order("b", price="90")))
SURE_S = 15 + 75
"""By then the message has arrived, and the records can lag no more."""


def world_after(*ids: str, lag_s: float = 0.0, unwind: bool = False, ago_s: float = 0.0) -> World:
    """A run has placed ``one/a`` and was killed after it had sent cancellations; ``{a}`` is that order."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=lag_s))))
    placed = world.apply(batch(group("one", order("a", userref="17"))))
    world.txid = placed["groups"][0]["orders"][0]["txid"]  # type: ignore[attr-defined]
    texts = tuple(world.txid if id == "{a}" else id for id in ids)  # type: ignore[attr-defined]
    world.now += 200
    intent = CancelIntent(at=rfc3339(world.now - ago_s), group="one", reqid=999, txid=texts, unwind=unwind)
    world.journal += [to_content(intent)]
    return world


def again(world: World) -> dict[str, Any]:
    """The file has neither the cancellation nor, any more, the order."""
    return world.apply(batch(group("two", order("b", price="90"))))


def fates(manifest: dict[str, Any]) -> list[str]:
    """Return what became of what was left open."""
    (left,) = [group for group in manifest["groups"] if group["name"] == NO_LONGER_IN_THE_FILE]
    return [result["outcome"] for result in left["cancel"]["results"]]


@pytest.mark.parametrize(
    ("act", "fate"),
    [
        (lambda world: world.exchange.end_order(world.txid, "User requested", world.now), "canceled"),
        (lambda _: None, "open"),
    ],
)
@pytest.mark.parametrize("id", ["{a}", "17"])
def test_it_is_queried_and_never_sent(act: Callable[[World], None], fate: str, id: str) -> None:
    """The rest of the file waits until a person has seen it; the next run goes on."""
    world = world_after(id)
    act(world)
    begun = world.now
    first = again(world)
    assert fates(first) == [fate]
    assert (first["outcome"], outcomes(first)) == ("incomplete", {"two/b": "skipped"})
    assert not world.frames("cancelOrder")
    assert (world.now - begun >= SURE_S) is (fate == "open")
    second = again(world)
    assert (second["outcome"], outcomes(second)) == ("done", {"two/b": "placed"})


def test_an_id_that_no_records_know_is_gone() -> None:
    """Once they must know of it."""
    world = world_after(NOWHERE)
    assert fates(again(world)) == ["gone"]
    assert world.now >= SURE_S


def test_what_was_requested_long_ago_is_settled_at_once() -> None:
    """The records are sure by now."""
    world = world_after(NOWHERE, ago_s=SURE_S)
    begun = world.now
    assert fates(again(world)) == ["gone"]
    assert world.now - begun < 5


def test_records_that_lag_are_read_again() -> None:
    """The order is shown open for another minute, and was canceled."""
    world = world_after("{a}", lag_s=60)
    world.exchange.end_order(world.txid, "User requested", world.now)  # type: ignore[attr-defined]
    assert fates(again(world)) == ["canceled"]


def test_records_that_cannot_be_read_leave_it_unresolved_and_it_is_queried_again() -> None:
    """Unknown is no outcome, and the next run begins with it."""
    world = world_after("{a}")
    world.rest_fails = lambda path: "HTTP status 502" if "Orders" in path else None
    first = again(world)
    assert (fates(first), first["outcome"]) == (["unresolved"], RunOutcome.UNRESOLVED)
    assert first["groups"][0]["outcome"] == GroupOutcome.UNRESOLVED
    world.rest_fails = lambda _: None
    assert fates(again(world)) == ["open"]


def test_a_run_that_is_stopped_does_not_call_it_skipped() -> None:
    """It was sent."""
    world = world_after("{a}")
    world.on_step = lambda world: world.stop()
    assert fates(again(world)) == ["unresolved"]


def test_what_was_to_be_taken_back_is_queried_too() -> None:
    """Its group has left the file."""
    world = world_after("{a}", unwind=True)
    world.exchange.end_order(world.txid, "User requested", world.now)  # type: ignore[attr-defined]
    assert fates(again(world)) == ["canceled"]


def test_a_younger_order_with_the_reference_is_not_meant() -> None:
    """It was placed after the cancellation had left."""
    world = world_after("17", ago_s=300)
    assert fates(again(world)) == ["gone"]
