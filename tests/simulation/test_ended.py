"""Orders that were never confirmed open, found by a run that knows nothing of the earlier one."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest

from tests.execution.builders import FIRST, NOWHERE, TOO_MUCH, batch, canceled, ended, group, order, outcomes
from tests.simulation.world import World
from tests.support.virtual_run import Killed

UNWOUND = [
    group("enter", "leg", order("bad", **TOO_MUCH), on_reject="unwind"),
    group("then", "b", cancel=f"[{FIRST}]"),
]
TAKEN_BACK = {"enter/leg": "ended", "enter/bad": "skipped", "then/b": "skipped"}


def unwound() -> World:
    """A group was taken back for its rejected leg."""
    world = World()
    assert ended(world.apply(batch(*UNWOUND))) == {"enter": "unwound", "then": "skipped"}
    return world


def test_what_was_taken_back_is_not_placed() -> None:
    """The journal is lost: the rejected leg is not sent again, nothing follows, and the old order stays."""
    world = unwound()
    world.journal.clear()
    sent = len(world.frames("addOrder"))
    manifest = world.apply(batch(*UNWOUND))
    assert outcomes(manifest) == TAKEN_BACK
    assert (manifest["outcome"], ended(manifest)["then"]) == ("incomplete", "skipped")
    assert canceled(manifest, "then") == {FIRST: "skipped"}
    assert len(world.frames("addOrder")) == sent
    assert FIRST in world.exchange.state().live


def test_with_its_journal_a_group_that_was_taken_back_stays_so() -> None:
    """Nothing is sent, as often as it is tried."""
    world = unwound()
    sent = len(world.sent)
    for _ in range(2):
        again = world.apply(batch(*UNWOUND))
        assert ended(again)["then"] == "skipped"
        assert not [f for f in world.sent[sent:] if f["event"] in ("addOrder", "cancelOrder")]


def test_an_order_that_ended_is_not_sent_again() -> None:
    """With the journal or without it, and its group stops for it; under a new id it is another order."""
    world = World()
    handle = world.exchange.handle

    def ending(*args: Any) -> Any:
        deliveries = handle(*args)
        for delivery in deliveries:
            if txid := getattr(delivery.message, "txid", None):
                deliveries = deliveries + world.exchange.end_order(txid, "Insufficient margin", world.now)
        return deliveries

    world.exchange.handle = ending  # type: ignore[method-assign]
    text = [group("protect", "a", cancel=f"[{FIRST}]")]
    assert outcomes(world.apply(batch(*text))) == {"protect/a": "ended"}
    world.exchange.handle = handle  # type: ignore[method-assign]
    for _ in range(2):
        again = world.apply(batch(*text))
        assert (outcomes(again), ended(again)) == ({"protect/a": "ended"}, {"protect": "stopped"})
        assert again["groups"][0]["orders"][0]["error"] == "Insufficient margin"
        world.journal.clear()
    assert len(world.frames("addOrder")) == 1
    assert FIRST in world.exchange.state().live
    assert world.apply(batch(group("protect", "a2", cancel=f"[{FIRST}]")))["outcome"] == "done"


def test_what_a_person_cancels_after_a_group_is_done_changes_nothing() -> None:
    """With the journal kept, a group that an earlier run brought to its end stays done."""
    world = World()
    text = [group("protect", "a", cancel=f"[{FIRST}]")]
    first = world.apply(batch(*text))
    world.exchange.end_order(first["groups"][0]["orders"][0]["txid"], "User requested", world.now)
    more = world.apply(batch(*text, group("then", "b")))
    assert (more["outcome"], outcomes(more)) == ("done", {"protect/a": "placed", "then/b": "placed"})


def test_a_user_reference_of_the_batch_cancels_as_wanted() -> None:
    """The journal is lost: what the batch cancels by its reference is found canceled."""
    world = World()
    leg = order("a", close="{ordertype: limit, price: 160}")
    text = [group("enter", leg), group("tidy", cancel="[{order: enter/a}]"), group("then", "b")]
    assert world.apply(batch(*text))["outcome"] == "done"
    world.journal.clear()
    assert world.apply(batch(*text))["outcome"] == "done"
    assert len(world.frames("addOrder")) == 2


def ending(world: World, after_s: float, volume: str = "0.25") -> World:
    """A world whose exchange shows each order of a volume open, and ends it a while after that."""
    handle = world.exchange.handle

    def handled(connection: int, request: Any, *about: Any) -> Any:
        deliveries = handle(connection, request, *about)
        txids = [txid for item in deliveries if (txid := getattr(item.message, "txid", None))]
        for txid in txids if getattr(request, "volume", None) == volume else []:
            world.later(after_s, lambda txid=txid: world.end(txid, "Self trade prevented"))
        return deliveries

    world.exchange.handle = handled  # type: ignore[method-assign]
    return world


@pytest.mark.parametrize("after_s", [0.05, 0.5, 0.95])
@pytest.mark.parametrize(
    "text",
    [
        [group("protect", "a", cancel=f"[{FIRST}]")],
        [group("protect", "a"), group("then", cancel=f"[{FIRST}]")],
        [group("protect", "a"), group("more", order("b", volume="0.3")), group("then", cancel=f"[{FIRST}]")],
    ],
    ids=["its own group", "the group before", "the group before that"],
)
def test_an_end_shortly_after_it_was_open_keeps_the_old_order(text: list[str], after_s: float) -> None:
    """The cancellation waits for a second in which all that it relies on stays open."""
    world = ending(World(), after_s)
    manifest = world.apply(batch(*text))
    assert not world.frames("cancelOrder")
    assert FIRST in world.exchange.state().live
    assert (outcomes(manifest)["protect/a"], manifest["outcome"]) == ("ended", "incomplete")
    assert manifest["groups"][0]["orders"][0]["error"] == "Self trade prevented"


def test_an_end_after_that_comes_too_late() -> None:
    """The old order is gone by then, the end is reported all the same, and no more time was lost."""
    world = ending(World(), 5.0)
    began = world.now
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert FIRST not in world.exchange.state().live
    assert (outcomes(manifest), manifest["outcome"]) == ({"protect/a": "placed"}, "done")
    assert 1.0 < world.now - began < 1.5


def test_what_relies_on_nothing_waits_for_nothing() -> None:
    """A group that goes on whatever becomes of its orders, one of filled orders, one that is taken back."""
    bought = order("c", ordertype="market", price=None, volume="0.01")
    for text in (
        group("any", "a", cancel=f"[{FIRST}]", on_reject="continue"),
        group("filled", bought, cancel=f"[{FIRST}]"),
        group("bare", cancel=f"[{FIRST}]"),
        group("back", "b", order("bad", **TOO_MUCH), on_reject="unwind"),
    ):
        world = World()
        began = world.now
        world.apply(batch(text))
        assert world.frames("cancelOrder")
        assert world.now - began < 1.0


TIDIED = [*UNWOUND, group("tidy", cancel="[{order: enter/leg}]", needs="[enter]")]


def test_what_was_taken_back_is_not_what_the_batch_would_have_canceled() -> None:
    """The journal is lost: the batch cancels an order once its whole group is open, and one is absent."""
    world = World()
    assert ended(world.apply(batch(*TIDIED)))["enter"] == "unwound"
    world.journal.clear()
    sent = len(world.frames("addOrder"))
    manifest = world.apply(batch(*TIDIED))
    assert outcomes(manifest) == TAKEN_BACK
    assert len(world.frames("addOrder")) == sent
    assert FIRST in world.exchange.state().live
    assert set(ended(manifest).values()) <= {"unwound", "skipped", "stopped"}
    again = world.apply(batch(*TIDIED))
    assert (outcomes(again), len(world.frames("addOrder"))) == (TAKEN_BACK, sent)


def test_what_the_batch_has_canceled_of_a_whole_group_stays_placed() -> None:
    """The journal is lost, and all of the group was placed: nothing is sent, and nothing is taken back."""
    world = World()
    whole = [group("enter", "leg", "other", on_reject="unwind"), group("tidy", cancel="[{order: enter/leg}]")]
    assert world.apply(batch(*whole))["outcome"] == "done"
    world.journal.clear()
    sent = len(world.sent)
    manifest = world.apply(batch(*whole))
    assert outcomes(manifest) == {"enter/leg": "placed", "enter/other": "placed"}
    assert not [frame for frame in world.sent[sent:] if frame["event"] == "addOrder"]
    assert len(world.exchange.state().live) == 4


@pytest.mark.parametrize("reply", [[], [0.01], [3.0]], ids=["lost", "at once", "late"])
def test_what_a_connection_shows_after_its_gap_is_looked_at_again(reply: list[float]) -> None:
    """Its news may be older than the end, of which the next snapshot says nothing: the records do."""
    world = World()
    handle = world.exchange.handle

    def end_first(*args: Any) -> Any:
        deliveries = handle(*args)
        for txid in [txid for item in deliveries if (txid := getattr(item.message, "txid", None))]:
            deliveries = world.exchange.end_order(txid, "Post only order", world.now) + deliveries
        return deliveries

    world.exchange.handle = end_first  # type: ignore[method-assign]
    world.to_client = lambda text: (
        reply if isinstance(text, dict) and text["event"] == "addOrderStatus" else [0.01]
    )
    manifest = world.apply(batch(group("protect", "a", cancel=f"[{FIRST}]")))
    assert (outcomes(manifest), ended(manifest)) == ({"protect/a": "ended"}, {"protect": "stopped"})
    assert FIRST in world.exchange.state().live


@pytest.mark.parametrize(
    "between", [[], [group("more", order("b", volume="0.3"))]], ids=["direct", "indirect"]
)
def test_a_run_that_goes_on_looks_again_at_all_that_its_cancellations_rely_on(between: list[str]) -> None:
    """The process was killed after the first group was done, and the exchange ended its order meanwhile."""
    text = batch(group("protect", "a"), *between, group("then", cancel=f"[{FIRST}]"))
    tried = 0
    for point in range(1, 60):
        world = World()
        world.kill_at = point
        with contextlib.suppress(Killed):
            world.apply(text)
        if not any(entry["group"] == "protect" for entry in world.entries("group-ended")):
            continue
        if world.frames("cancelOrder"):
            break
        world.kill_at = None
        world.end(world.entries("order-placed")[0]["txid"], "Insufficient margin")
        manifest = world.apply(text)
        assert (outcomes(manifest)["protect/a"], ended(manifest)["then"]) == ("ended", "skipped")
        assert FIRST in world.exchange.state().live
        tried += 1
    assert tried


@pytest.mark.parametrize("between", [[], [group("middle", "c")]], ids=["directly", "through another group"])
def test_what_is_added_after_all_was_done_relies_on_what_is_still_open(between: list[str]) -> None:
    """The order expired after a run that was all done: nothing new protects, and nothing of it leaves."""
    world = World()
    done = [group("protect", "a"), *between]
    first = world.apply(batch(*done))
    world.end(first["groups"][0]["orders"][0]["txid"], "Expired")
    sent = len(world.frames("addOrder"))
    more = world.apply(batch(*done, group("then", "b", cancel=f"[{FIRST}]")))
    assert (more["outcome"], canceled(more, "then")) == ("incomplete", {FIRST: "skipped"})
    assert (outcomes(more)["protect/a"], outcomes(more)["then/b"]) == ("ended", "skipped")
    assert len(world.frames("addOrder")) == sent
    assert FIRST in world.exchange.state().live


def test_what_was_filled_since_protects() -> None:
    """What is added later cancels after one query to the records."""
    world = World()
    done = [group("protect", order("a", price="149"))]
    txid = world.apply(batch(*done))["groups"][0]["orders"][0]["txid"]
    world.exchange.set_quote("ETH/EUR", Decimal(147), Decimal(148), world.now)
    assert txid not in world.exchange.state().live
    more = world.apply(batch(*done, group("then", cancel=f"[{FIRST}]")))
    assert (more["outcome"], canceled(more, "then")) == ("done", {FIRST: "canceled"})


def test_what_was_not_found_relies_on_nothing() -> None:
    """An order that never was is looked up by every run; that of another group may have ended since."""
    world = World()
    groups = [group("protect", "a"), group("then", cancel=f"[{NOWHERE}]")]
    first = world.apply(batch(*groups))
    world.end(first["groups"][0]["orders"][0]["txid"], "Expired")
    again = world.apply(batch(*groups, group("beside", "b", needs="[]")))
    assert (first["outcome"], again["outcome"]) == ("done", "done")
    assert canceled(again, "then") == {NOWHERE: "gone"}


def test_a_group_that_is_not_reached_relies_on_nothing() -> None:
    """Its cancellation is skipped in each run; none needs a connection for it."""
    world = World()
    groups = [group("old", "x"), group("enter", "a")]
    placed = world.apply(batch(*groups))["groups"]
    world.end(placed[1]["orders"][0]["txid"], "User requested")
    need = "[{group: enter, until: filled, within: 5s, otherwise: proceed}]"
    more = batch(*groups, group("tidy", needs=need, cancel="[{order: old/x}]"))
    (old,) = [order["txid"] for order in placed[0]["orders"]]
    assert canceled(world.apply(more), "tidy") == {old: "skipped"}
    connections = world.connections
    for _ in range(2):
        assert (again := world.apply(more))["outcome"] == "incomplete"
        assert canceled(again, "tidy") == {old: "skipped"}
    assert world.connections == connections
