"""An order that an earlier run was to cancel and did not find is looked for, and canceled if it is there."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import rfc3339
from runner.records import CancelIntent, CancelSettled, to_content
from tests.engine.builders import batch, group, order, outcomes
from tests.simulation.world import World

BAD = order("bad", volume="0.001")


def results(manifest: dict[str, Any]) -> list[str]:
    """What became of what the only group was to take back."""
    return [result["outcome"] for result in manifest["groups"][0]["unwind"]["results"]]


def not_found(world: World, txid: str) -> None:
    """An unwinding asked to cancel an order and was told that there is none."""
    at = rfc3339(world.now)
    intent = CancelIntent(at=at, group="one", reqid=999, txid=(txid,), unwind=True)
    settled = CancelSettled(at=at, group="one", ref="order:one/a", txid=txid, outcome="gone", unwind=True)
    world.journal += [to_content(intent), to_content(settled)]


@pytest.mark.parametrize("stands", [True, False])
def test_what_an_unwinding_did_not_find(stands: bool) -> None:
    """The records are asked before anything is sent; what they know to have ended is settled for good."""
    world = World()
    first = world.apply(batch(group("one", "a", BAD)))
    assert outcomes(first) == {"one/a": "placed", "one/bad": "rejected"}
    txid = first["groups"][0]["orders"][0]["txid"]
    not_found(world, txid)
    if not stands:
        world.exchange.end_order(txid, "User requested", world.now)
    again = world.apply(batch(group("one", "a", BAD, on_reject="unwind")))
    assert results(again) == ["canceled"]
    assert world.queries[0].txids == (txid,)
    assert len(world.frames("cancelOrder")) == stands
    assert txid not in world.exchange.state().live
    asked = len(world.queries), len(world.sent), world.connections
    last = world.apply(batch(group("one", "a", BAD, on_reject="unwind")))
    assert results(last) == ["canceled"]
    assert (len(world.queries), len(world.sent), world.connections) == asked
