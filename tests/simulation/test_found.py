"""The findings of seeds, each as the smallest world that shows it."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import parse_rfc3339
from runner.kraken import AddOrder, AddOrderStatus
from runner.paper import Options
from tests.execution.builders import FIRST, batch, canceled, ended, group, order, outcomes
from tests.simulation.faults import mute, truthful, truthful_but_for_twins
from tests.simulation.world import World, exchange_of
from tests.support.virtual_time import START


def test_an_order_turned_away_at_the_door_is_not_in_doubt_when_the_run_stops() -> None:
    """Its token was refused, so it is certainly not booked: the manifest says skipped, and not unresolved."""
    world = World()

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] != "addOrder":
            return [0.01]
        error = AddOrderStatus(status="error", errorMessage="EAPI:Invalid token", reqid=content["reqid"])
        world.later(0.1, lambda: world.say(error))
        return []

    world.to_exchange = to_exchange
    world.on_turn = lambda turn: (
        world.stop() if any(entry.kind == "order-absent" for entry in turn.entries) else None
    )
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert outcomes(manifest) == {"one/a": "skipped"}
    assert manifest["outcome"] == "interrupted"


@pytest.mark.parametrize("on_reject", ["continue", "unwind"])
def test_an_order_that_never_left_is_no_rejected_one(on_reject: str) -> None:
    """The exchange is in another status for too long: nothing is canceled or taken back for that."""
    world = World()
    world.to_exchange = lambda content: [] if content.get("volume") == "0.7" else [0.01]
    world.on_step = lambda _: (
        world.later(3.0, lambda: world.status("cancel_only")) if world.time.steps == 1 else None
    )
    groups = batch(group("one", "a", order("b", volume="0.7"), cancel=f"[{FIRST}]", on_reject=on_reject))
    manifest = truthful(world, world.apply(groups))
    assert outcomes(manifest) == {"one/a": "placed", "one/b": "skipped"}
    assert ended(manifest) == {"one": "stopped"}
    assert world.frames("cancelOrder") == []
    world.to_exchange, world.on_step = lambda _: [0.01], lambda _: None
    world.status("online")
    assert world.apply(groups)["outcome"] == "done"


def test_the_wait_for_the_exchange_ends_once() -> None:
    """While an order is still in doubt, the end of that wait is not requested over and over."""
    world = World(to_exchange=lambda content: [] if content["event"] == "addOrder" else [0.01])
    world.on_step = lambda _: (
        world.later(3.0, lambda: world.status("cancel_only")) if world.time.steps == 1 else None
    )
    manifest = truthful(world, world.apply(batch(group("one", "a"), group("two", "b"))))
    assert outcomes(manifest) == {"one/a": "skipped", "two/b": "skipped"}


def test_a_user_reference_means_what_only_the_second_snapshot_shows() -> None:
    """The first snapshot was unreadable and the cancellation lost: the orders are open, and are canceled."""
    world = World()
    token = world.token_of_another_program()
    for price in ("101", "102"):
        wanted = AddOrder(
            pair="ETH/EUR", type="buy", ordertype="limit", price=price, volume="0.5", userref="17", reqid=1
        )
        world.exchange.handle(900, wanted, token, START)
    snapshots: list[int] = []

    def garble(text: str) -> str:
        if '"openOrders",{"sequence":1}' not in text:
            return text
        snapshots.append(1)
        return text if len(snapshots) > 1 else '[[5],"openOrders",{"sequence":1}]'

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "cancelOrder" and world.connections == 1:
            world.later(0.1, lambda: world.disconnect("reset"))
            return []
        return [0.01]

    world.garble, world.to_exchange = garble, to_exchange
    manifest = world.apply(batch(group("one", "a", cancel="[{userref: 17}]")))
    assert canceled(manifest, "one") == {"17": "canceled"}
    assert not [item for item in world.exchange.state().live.values() if item.terms.userref == 17]


def test_news_of_an_order_that_was_never_shown_whole_binds_no_track() -> None:
    """Two orders share a user reference and differ in volume: its sparse news may be about either."""
    world = World(exchange_of(Options()))
    wakes: list[int] = []

    def garble(text: str) -> str:
        if '"vol":"0.37000000"' in text and not wakes:
            wakes.append(1)
            return text[:20]
        return text

    world.garble = garble
    world.to_client = lambda content: [] if mute(content, "addOrderStatus") else [0.01]
    orders = [order("a", userref="17", volume="0.25"), order("b", userref="17", volume="0.37")]
    manifest = truthful_but_for_twins(world, world.apply(batch(group("one", *orders))))
    txids = {order["id"]: order["txid"] for order in manifest["groups"][0]["orders"]}
    state = world.exchange.state()
    volumes = {id: str((state.live | state.ended)[txid].terms.volume) for id, txid in txids.items()}
    assert volumes == {"a": "0.25000000", "b": "0.37000000"}
    assert len(world.frames("addOrder")) == 2


def test_intents_are_never_older_than_the_look_that_they_rest_on() -> None:
    """Absence is proven by a look taken after the settle window, in a world without a single fault beside."""
    world = World()
    world.to_exchange = lambda content: [] if len(world.frames("addOrder")) == 1 else [0.01]
    world.apply(batch(group("one", "a")))
    first, again = (parse_rfc3339(entry["at"]) for entry in world.entries("order-intent"))
    assert again - first >= 85
