"""Replies that are late, lost, doubled or garbled: doubt, never a guess."""

from __future__ import annotations

from typing import Any

import pytest

from runner.kraken import AddOrderStatus, BareError, ErrorReply
from runner.paper import Options
from runner.paper.options.options import CancelOptions, FeedOptions
from tests.execution.builders import FIRST, SECOND, batch, canceled, ended, group, many, order, outcomes
from tests.simulation.faults import (
    DEADLINE_S,
    SETTLE_S,
    mute,
    truthful,
)
from tests.simulation.world import World, exchange_of
from tests.support.virtual_time import START


@pytest.mark.parametrize(
    "options",
    [Options(feeds=FeedOptions(first=True)), Options(), Options(feeds=FeedOptions(empty_snapshot=False))],
)
def test_an_ack_that_is_lost_is_found_in_the_feed(options: Options) -> None:
    """Without any reply, every order is placed by what the feed shows; nothing is sent twice."""
    world = World(
        exchange_of(options), to_client=lambda content: [] if mute(content, "addOrderStatus") else [0.01]
    )
    close = order("c", close="{ordertype: limit, price: 160}", price="90")
    manifest = truthful(world, world.apply(batch(group("one", "a", "b", close, cancel=f"[{FIRST}]"))))
    assert manifest["outcome"] == "done"
    assert len(world.frames("addOrder")) == 3
    assert {entry["source"] for entry in world.entries("order-placed")} == {"feed"}
    assert world.now - START < DEADLINE_S + 20


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_replies_in_any_order_and_number(seed: int, copies: int) -> None:
    """Each frame takes its own time, and comes once or thrice."""
    world = World(exchange_of(Options(cancels=CancelOptions(shuffle_replies=True))), seed=seed)

    def to_client(content: Any) -> list[float]:
        times = copies if mute(content, "addOrderStatus", "cancelOrderStatus") else 1
        return [world.random.random() / 10 for _ in range(times)]

    world.to_client = to_client
    groups = [group("one", *many(8), cancel=f"[{FIRST}, {SECOND}]"), group("two", "x")]
    manifest = truthful(world, world.apply(batch(*groups)))
    assert manifest["outcome"] == "done"
    assert canceled(manifest, "one") == {FIRST: "canceled", SECOND: "canceled"}
    assert len(world.frames("addOrder")) == 9


@pytest.mark.parametrize("error", ["Exceeded msg rate", "EGeneral:Internal error"])
def test_a_request_that_is_dropped_with_a_word_is_sent_again(error: str) -> None:
    """The error names the request; after deadline and window its absence is proven."""
    world = World()
    dropped: list[int] = []

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "addOrder" and not dropped:
            dropped.append(content["reqid"])
            world.later(0.1, lambda: world.say(ErrorReply(errorMessage=error, reqid=content["reqid"])))
            return []
        return [0.01]

    world.to_exchange = to_exchange
    manifest = truthful(world, world.apply(batch(group("one", "a", "b"))))
    assert manifest["outcome"] == "done"
    assert len(world.frames("addOrder")) == 3
    assert world.now - START >= DEADLINE_S + SETTLE_S


def test_a_request_that_is_dropped_without_a_word_is_sent_again() -> None:
    """The bare form of the message rate error names no request; silence until the deadline does."""
    world = World()
    dropped: list[int] = []

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "addOrder" and not dropped:
            dropped.append(content["reqid"])
            world.later(0.1, lambda: world.say(BareError(errorMessage="Exceeded msg rate")))
            return []
        return [0.01]

    world.to_exchange = to_exchange
    manifest = truthful(world, world.apply(batch(group("one", "a", "b"))))
    assert manifest["outcome"] == "done"
    assert len(world.frames("addOrder")) == 3
    first, again = (e for e in world.entries("order-intent") if e["id"] == "a")
    assert again["at"] > first["request"]["deadline"]


@pytest.mark.parametrize(
    "garbled",
    ['{"event":"addOrderStatus","status":"o', '{"event":"addOrderStatus","status":1,"reqid":2}', "\x00"],
)
def test_a_reply_that_cannot_be_read_is_doubt(garbled: str) -> None:
    """The order is found in the feed or in the records, and is not sent again."""
    world = World()
    world.garble = lambda text: garbled if '"addOrderStatus"' in text else text
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert manifest["outcome"] == "done"
    assert len(world.frames("addOrder")) == 1


def test_a_validated_only_reply_places_nothing() -> None:
    """An ok without a txid is looked up; what is not there is never said to be placed."""
    world = World()
    world.garble = lambda text: text.replace('"txid"', '"other"') if '"addOrderStatus"' in text else text
    world.to_exchange = lambda content: [0.01]
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert outcomes(manifest) == {"one/a": "placed"}
    assert [entry["source"] for entry in world.entries("order-placed")] == ["feed"]


def test_an_order_that_is_only_validated_is_never_placed() -> None:
    """The exchange says ok without a txid, again and again, and books nothing: so nothing is claimed."""
    world = World()

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] != "addOrder":
            return [0.01]
        reply = AddOrderStatus(status="ok", descr="buy", reqid=content["reqid"])
        world.later(0.1, lambda: world.say(reply))
        return []

    world.to_exchange = to_exchange
    manifest = truthful(world, world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"))))
    assert outcomes(manifest) == {"one/a": "skipped"}
    assert ended(manifest) == {"one": "stopped"}
    assert world.frames("cancelOrder") == []
    assert len(world.frames("addOrder")) == 5
