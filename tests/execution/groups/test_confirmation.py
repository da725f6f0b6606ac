"""An accepted order is not yet an open one: nothing relies upon it before that is known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from runner.execution import OrdersQueried, QueryFailed, QueryOrders, Timing
from runner.execution.groups.confirmation import Confirmation
from runner.execution.groups.states import GroupTrack
from runner.kraken import QUERY_ORDERS_PATH
from runner.paper import Options
from runner.paper.options.kinds import PostOnlyRefusal
from runner.paper.options.options import FeedOptions, MarketOptions, OrderOptions
from tests.execution.builders import FIRST, batch, canceled, ended, group, order, plan_of
from tests.execution.order_office import office
from tests.simulation.world import World, exchange_of
from tests.support.virtual_run import Killed

if TYPE_CHECKING:
    from collections.abc import Callable

WORD_S, SETTLE_S = Timing().confirm_wait_s, Timing().settle_s
POST = order("a", price="151", oflags="[post]")
POST_ONLY = "Post only order"
PROTECT = group("protect", POST, cancel=f"[{FIRST}]")


def ending_world(**groups: Any) -> World:
    """An exchange that accepts post-only orders and ends those that would trade."""
    return World(
        exchange_of(Options(orders=OrderOptions(post_only_refusal=PostOnlyRefusal.CANCEL), **groups))
    )


def order_of(manifest: dict[str, Any], group: int = 0, order: int = 0) -> Any:
    """One order of a manifest."""
    return manifest["groups"][group]["orders"][order]


def silent(world: World) -> World:
    """The feed shows nothing after its snapshot."""
    world.to_client = lambda frame: (
        [] if isinstance(frame, list) and frame[-1].get("sequence", 0) > 1 else [0.01]
    )
    return world


def is_open(world: World, txid: str = FIRST) -> bool:
    """Return whether an order is open at the exchange."""
    return txid in world.exchange.state().live


@pytest.mark.parametrize("feed_first", [False, True])
def test_an_order_that_ended_protects_nothing(feed_first: bool) -> None:
    """The feed shows it before the reply or after it: the old order stays, and the reason is reported."""
    world = ending_world(feeds=FeedOptions(first=feed_first))
    manifest = world.apply(batch(PROTECT, group("then", "b")))
    assert (manifest["outcome"], ended(manifest)) == (
        "incomplete",
        {"protect": "stopped", "then": "skipped"},
    )
    shown = order_of(manifest)
    assert (shown["outcome"], shown["state"], shown["error"]) == ("ended", "ended", POST_ONLY)
    assert (shown["txid"] is not None, shown["already"]) == (True, False)
    assert is_open(world)
    assert canceled(manifest, "protect") == {FIRST: "skipped"}
    assert not world.frames("cancelOrder")


@pytest.mark.parametrize(
    ("on_reject", "outcome", "old_goes"),
    [("stop", "stopped", False), ("continue", "partial", True), ("unwind", "unwound", False)],
)
def test_an_end_is_as_good_as_a_reject(on_reject: str, outcome: str, old_goes: bool) -> None:
    """The group does what it does after a reject; its other order is taken back where the batch says so."""
    world = ending_world()
    text = group("protect", "b", POST, cancel=f"[{FIRST}]", on_reject=on_reject)
    manifest = world.apply(batch(text))
    assert ended(manifest) == {"protect": outcome}
    assert is_open(world) is not old_goes
    assert order_of(manifest)["outcome"] == "placed"
    assert is_open(world, order_of(manifest)["txid"]) is (on_reject != "unwind")
    assert manifest["totals"]["orders"]["ended"] == 1


def test_the_wait_is_short_when_the_feed_is_prompt() -> None:
    """The cancellation leaves once the order that was shown has stayed open for a second."""
    world = World()
    began = world.now
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert manifest["outcome"] == "done"
    assert order_of(manifest)["state"] == "open"
    assert world.now - began < Timing().rest_s + 1
    assert not world.queries


def end_later(world: World, delay_s: float, reason: str) -> None:
    """Every order that comes is ended by the exchange, so long after it was accepted."""
    handle = world.exchange.handle

    def handled(*args: Any) -> Any:
        deliveries = handle(*args)
        for delivery in deliveries:
            if txid := getattr(delivery.message, "txid", None):
                act: Callable[[], None] = lambda txid=txid: world._deliver(  # noqa: E731
                    world.exchange.end_order(txid, reason, world.now)
                )
                world.later(delay_s, act)
        return deliveries

    world.exchange.handle = handled  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "reason", ["Self trade prevented", "Insufficient margin", "Insufficient funds", "Expired"]
)
def test_whatever_the_reason(reason: str) -> None:
    """The exchange's own words are at the order's line; the feed may be late."""
    world = World()
    end_later(world, 0.0, reason)
    world.to_client = lambda frame: [1.5] if isinstance(frame, list) and frame[-1]["sequence"] > 1 else [0.01]
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert (order_of(manifest)["outcome"], order_of(manifest)["error"]) == ("ended", reason)
    assert is_open(world)


def test_a_feed_that_never_shows_the_end() -> None:
    """The records are read by txid, and show the outcome."""
    world = silent(ending_world())
    manifest = world.apply(batch(PROTECT))
    assert [query.txids for query in world.queries] == [(order_of(manifest)["txid"],)]
    assert (order_of(manifest)["outcome"], order_of(manifest)["error"]) == ("ended", POST_ONLY)
    assert is_open(world)


def test_records_that_say_open_are_enough() -> None:
    """For an order that was accepted on this connection: there is no younger snapshot that lacks it."""
    world = silent(World())
    began = world.now
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert order_of(manifest)["state"] == "open"
    assert not is_open(world)
    assert WORD_S < world.now - began < WORD_S + 30


def test_nothing_is_canceled_for_what_cannot_be_learned() -> None:
    """Neither feed nor records: the old order stays, what follows is not begun, and the exit says unknown."""
    world = silent(World())
    world.rest_fails = lambda path: "HTTP status 502" if path == QUERY_ORDERS_PATH else None
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]"), group("then", "b")))
    assert (manifest["outcome"], ended(manifest)) == (
        "unresolved",
        {"protect": "unresolved", "then": "skipped"},
    )
    assert (order_of(manifest)["outcome"], order_of(manifest)["state"]) == ("placed", "accepted")
    assert is_open(world)
    world.rest_fails = lambda _: None
    world.to_client = lambda _: [0.01]
    again = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]"), group("then", "b")))
    assert (again["outcome"], is_open(world)) == ("done", False)


def test_an_answer_that_takes_longer_than_patience_lasts() -> None:
    """It is waited for."""
    world = silent(World())
    later = world.later
    world.later = lambda s, *act: later(130.0 if world.queries and s == 0.02 else s, *act)  # type: ignore[method-assign]
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert manifest["outcome"] == "done"
    assert world.queries


def test_an_answer_to_an_early_query_is_not_the_last() -> None:
    """It took longer than the wait, and could not count: the records are read once more."""
    desk = office()
    planned = plan_of(group("g", "a", cancel=f"[{FIRST}]")).groups[0]
    confirmation, protect = Confirmation(desk.desk, Timing()), GroupTrack(planned)
    desk.hear(desk.send().reqid or 0, "O1")
    desk.now += WORD_S
    confirmation.on_connected(desk.now)
    for _ in range(2):
        assert not confirmation.is_over(protect, desk.now, matters=True)
        desk.now += WORD_S
    assert confirmation.query(desk.now, connected=True) == [QueryOrders(("O1",))]
    desk.now += 10 * SETTLE_S
    assert not confirmation.is_over(protect, desk.now, matters=True)
    confirmation.on_records(OrdersQueried((desk.shown(),), ("O1",)), desk.now)
    assert not confirmation.is_over(protect, desk.now, matters=True)
    assert confirmation.query(desk.now, connected=True) == [QueryOrders(("O1",))]
    confirmation.on_records(OrdersQueried((desk.shown(),), ("O1",)), desk.now)
    assert confirmation.is_over(protect, desk.now, matters=True)
    assert not protect.unknown


def test_a_wait_in_vain_needs_no_more_turns() -> None:
    """The run may go on for long, for the sake of other groups."""
    desk = office()
    planned = plan_of(group("g", "a", cancel=f"[{FIRST}]")).groups[0]
    confirmation, protect = Confirmation(desk.desk, Timing()), GroupTrack(planned)
    desk.hear(desk.send().reqid or 0, "O1")
    confirmation.on_connected(desk.now)
    while not confirmation.is_over(protect, desk.now, matters=True):
        for query in confirmation.query(desk.now, connected=True):
            confirmation.on_records(QueryFailed("timed out", query.txids), desk.now)
        moment = confirmation.timer(desk.now, connected=True)
        assert moment is not None
        desk.now = moment
    assert protect.unknown == "a"
    assert confirmation.query(desk.now + 99, connected=True) == []
    assert confirmation.timer(desk.now + 99, connected=True) is None


def test_an_ioc_order_that_is_open_for_a_moment_is_no_protection() -> None:
    """Its end comes a second later, and only then it is known that nothing was filled."""
    world = World()
    world.to_client = lambda frame: [1.0] if isinstance(frame, list) and "canceled" in str(frame) else [0.01]
    ioc = order("a", price="100", timeinforce="IOC")
    manifest = world.apply(batch(group("protect", ioc, cancel=f"[{FIRST}]")))
    assert ended(manifest) == {"protect": "stopped"}
    assert is_open(world)


def test_every_order_has_its_turn_before_one_is_queried_again() -> None:
    """More than fit into a question, and the records know the last of them alone."""
    names = [f"o{number}" for number in range(120)]
    desk = office(*names)
    planned = plan_of(group("g", *names, cancel=f"[{FIRST}]")).groups[0]
    confirmation, protect = Confirmation(desk.desk, Timing()), GroupTrack(planned)
    for name in names:
        desk.hear(desk.send(name).reqid or 0, f"T{name}")
    confirmation.on_connected(desk.now)
    confirmation.is_over(protect, desk.now, matters=True)
    desk.now += WORD_S
    queries: list[list[str]] = []
    while len(queries) < 5:
        assert not confirmation.is_over(protect, desk.now, matters=True)
        for query in confirmation.query(desk.now, connected=True):
            queries.append([*query.txids])
            last = [desk.shown(txid, txid[1:]) for txid in query.txids if txid[1:] in names[100:]]
            confirmation.on_records(OrdersQueried(tuple(last), query.txids), desk.now)
        desk.now = max(confirmation.timer(desk.now, connected=True) or 0.0, desk.now)
    shown = [f"T{name}" for name in names]
    assert queries == [shown[:50], shown[50:100], shown[100:], shown[:50], shown[50:100]]


def test_a_single_open_order_is_placed() -> None:
    """Nothing rests upon it, so what cannot be learned of it is left open."""
    world = silent(World())
    world.rest_fails = lambda path: "HTTP status 502" if path == QUERY_ORDERS_PATH else None
    manifest = world.apply(batch(group("one", "a")))
    assert (manifest["outcome"], order_of(manifest)["state"]) == ("done", "accepted")


def test_partly_filled_and_then_ended() -> None:
    """It is said how much was executed, and the order is not sent again."""
    world = World(exchange_of(Options(market=MarketOptions(depth=Decimal("0.1")))))
    text = group("protect", order("a", ordertype="market", price=None), cancel=f"[{FIRST}]")
    manifest = world.apply(batch(text))
    shown = order_of(manifest)
    assert (shown["outcome"], shown["vol_exec"]) == ("ended", "0.10000000")
    assert shown["error"] == "Insufficient liquidity"
    again = world.apply(batch(text))
    assert (again["outcome"], order_of(again)["outcome"]) == ("incomplete", "ended")
    assert len(world.frames("addOrder")) == 1
    assert is_open(world)


def test_an_ioc_order_that_is_not_filled() -> None:
    """Its end is its nature: it is placed. But it protects nothing, here and where its group is needed."""
    world = World()
    ioc = order("a", timeinforce="IOC")
    manifest = world.apply(batch(group("protect", ioc, cancel=f"[{FIRST}]"), name="one"))
    assert (manifest["outcome"], ended(manifest)) == ("incomplete", {"protect": "stopped"})
    shown = order_of(manifest)
    assert (shown["outcome"], shown["state"], shown["error"]) == ("placed", "ended", "Immediate or cancel")
    assert is_open(world)
    world.journal.clear()
    alone = world.apply(batch(group("enter", ioc), group("then", "b"), name="two"))
    assert alone["outcome"] == "done"
    world.journal.clear()
    text = [group("enter", ioc), group("then", "b", cancel=f"[{FIRST}]")]
    assert ended(world.apply(batch(*text, name="three"))) == {"enter": "done", "then": "stopped"}
    assert is_open(world)


def test_an_ioc_order_that_is_filled_is_as_good_as_any() -> None:
    """Filled is filled."""
    world = World()
    filled = order("a", timeinforce="IOC", price="151")
    manifest = world.apply(batch(group("protect", filled, cancel=f"[{FIRST}]")))
    assert (manifest["outcome"], order_of(manifest)["state"]) == ("done", "filled")
    assert not is_open(world)


def test_what_the_batch_cancels_itself_has_not_ended() -> None:
    """Neither when the feed shows it, nor in a later run, nor when the journal is lost."""
    world = World()
    text = [group("enter", "a"), group("tidy", cancel="[{order: enter/a}]"), group("then", "b")]
    first = world.apply(batch(*text))
    assert (first["outcome"], order_of(first)["outcome"]) == ("done", "placed")
    assert order_of(first)["state"] == "ended"
    again = world.apply(batch(*text))
    assert (again["outcome"], order_of(again)["already"]) == ("done", True)
    world.journal.clear()
    lost = world.apply(batch(*text))
    assert (lost["outcome"], order_of(lost)["outcome"]) == ("done", "placed")
    assert len(world.frames("addOrder")) == 2


def test_a_later_run_does_not_trust_an_order_that_it_did_not_see() -> None:
    """The process died after the reply; meanwhile the order has ended."""
    for kill_at in range(1, 40):
        world = World(kill_at=kill_at)
        text = group("protect", "a", cancel=f"[{FIRST}]")
        try:
            world.apply(batch(text))
            break
        except Killed:
            world.kill_at = None
        placed = world.entries("order-placed")
        if not placed or not is_open(world):
            continue
        world.exchange.end_order(placed[0]["txid"], "Insufficient margin", world.now)
        manifest = world.apply(batch(text))
        assert (manifest["outcome"], order_of(manifest)["outcome"]) == ("incomplete", "ended"), kill_at
        assert is_open(world), kill_at
