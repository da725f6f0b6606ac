"""The ends of groups, and their change when an order ends later."""

from __future__ import annotations

from runner.domain import GroupOutcome
from runner.execution import Timing
from runner.execution.cancels.manager import CancelManager
from runner.execution.groups.ends import GroupEnds
from runner.kraken import Reqids
from tests.execution.builders import FIRST, NOW, batch, ended, group, outcomes
from tests.execution.order_office import office
from tests.simulation.world import World


def test_a_group_is_needed_as_long_as_another_waits() -> None:
    """A group that has ended waits for nothing."""
    desk = office("a")
    ends = GroupEnds(desk.plan, desk.desk, CancelManager(Reqids(), Timing(), []), desk.entries)
    (only,) = ends.open
    assert not ends.is_needed(only)
    desk.desk.skip_queue("g", "because")
    ends.conclude(only, NOW)
    assert (only.outcome, ends.open) == (GroupOutcome.STOPPED, [])
    assert desk.kinds() == ["group-ended"]


def test_an_order_that_ends_after_its_group_is_said() -> None:
    """The group had ended well; what needs it goes no further."""
    world = World()
    gone: list[str] = []

    def strike(world: World) -> None:
        placed = [e for e in world.entries("order-placed") if e["group"] == "enter"]
        done = any(e["group"] == "enter" for e in world.entries("group-ended"))
        if placed and done and not gone:
            gone.append(placed[0]["txid"])
            world._deliver(world.exchange.end_order(gone[0], "Insufficient margin", world.now))

    world.on_step = strike
    text = [group("enter", "a"), group("then", "b", cancel=f"[{FIRST}]")]
    manifest = world.apply(batch(*text))
    assert outcomes(manifest)["enter/a"] == "ended"
    assert ended(manifest) == {"enter": "partial", "then": "stopped"}
    assert FIRST in world.exchange.state().live
    reasons = {group["name"]: group["reason"] for group in manifest["groups"]}
    assert reasons == {
        "enter": "a ended by the exchange",
        "then": "it needs enter, of which a ended by the exchange",
    }
