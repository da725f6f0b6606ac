"""Connections that break at the worst time, or never come about."""

from __future__ import annotations

from typing import Any

import pytest

from runner.execution import ConnectFailed
from runner.kraken import AddOrderStatus, SubscriptionStatus
from runner.paper import Options
from runner.paper.options.options import ConnectionOptions, ErrorOptions, FeedOptions, RestOptions
from tests.execution.builders import (
    FIRST,
    SECOND,
    at_exchange,
    batch,
    canceled,
    ended,
    group,
    order,
    outcomes,
)
from tests.execution.order_office import office
from tests.simulation.faults import (
    DEADLINE_S,
    PATIENCE_S,
    SETTLE_S,
    drop_once,
    mute,
    no_records,
    truthful,
    without_records,
)
from tests.simulation.world import World, exchange_of
from tests.support.virtual_run import Killed
from tests.support.virtual_time import START


def test_a_connection_cut_between_booking_and_reply() -> None:
    """The order is adopted from the snapshot of the next connection, and not sent again."""
    world = without_records()
    drop_once(world, "addOrderStatus")
    manifest = truthful(world, world.apply(batch(group("one", "a", "b", cancel=f"[{FIRST}]"))))
    assert manifest["outcome"] == "done"
    assert (world.connections, world.tokens) == (2, 1)
    assert len(world.frames("addOrder")) == 2
    assert {entry["source"] for entry in world.entries("order-placed")} == {"feed"}
    assert world.now - START < 5


def test_an_order_that_was_filled_without_a_connection() -> None:
    """The snapshot does not show it any more; the records of closed orders do."""
    world = World()
    drop_once(world, "addOrderStatus")
    groups = [group("one", order("a", ordertype="market", price=None))]
    manifest = truthful(world, world.apply(batch(*groups)))
    assert manifest["outcome"] == "done"
    assert len(world.frames("addOrder")) == 1
    assert [entry["source"] for entry in world.entries("order-placed")] == ["lookup"]


def test_an_order_that_never_arrived_is_sent_again_after_the_window() -> None:
    """Deadline and settle window pass first, whatever the records say before."""
    world = World()

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "addOrder" and world.connections == 1:
            world.later(0.5, lambda: world.disconnect("reset"))
            return []
        return [0.01]

    world.to_exchange = to_exchange
    manifest = truthful(world, world.apply(batch(group("one", "a"), group("two", "b"))))
    assert manifest["outcome"] == "done"
    first, again, _ = world.entries("order-intent")
    assert first["request"]["cl_ord_id"] == again["request"]["cl_ord_id"]
    assert first["reqid"] != again["reqid"]
    assert [e["id"] for e in world.entries("order-absent")] == ["a"]
    assert DEADLINE_S + SETTLE_S <= world.now - START <= DEADLINE_S + SETTLE_S + 5
    assert len(world.looks) <= 10


def test_what_cannot_be_learned_is_unresolved() -> None:
    """The records cannot be read: nothing is sent again, nothing canceled, and who needs the group waits."""
    world = without_records()

    def to_exchange(content: dict[str, Any]) -> list[float]:
        return [] if content["event"] == "addOrder" else [0.01]

    world.to_exchange = to_exchange
    groups = [
        group("one", "a", cancel=f"[{FIRST}]"),
        group("two", "b"),
        group("aside", cancel=f"[{SECOND}]", needs="[]"),
    ]
    manifest = truthful(world, world.apply(batch(*groups)))
    assert manifest["outcome"] == "unresolved"
    assert ended(manifest) == {"one": "unresolved", "two": "skipped", "aside": "done"}
    assert outcomes(manifest) == {"one/a": "unresolved", "two/b": "skipped"}
    assert manifest["groups"][0]["reason"] == "the fate of a is unknown"
    assert canceled(manifest, "one") == {FIRST: "skipped"}
    assert len(world.frames("addOrder")) == 1
    assert [frame["txid"] for frame in world.frames("cancelOrder")] == [[SECOND]]
    assert world.now - START == pytest.approx(DEADLINE_S + SETTLE_S + PATIENCE_S, abs=1)


def test_what_was_unresolved_is_looked_up_by_the_next_run() -> None:
    """It was booked after all: the next run adopts it and goes on where the first stopped."""
    world = without_records()
    world.to_client = lambda content: (
        [0.01] if world.connections < 2 and not mute(content, "addOrderStatus") else []
    )
    drop_once(world, "addOrderStatus")
    refused = ConnectFailed("refused")
    world.refuse = lambda: refused if world.connections else None
    groups = [
        group("one", order("a", ordertype="market", price=None), cancel=f"[{FIRST}]"),
        group("two", "b"),
    ]
    first = truthful(world, world.apply(batch(*groups)))
    assert (first["outcome"], outcomes(first)["one/a"]) == ("unresolved", "unresolved")
    world.rest_fails, world.refuse, world.to_client = lambda _: None, lambda: None, lambda _: [0.01]
    second = truthful(world, world.apply(batch(*groups)))
    assert second["outcome"] == "done"
    assert second["groups"][0]["orders"][0]["already"] is True
    assert len(world.frames("addOrder")) == 2


def test_doubt_is_settled_even_where_its_group_is_skipped() -> None:
    """An earlier run may have placed an order of a group that is not reached this time."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=30))))
    market = group("one", order("a", ordertype="market", price=None))

    def die(_: World) -> None:
        if world.booked():
            raise Killed

    world.on_step = die
    with pytest.raises(Killed):
        world.apply(batch(market))
    world.on_step = lambda _: None
    manifest = truthful(world, world.apply(batch(group("zero", order("bad", volume="100000")), market)))
    assert ended(manifest) == {"zero": "stopped", "one": "skipped"}
    assert outcomes(manifest) == {"zero/bad": "rejected", "one/a": "placed"}
    assert manifest["outcome"] == "incomplete"
    assert world.now - START > 30


def test_doubt_that_lasts_makes_a_skipped_group_unresolved() -> None:
    """Nothing can be learnt of it in this run either: that is the outcome, and not that it was skipped."""
    world = without_records()
    world.to_exchange = lambda content: [] if content["event"] == "addOrder" else [0.01]
    world.apply(batch(group("one", "a")))
    world.to_exchange = lambda _: [0.01]
    world.rest_fails = lambda path: no_records(path) if len(world.frames("addOrder")) > 1 else None
    world.now -= 80  # As if the next run began while the window is still open.
    manifest = world.apply(batch(group("zero", order("bad", volume="100000")), group("one", "a")))
    assert ended(manifest) == {"zero": "stopped", "one": "unresolved"}
    assert manifest["outcome"] == "unresolved"


def test_silence_is_a_dead_connection() -> None:
    """Nothing comes any more, without an error: a new connection is made, and the order found there."""
    world = without_records()
    world.to_client = lambda _: [] if world.connections == 1 and world.frames("addOrder") else [0.01]
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert manifest["outcome"] == "done"
    assert world.connections == 2
    assert len(world.frames("addOrder")) == 1


def test_a_gap_in_the_feed_is_a_lost_connection() -> None:
    """A message of openOrders is missing, so what is known of open orders is not trusted any more."""
    world = without_records()
    seen: list[int] = []

    def to_client(content: Any) -> list[float]:
        if isinstance(content, list) and content[1] == "openOrders" and world.connections == 1:
            seen.append(content[2]["sequence"])
            return [] if len(seen) == 2 else [0.01]
        return [] if mute(content, "addOrderStatus") else [0.01]

    world.to_client = to_client
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert manifest["outcome"] == "done"
    assert world.connections == 2
    assert len(world.frames("addOrder")) == 1


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_connection_that_fails_is_tried_again(attempts: int) -> None:
    """A few times before anything was sent."""
    failures = [ConnectFailed("refused")] * attempts
    world = World(refuse=lambda: failures.pop() if failures else None)
    assert truthful(world, world.apply(batch(group("one", "a"))))["outcome"] == "done"


@pytest.mark.parametrize("final", [True, False])
def test_an_exchange_that_cannot_be_reached(final: bool) -> None:
    """Nothing was sent, and the run says why."""
    tries: list[int] = []

    def refuse() -> ConnectFailed:
        tries.append(1)
        return ConnectFailed("EAPI:Invalid key", final=final)

    world = World(refuse=refuse)
    manifest = world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b")))
    assert (manifest["outcome"], manifest["reason"]) == ("unreachable", "EAPI:Invalid key")
    assert len(tries) == (1 if final else 3)
    assert set(outcomes(manifest).values()) == {"skipped"}
    assert world.sent == []


def test_a_connection_that_hangs_is_given_up() -> None:
    """No snapshot ever comes, and neither does a refusal."""
    world = World(to_exchange=lambda _: [])
    manifest = world.apply(batch(group("one", "a")))
    assert manifest["outcome"] == "unreachable"
    assert manifest["reason"] == "no openOrders snapshot within 20 s"
    assert world.connections == 3


def test_an_exchange_that_confirms_and_shows_nothing() -> None:
    """An account without orders may have no snapshot: after a while the run goes on without."""
    world = World(exchange_of(Options(feeds=FeedOptions(empty_snapshot=False))))
    world.to_client = lambda content: (
        [] if isinstance(content, list) and content[2]["sequence"] == 1 else [0.01]
    )
    manifest = truthful(world, world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"))))
    assert manifest["outcome"] == "done"
    assert canceled(manifest, "one") == {FIRST: "canceled"}


def test_a_subscription_that_is_refused() -> None:
    """Without the feed nothing is certain: nothing is sent."""
    world = World(
        exchange_of(
            Options(
                errors=ErrorOptions(invalid_session="EGeneral:Permission denied"),
                connection=ConnectionOptions(token_lifetime_s=-1),
            )
        )
    )
    manifest = world.apply(batch(group("one", "a")))
    assert (manifest["outcome"], manifest["reason"]) == ("unreachable", "EGeneral:Permission denied")
    assert (world.connections, world.frames("addOrder")) == (1, [])


def test_a_token_that_is_refused_is_replaced() -> None:
    """It went stale before it was used; the next attempt takes a new one."""
    world = World(exchange_of(Options(connection=ConnectionOptions(token_lifetime_s=0.015))))
    world.to_exchange = lambda _: [0.02 if world.connections == 1 else 0.01]
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert manifest["outcome"] == "done"
    assert (world.tokens, world.connections) == (2, 2)


def test_a_token_that_is_refused_in_the_middle_of_a_run() -> None:
    """The orders were not looked at: they leave again under a new token, and are booked once."""
    world = World()
    refused: list[int] = []

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "addOrder" and content["price"] == "50" and not refused:
            refused.append(content["reqid"])
            reply = AddOrderStatus(status="error", errorMessage="EAPI:Invalid token", reqid=content["reqid"])
            world.say(reply)
            return []
        return [0.01]

    world.to_exchange = to_exchange
    manifest = truthful(world, world.apply(batch(group("one", "a"), group("two", order("b", price="50")))))
    assert manifest["outcome"] == "done"
    assert (world.tokens, world.connections) == (2, 2)
    assert len(world.frames("addOrder")) == 3


def test_a_subscription_that_is_taken_away() -> None:
    """The exchange ends it unprompted: a new connection, and on."""
    world = World()

    def to_client(content: Any) -> list[float]:
        if mute(content, "addOrderStatus") and world.connections == 1:
            world.later(
                0.0, lambda: world.say(SubscriptionStatus(status="unsubscribed", channelName="openOrders"))
            )
            return []
        return [0.01]

    world.to_client = to_client
    manifest = truthful(world, world.apply(batch(group("one", "a"), group("two", "b"))))
    assert manifest["outcome"] == "done"
    assert world.connections == 2


def test_a_cancellation_cut_off_is_settled_by_the_snapshot() -> None:
    """An order that is not open any more is gone; an open one is canceled again under a new id."""
    world = World()
    drop_once(world, "cancelOrderStatus")
    manifest = truthful(world, world.apply(batch(group("one", "a", cancel=f"[{FIRST}, {SECOND}]"))))
    assert manifest["outcome"] == "done"
    assert set(canceled(manifest, "one").values()) <= {"gone", "canceled"}
    assert not {FIRST, SECOND} & set(world.exchange.state().live)


def test_a_cancellation_that_never_arrived_is_sent_again() -> None:
    """After the reconnect both are still open."""
    world = World()

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "cancelOrder" and world.connections == 1:
            world.later(0.5, lambda: world.disconnect("reset"))
            return []
        return [0.01]

    world.to_exchange = to_exchange
    manifest = truthful(world, world.apply(batch(group("one", "a", cancel=f"[{FIRST}, {SECOND}]"))))
    assert canceled(manifest, "one") == {FIRST: "canceled", SECOND: "canceled"}
    frames = world.frames("cancelOrder")
    assert [frame["txid"] for frame in frames] == [[FIRST, SECOND]] * 2
    assert frames[0]["reqid"] != frames[1]["reqid"]
    assert manifest["groups"][0]["cancel"]["reqid"] == frames[0]["reqid"]


def test_a_cancellation_without_any_answer_is_unresolved() -> None:
    """The connection lives, and says nothing: it leaves once more, as the records show the order open."""
    world = World(to_exchange=lambda content: [] if content["event"] == "cancelOrder" else [0.01])
    manifest = truthful(world, world.apply(batch(group("one", "a", cancel=f"[{FIRST}]"), group("two", "b"))))
    assert manifest["outcome"] == "unresolved"
    assert ended(manifest) == {"one": "unresolved", "two": "skipped"}
    assert canceled(manifest, "one") == {FIRST: "unresolved"}
    assert len(world.frames("cancelOrder")) == 2
    assert world.now - START < 32


def test_a_clock_far_off_sends_nothing() -> None:
    """Deadlines would mean nothing."""
    world = World(skew=(60.0, 61.0))
    manifest = world.apply(batch(group("one", "a")))
    assert manifest["outcome"] == "unreachable"
    assert "clock is +60.0 s from ours" in manifest["reason"]
    assert not world.sent


def test_another_order_under_the_same_name_is_refused_where_the_journal_is_lost() -> None:
    """The exchange remembers what was placed: nothing of the batch is sent, and both versions are named."""
    world = World()
    world.apply(batch(group("one", order("a", price="100"))))
    world.journal.clear()
    before = len(world.frames("addOrder"))
    manifest = world.apply(batch(group("one", order("a", price="101"), "b"), group("two", "c", needs="[]")))
    assert manifest["outcome"] == "refused"
    assert outcomes(manifest) == {"one/a": "refused", "one/b": "skipped", "two/c": "skipped"}
    assert "@ limit 100" in manifest["reason"]
    assert "'price': '101'" in manifest["reason"]
    assert len(world.frames("addOrder")) == before
    again = world.apply(batch(group("one", order("a", price="101"), "b")))
    assert again["outcome"] == "refused"


def test_an_order_that_was_amended_by_hand_is_still_ours() -> None:
    """The exchange says that it was amended; its id says whose it is."""
    desk = office("a")
    desk.see("O1", vol="9", amended=True)
    assert not desk.desk.finder.conflicts
    assert desk.kinds() == ["placed"]


def test_an_order_under_an_own_id_that_was_amended_may_be_anothers() -> None:
    """Neither an id that the author gave shows its owner, nor do its terms."""
    desk = office(order("a", cl_ord_id="mine"))
    desk.desk.finder.on_order(at_exchange("O1", cl_ord_id="mine", vol="9", amended=True), desk.now)
    assert "cl_ord_id mine is carried by O1" in desk.desk.finder.conflicts[0]
    assert desk.kinds() == ["refused"]
