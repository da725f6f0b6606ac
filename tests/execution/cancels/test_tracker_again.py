"""An order that an earlier run was to cancel and did not find is looked for, and canceled if it is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import rfc3339
from runner.journal import CancelIntent, CancelSettled, fold, read_entries
from runner.journal.codec import to_content
from runner.paper import Options
from runner.paper.options.options import RestOptions
from runner.planning import find_reached_own_orders, plan
from tests.execution.builders import batch, canceled, group, order, outcomes
from tests.simulation.world import World, exchange_of

if TYPE_CHECKING:
    from runner.domain import Batch
    from runner.journal import Ledger
    from runner.planning import Plan

BAD = order("bad", volume="0.001")


def results(manifest: dict[str, Any]) -> list[str]:
    """Return what became of what the only group was to take back."""
    return [result["outcome"] for result in manifest["groups"][0]["unwind"]["results"]]


def not_found(world: World, txid: str) -> None:
    """An unwinding canceled an order, and the exchange answered that there is none."""
    at = rfc3339(world.now)
    intent = CancelIntent(at=at, group="one", reqid=999, txid=(txid,), unwind=True)
    settled = CancelSettled(at=at, group="one", ref="order:one/a", txid=txid, outcome="gone", unwind=True)
    world.journal += [to_content(intent), to_content(settled)]


@pytest.mark.parametrize("still_open", [True, False])
def test_what_an_unwinding_did_not_find(still_open: bool) -> None:
    """The records are read before anything is sent; an order that they show ended is settled for good."""
    world = World()
    first = world.apply(batch(group("one", "a", BAD)))
    assert outcomes(first) == {"one/a": "placed", "one/bad": "rejected"}
    txid = first["groups"][0]["orders"][0]["txid"]
    not_found(world, txid)
    if not still_open:
        world.exchange.end_order(txid, "User requested", world.now)
    again = world.apply(batch(group("one", "a", BAD, on_reject="unwind")))
    assert results(again) == ["canceled"]
    assert world.queries[0].txids == (txid,)
    assert len(world.frames("cancelOrder")) == still_open
    assert txid not in world.exchange.state().live
    counts = len(world.queries), len(world.sent), world.connections
    last = world.apply(batch(group("one", "a", BAD, on_reject="unwind")))
    assert results(last) == ["canceled"]
    assert (len(world.queries), len(world.sent), world.connections) == counts


TIDY = group("tidy", cancel="[{userref: 17}]")
LAG_S = 60.0


def mark(world: World, name: str) -> str:
    """Another batch places an order that carries the user reference; gives its txid."""
    kept, world.journal = world.journal, []
    manifest = world.apply(batch(group("one", order("m", userref="17", price="90")), name=name))
    world.journal = kept
    return str(manifest["groups"][0]["orders"][0]["txid"])


def tidied(world: World, *more: str) -> str:
    """Cancel what carries the user reference; gives what became of that."""
    (result,) = world.apply(batch(TIDY, *more, name="tidy"))["groups"][0]["cancel"]["results"]
    return str(result["outcome"])


def overlooked(world: World) -> str:
    """An order that a first run does not find: snapshot and records lack it, and its message is lost."""
    txid = mark(world, "old")
    world.now += 10

    def hide(text: str) -> str:
        content = json.loads(text)
        if isinstance(content, list):
            content[0] = [shown for shown in content[0] if txid not in shown]
        return json.dumps(content)

    world.garble = hide
    world.to_exchange = lambda content: [] if content["event"] == "cancelOrder" else [0.01]
    assert tidied(world) == "gone"
    world.garble = lambda text: text
    world.to_exchange = lambda _: [0.01]
    assert txid in world.exchange.state().live
    return txid


def lagging() -> World:
    """Records that are a minute behind."""
    return World(exchange_of(Options(rest=RestOptions(lag_s=LAG_S))))


def test_an_order_that_a_user_reference_did_not_find_is_canceled_later() -> None:
    """And then never queried again."""
    world = lagging()
    txid = overlooked(world)
    world.now += 2 * LAG_S
    assert tidied(world) == "canceled"
    assert txid not in world.exchange.state().live
    counts = len(world.queries), len(world.sent)
    assert tidied(world) == "canceled"
    assert (len(world.queries), len(world.sent)) == counts


def test_an_unused_user_reference_is_known_once_the_records_can_lag_no_more() -> None:
    """Until then each run reads them, and sends nothing; then none does."""
    world = World()
    queries = []
    for pause_s in (0, 10, 100, 10):
        world.now += pause_s
        assert tidied(world) == "gone"
        queries.append(len(world.queries))
    assert queries == [1, 2, 3, 3]
    assert len(world.frames("cancelOrder")) == world.connections == 1


def test_what_was_placed_since_is_not_meant() -> None:
    """It stays, though it carries the user reference."""
    world = World()
    assert tidied(world) == "gone"
    world.now += 100
    younger = mark(world, "young")
    assert tidied(world) == "gone"
    assert younger in world.exchange.state().live
    assert len(world.frames("cancelOrder")) == 1


def test_what_would_take_a_younger_order_along_is_held_back() -> None:
    """A user reference cannot distinguish them; the younger one may be protection."""
    world = lagging()
    old = overlooked(world)
    world.now += 2 * LAG_S
    younger = mark(world, "young")
    world.now += 2 * LAG_S
    sent = len(world.frames("cancelOrder"))
    assert tidied(world) == "skipped"
    reason = world.manifest()["groups"][0]["reason"]
    assert f"{younger} may have been placed after userref 17" in reason
    assert {old, younger} <= set(world.exchange.state().live)
    assert len(world.frames("cancelOrder")) == sent


def test_what_the_batch_itself_places_next_is_not_meant() -> None:
    """Moments later, under the same user reference: a second run leaves it alone, and is no error."""
    world = World()
    text = [TIDY, group("enter", order("m", userref="17", price="90"))]
    for _ in range(2):
        manifest = world.apply(batch(*text, name="tidy"))
        assert manifest["outcome"] == "done"
        assert canceled(manifest, "tidy") == {"17": "gone"}
    assert manifest["groups"][1]["orders"][0]["txid"] in world.exchange.state().live
    assert len(world.frames("cancelOrder")) == 1
    assert not find_reached_own_orders(*planned_and_known(batch(*text, name="tidy"), world))


def planned_and_known(text: Batch, world: World) -> tuple[Plan, Ledger]:
    """Return what a further run would see."""
    ledger = fold(read_entries(world.journal))
    return plan(text, ledger, run_key="", venue="paper"), ledger
