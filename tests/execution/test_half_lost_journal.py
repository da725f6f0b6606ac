"""A journal that knows of an order and lacks its request: its id finds it, if it is a derived one."""

from __future__ import annotations

from typing import Any

import pytest

from runner.errors import Refused
from runner.journal import OrderPlaced, OrderUnresolved, fold
from runner.journal.codec import to_content
from runner.kraken import fields_of
from runner.paper import Options
from runner.paper.options.options import RestOptions
from runner.planning import JournalState
from tests.execution.builders import batch, group, order, outcomes, plan_of
from tests.simulation.world import World, exchange_of

AT: dict[str, Any] = {"at": "2026-11-22T09:00:00.000000Z", "group": "one", "id": "a"}
UNRESOLVED = OrderUnresolved(**AT, reason="3 looks settled nothing")


def half_lost(world: World, *kept: OrderUnresolved) -> None:
    """Nothing is left of the last run but that it began, and this."""
    world.journal[:] = [*world.entries("run-started"), *map(to_content, kept)]


def fates(manifest: dict[str, Any]) -> dict[str, Any]:
    """The only order."""
    (shown,) = manifest["groups"][0]["orders"]
    return dict(shown)


def test_an_order_that_is_there_is_found_by_its_id() -> None:
    """Nothing is sent for it, and the journal knows again what it is."""
    world = World()
    txid = fates(world.apply(batch(group("one", "a"))))["txid"]
    half_lost(world, UNRESOLVED)
    again = world.apply(batch(group("one", "a")))
    assert (again["outcome"], fates(again)["txid"]) == ("done", txid)
    assert fates(again)["request"]["price"] == "100"
    assert len(world.frames("addOrder")) == 1
    assert fates(world.apply(batch(group("one", "a"))))["already"] is True


def test_an_order_that_was_filled_is_found_in_the_records() -> None:
    """They may lag as long as they do: its absence is not believed before."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=60.0))))
    filled = order("a", ordertype="market", price=None)
    txid = fates(world.apply(batch(group("one", filled))))["txid"]
    half_lost(world, UNRESOLVED)
    again = world.apply(batch(group("one", filled)))
    assert fates(again)["txid"] == txid
    assert len(world.frames("addOrder")) == 1


def test_an_order_that_is_nowhere_is_sent_once_that_is_proven() -> None:
    """Its deadline is not known: the longest there is, and the records' time to follow."""
    world = World()
    world.apply(batch(group("one", "b")))
    half_lost(world, UNRESOLVED)
    began = world.now
    assert outcomes(world.apply(batch(group("one", "a", "b"))))["one/a"] == "placed"
    assert world.now - began >= 60 + 75
    assert len(world.frames("addOrder")) == 2


def test_another_order_under_its_name_is_not_taken_for_it() -> None:
    """The file may have changed meanwhile: both versions are named, and nothing is sent."""
    world = World()
    txid = fates(world.apply(batch(group("one", order("a", price="100")))))["txid"]
    half_lost(world, UNRESOLVED)
    again = world.apply(batch(group("one", order("a", price="101"))))
    assert (again["outcome"], fates(again)["txid"]) == ("unresolved", txid)
    assert "@ limit 100" in fates(again)["error"]
    assert "'price': '101'" in fates(again)["error"]
    assert len(world.frames("addOrder")) == 1


@pytest.mark.parametrize("own", [{"cl_ord_id": "mine"}, {"userref": "17"}])
def test_an_id_of_the_authors_may_have_been_another_one(own: dict[str, str]) -> None:
    """It is refused; nothing says what it was when the order left."""
    (planned,) = plan_of(group("one", order("a", **own)), ledger=fold([UNRESOLVED])).orders()
    assert (planned.journal_state, planned.unrecorded) == (JournalState.CHANGED, True)


def test_what_was_placed_as_something_unknown_is_refused() -> None:
    """It is unknown whether the file still has it."""
    placed = OrderPlaced(**AT, txid="O1", source="ack", descr=None)
    (planned,) = plan_of(group("one", "a"), ledger=fold([placed])).orders()
    assert (planned.journal_state, planned.unrecorded) == (JournalState.CHANGED, True)


def test_what_a_contradiction_noted_is_what_was_requested() -> None:
    """An order that this journal never saw leave, under two ids: the same file is no change."""
    (first,) = plan_of(group("one", "a")).orders()
    noted = OrderUnresolved(**AT, reason="two", txids=("O1", "O2"), request=fields_of(first.request))
    (planned,) = plan_of(group("one", "a"), ledger=fold([noted])).orders()
    assert (planned.journal_state, planned.unrecorded) == (JournalState.UNKNOWN, False)
    (other,) = plan_of(group("one", order("a", price="101")), ledger=fold([noted])).orders()
    assert other.journal_state is JournalState.CHANGED


def test_an_order_that_neither_journal_nor_file_can_name_is_refused() -> None:
    """In words, with all that is known."""
    with pytest.raises(Refused, match="one/a: the journal lacks its request") as caught:
        plan_of(group("one", "b"), ledger=fold([UNRESOLVED]))
    assert "3 looks settled nothing" in caught.value.details[0]
