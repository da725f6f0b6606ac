"""Orders under an author's own user reference that the exchange denies, and has all the same."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from runner.execution import LookUp
from runner.execution.orders.denials import Denials
from runner.execution.orders.doubt import PATIENCE_S
from runner.execution.orders.states import OrderTrack, State
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE
from tests.execution.builders import FIRST, NOW, batch, ended, group, order, outcomes, plan_of
from tests.execution.order_office import FUNDS
from tests.simulation.faults import no_records
from tests.simulation.world import World
from tests.support.virtual_run import Killed

if TYPE_CHECKING:
    from collections.abc import Callable

GHOST = "OGHOST-00000-000001"
RESTING = order("a", userref="17")
FILLED = order("a", userref="17", ordertype="market", price=None)


def lying_world(lie: Callable[[dict[str, Any]], dict[str, Any]], *, hidden: bool) -> World:
    """A world with wrong replies to orders; ``hidden``: the feed shows nothing after its snapshot."""

    def garbled(text: str) -> str:
        frame = json.loads(text)
        if isinstance(frame, dict) and frame.get("event") == "addOrderStatus":
            return json.dumps(lie(frame))
        if hidden and isinstance(frame, list) and frame[-1]["sequence"] > 1:
            return json.dumps([[], *frame[1:]])
        return text

    world = World()
    world.garble = garbled
    return world


def refused(reply: dict[str, Any]) -> dict[str, Any]:
    """The order is refused for good, though it is booked."""
    return {"event": "addOrderStatus", "status": "error", "errorMessage": FUNDS, "reqid": reply["reqid"]}


def renamed(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply names an order that does not exist."""
    return {**reply, "txid": GHOST}


def listed(manifest: dict[str, Any]) -> set[str]:
    """Every txid in a manifest."""
    orders = [order for group in manifest["groups"] for order in group["orders"]]
    return {txid for order in orders for txid in (order["txid"], *order.get("txids", ())) if txid}


def at_the_exchange(world: World) -> set[str]:
    """The txid of every order with the reference."""
    state = world.exchange.state()
    every = {**state.live, **state.ended}
    return {txid for txid, order_at_exchange in every.items() if order_at_exchange.terms.userref == 17}


@pytest.mark.parametrize("on_reject", ["stop", "continue", "unwind"])
@pytest.mark.parametrize("kind", [RESTING, FILLED])
def test_a_refused_order_that_the_feed_hides_is_found_before_its_run_ends(kind: str, on_reject: str) -> None:
    """The records are searched for the reference: the order is listed, and the old order stays."""
    world = lying_world(refused, hidden=True)
    manifest = world.apply(batch(group("one", kind, cancel=f"[{FIRST}]", on_reject=on_reject)))
    assert outcomes(manifest) == {"one/a": "unresolved"}
    assert ended(manifest) == {"one": "unresolved"}
    assert listed(manifest) == at_the_exchange(world) != set()
    assert not world.frames("cancelOrder")
    assert world.looks == [LookUp((), ("17",), world.looks[0].since, world.looks[0].until)]


@pytest.mark.parametrize("kind", [RESTING, FILLED])
def test_a_refused_order_is_not_sent_again_unseen(kind: str) -> None:
    """The run that got the refusal could not ask: the next one does, before it sends."""
    world = lying_world(refused, hidden=True)
    world.rest_fails = lambda path: no_records(path) if world.frames("addOrder") else None
    text = batch(group("one", kind))
    assert outcomes(world.apply(text)) == {"one/a": "rejected"}
    world.rest_fails, world.garble = lambda _: None, lambda text: text
    manifest = world.apply(text)
    assert outcomes(manifest) == {"one/a": "placed"}
    assert listed(manifest) == at_the_exchange(world)
    assert len(world.frames("addOrder")) == 1


@pytest.mark.parametrize("error", [FUNDS, "EOrder:Rate limit exceeded"])
def test_a_refused_order_that_leaves_the_file_unseen_is_found_by_the_next_run(error: str) -> None:
    """The run that got the refusal could not look it up: it is listed, and nothing else is sent first."""
    world = lying_world(lambda reply: {**refused(reply), "errorMessage": error}, hidden=True)
    world.rest_fails = lambda path: no_records(path) if world.frames("addOrder") else None
    world.apply(batch(group("one", RESTING)))
    world.rest_fails, world.garble = lambda _: None, lambda text: text
    other = batch(group("one", order("b")))
    manifest = world.apply(other)
    assert outcomes(manifest) == {f"{NO_LONGER_IN_THE_FILE}/a": "placed", "one/b": "skipped"}
    assert listed(manifest) == at_the_exchange(world) != set()
    assert outcomes(world.apply(other)) == {f"{NO_LONGER_IN_THE_FILE}/a": "placed", "one/b": "placed"}


def test_a_refused_order_that_leaves_the_file_is_looked_up_once() -> None:
    """In the run that got the refusal: there is nothing left to settle then."""
    world = World()
    world.apply(batch(group("one", order("a", userref="17", volume="100000"))))
    assert outcomes(world.apply(batch(group("one", order("b"))))) == {"one/b": "placed"}


@pytest.mark.parametrize("booked", [True, False])
def test_an_order_refused_by_a_run_that_was_killed_then_is_looked_up(booked: bool) -> None:
    """Under whatever id: its run did not last until the feed could show it."""
    world = lying_world(refused, hidden=True)
    world.apply(batch(group("one", order("a", **({} if booked else {"volume": "100000"})))))
    world.journal = [entry for entry in world.journal if entry["entry"] != "run-ended"]
    world.garble = lambda text: text
    manifest = world.apply(batch(group("one", order("b"))))
    expected = ("placed", "skipped") if booked else ("skipped", "placed")
    assert outcomes(manifest) == dict(zip((f"{NO_LONGER_IN_THE_FILE}/a", "one/b"), expected, strict=True))


def test_a_refusal_that_is_so_is_believed_and_the_order_sent_again() -> None:
    """Older orders and others under the reference are no such order."""
    world = World()
    older = batch(group("one", RESTING), name="older")
    world.apply(older)
    world.journal.clear()
    text = batch(group("one", order("a", userref="17", volume="100000")))
    assert outcomes(world.apply(text)) == {"one/a": "rejected"}
    assert outcomes(world.apply(text)) == {"one/a": "rejected"}
    assert len(world.frames("addOrder")) == 3


@pytest.mark.parametrize("hidden", [False, True])
def test_an_order_that_is_there_under_another_txid_is_listed_by_its_own_run(hidden: bool) -> None:
    """The records do not know the id of the reply: what carries the reference instead is listed beside it."""
    world = lying_world(renamed, hidden=hidden)
    manifest = world_apply(world, batch(group("one", RESTING, cancel=f"[{FIRST}]")))
    assert outcomes(manifest) == {"one/a": "unresolved"}
    assert listed(manifest) == {GHOST, *at_the_exchange(world)}
    assert not world.frames("cancelOrder")


def test_a_group_that_stops_for_another_order_lists_it_as_well() -> None:
    """Nothing depends on the order any more, and it is at the exchange all the same."""
    world = lying_world(lambda reply: renamed(reply) if reply["status"] == "ok" else reply, hidden=True)
    manifest = world_apply(world, batch(group("one", RESTING, order("b", volume="100000"))))
    assert outcomes(manifest) == {"one/a": "unresolved", "one/b": "rejected"}
    assert listed(manifest) == {GHOST, *at_the_exchange(world)}


def test_twins_under_other_txids_are_all_listed() -> None:
    """Whichever of the two is which."""
    world = lying_world(lambda reply: {**reply, "txid": f"OGHOST-{reply['reqid']:05d}"}, hidden=True)
    manifest = world_apply(world, batch(group("one", RESTING, order("b", userref="17"))))
    assert Counter(outcomes(manifest).values()) == {"unresolved": 2}
    assert listed(manifest) >= at_the_exchange(world)


def refused_order(*, sent: bool = True) -> OrderTrack:
    """An order under the author's own reference that the exchange has refused."""
    (planned,) = plan_of(group("g", RESTING)).orders()
    return OrderTrack(planned, State.REJECTED, attempts=1 if sent else 0)


def test_each_sending_is_looked_for_once() -> None:
    """Until the look is over it is waited for; the next sending is another question."""
    denials, track = Denials(), refused_order()
    assert denials.look_up([])
    assert not denials.look_up([track])
    assert denials.due(NOW) == [track]
    assert "g/a" in str(denials.wait())
    denials.on_lookup([track])
    assert denials.look_up([track])
    assert (denials.due(NOW), denials.timer(), denials.wait()) == ([], None, None)
    track.attempts += 1
    assert not denials.look_up([track])


def test_looks_that_fail_are_repeated_until_patience_ends() -> None:
    """Then nothing can be learned of it, and it is waited for no longer."""
    denials, track = Denials(), refused_order()
    assert not denials.on_lookup_failed([track], NOW)
    denials.look_up([track])
    now = NOW
    while not denials.on_lookup_failed([track], now):
        assert denials.due(now) == []
        now = denials.timer() or 0.0
        assert denials.due(now) == [track]
        assert now < NOW + 2 * PATIENCE_S
    assert now >= NOW + PATIENCE_S
    assert not denials.waiting


def test_an_order_turned_away_is_looked_for_before_it_is_sent_again() -> None:
    """Refused for the rate, booked all the same, and hidden by the feed: the records show it."""
    lies = [1]

    def busy(reply: dict[str, Any]) -> dict[str, Any]:
        return {**refused(reply), "errorMessage": "EOrder:Rate limit exceeded"} if lies else reply

    world = lying_world(busy, hidden=True)
    world.on_turn = lambda turn: lies.clear() if len(world.frames("addOrder")) > 1 else None
    manifest = world.apply(batch(group("one", RESTING)))
    assert outcomes(manifest) == {"one/a": "placed"}
    assert listed(manifest) == at_the_exchange(world)
    assert len(world.frames("addOrder")) == 1


def test_an_order_turned_away_is_not_sent_again_unseen() -> None:
    """While the records cannot be read it is left unsent; the next run finds it."""
    world = lying_world(
        lambda reply: {**refused(reply), "errorMessage": "EOrder:Rate limit exceeded"}, hidden=True
    )
    world.rest_fails = lambda path: no_records(path) if world.frames("addOrder") else None
    text = batch(group("one", RESTING))
    assert outcomes(world.apply(text)) == {"one/a": "skipped"}
    world.rest_fails, world.garble = lambda _: None, lambda text: text
    assert outcomes(world.apply(text)) == {"one/a": "placed"}
    assert len(world.frames("addOrder")) == 1


def test_a_run_that_is_stopped_lists_what_the_feed_has_shown() -> None:
    """There is no time to prove that the id of the reply does not exist."""
    world = lying_world(renamed, hidden=False)
    world.on_step = lambda _: world.stop() if world.entries("order-placed") else None
    manifest = world_apply(world, batch(group("one", RESTING, cancel=f"[{FIRST}]")))
    assert (manifest["outcome"], outcomes(manifest)) == ("interrupted", {"one/a": "unresolved"})
    assert listed(manifest) == {GHOST, *at_the_exchange(world)}


def test_a_group_that_is_skipped_lists_what_is_there_under_another_txid() -> None:
    """The run that placed it was killed; the next one has an order to settle that left the file."""
    lies = [renamed]
    world = lying_world(lambda reply: lies.pop()(reply) if lies else reply, hidden=True)

    def die(world: World) -> None:
        if len(world.entries("order-placed")) == 2:
            raise Killed

    world.on_step = die
    with pytest.raises(Killed):
        world_apply(world, batch(group("one", RESTING), group("two", "b", needs="[]")))
    world.on_step, world.garble = lambda _: None, lambda text: text
    manifest = world_apply(world, batch(group("one", RESTING)))
    assert ended(manifest) == {NO_LONGER_IN_THE_FILE: "partial", "one": "unresolved"}
    assert listed(manifest) >= at_the_exchange(world)
    manifest = world_apply(world, batch(group("one", RESTING)))
    assert outcomes(manifest)["one/a"] == "placed"


def world_apply(world: World, text: Any) -> dict[str, Any]:
    """Apply a batch at an exchange that makes ids up, which this world takes for an internal error."""
    world._assert_sent_by_exchange = lambda _: None  # type: ignore[method-assign]
    return world.apply(text)
