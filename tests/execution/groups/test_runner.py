"""The way of a group: what may still happen between two of its steps."""

from __future__ import annotations

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
    """What was not begun is skipped, with the reason."""
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
