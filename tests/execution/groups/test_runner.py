"""The way of a group: what may still happen between two of its steps."""

from __future__ import annotations

from runner.planning.planned_order import NO_LONGER_IN_THE_FILE
from tests.execution.builders import FIRST, batch, canceled, ended, group, outcomes
from tests.simulation.world import World


def test_an_order_may_end_between_its_reply_and_the_cancellation() -> None:
    """The exchange takes no cancellations for a while; meanwhile the new order ends."""
    world = World()
    steps: list[str] = []

    def strike(world: World) -> None:
        shown = world.entries("order-placed")
        if shown and not steps:
            steps.append("maintenance")
            world.status("maintenance")
            world.later(5, lambda: end(shown[0]["txid"]))
            world.later(10, lambda: world.status("online"))

    def end(txid: str) -> None:
        steps.append("ended")
        world._deliver(world.exchange.end_order(txid, "Insufficient margin", world.now))

    world.on_step = strike
    world.to_client = lambda frame: [1.0] if isinstance(frame, list) and frame[-1]["sequence"] > 1 else [0.01]
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert steps == ["maintenance", "ended"]
    assert (outcomes(manifest), ended(manifest)) == ({"protect/a": "ended"}, {"protect": "stopped"})
    assert canceled(manifest, "protect") == {FIRST: "skipped"}
    assert not world.frames("cancelOrder")
    assert FIRST in world.exchange.state().live


def test_a_stop_sends_nothing_more() -> None:
    """Groups that were not begun are skipped, with the reason."""
    world = World()
    stopped: list[bool] = []

    def strike(world: World) -> None:
        if world.entries("group-ended") and not stopped:
            stopped.append(True)
            world.stop()

    world.on_step = strike
    manifest = world.apply(batch(group("one", "a"), group("two", "b"), group("three", "c")))
    assert ended(manifest) == {"one": "done", "two": "done", "three": "skipped"}
    assert manifest["outcome"] == "interrupted"


def left_behind() -> tuple[World, str]:
    """A world with an open order whose line was deleted, which a run has reported; and its txid."""
    world = World()
    world.apply(batch(group("one", "a")))
    world.journal = [entry for entry in world.journal if entry["entry"] != "run-ended"]  # It was killed.
    manifest = world.apply(batch(group("one", "b")))
    assert ended(manifest) == {NO_LONGER_IN_THE_FILE: "partial", "one": "skipped"}
    assert manifest["outcome"] == "incomplete"
    return world, world.entries("order-placed")[0]["txid"]


def test_an_order_that_has_left_the_file_is_listed_by_each_run_as_long_as_it_is_open() -> None:
    """It was reported once, so nothing waits for it any more; it is not forgotten."""
    world, txid = left_behind()
    for connections in (1, 0):  # The second one has nothing to do.
        before = world.connections
        manifest = world.apply(batch(group("one", "b")))
        assert (manifest["outcome"], ended(manifest)) == (
            "done",
            {"one": "done", NO_LONGER_IN_THE_FILE: "done"},
        )
        (order,) = manifest["groups"][-1]["orders"]
        assert (order["group"], order["id"], order["txid"], order["state"]) == ("one", "a", txid, "open")
        assert world.connections - before == connections


def test_what_becomes_of_such_an_order_is_learned_before_a_run_ends() -> None:
    """The snapshot lacks it, so the records are queried; then it is listed once more, and never again."""
    world, txid = left_behind()
    world._deliver(world.exchange.end_order(txid, "User requested", world.now))
    manifest = world.apply(batch(group("one", "b")))
    assert outcomes(manifest) == {"one/b": "placed", f"{NO_LONGER_IN_THE_FILE}/a": "ended"}
    assert manifest["outcome"] == "done"
    assert any(txid in query.txids for query in world.queries)
    assert list(outcomes(world.apply(batch(group("one", "b"))))) == ["one/b"]
