"""The messages that have a plan validated, and an exchange that places it all the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from runner.domain import OnReject
from runner.execution.orders.states import State
from runner.journal import OrderIntent, OrderPlaced, fold
from runner.kraken import QUERY_ORDERS_PATH
from runner.planning import Disposition, Plan, orders_in_doubt, validation_plan
from tests.execution.builders import FIRST, at_exchange, batch, group, order, outcomes, plan_of
from tests.execution.order_office import SAME, OrderManagerHarness, office
from tests.simulation import world as world_module
from tests.simulation.world import World

MARKET: Final[dict[str, Any]] = {"ordertype": "market", "price": None}


def earlier(*ids: str, placed: bool) -> Plan:
    """A plan with orders that an earlier run sent, of which nothing was heard unless they were placed."""
    desk = office("a", "b")
    for id in ids:
        reqid = desk.send(id).reqid or 0
        if placed:
            desk.hear(reqid, f"O-{id}")
    assert all(isinstance(entry, OrderIntent | OrderPlaced) for entry in desk.entries)
    return plan_of(group("g", "a", "b"), ledger=fold(desk.entries))


def validating(*orders: str) -> OrderManagerHarness:
    """A desk whose orders are only to be validated."""
    return OrderManagerHarness(validation_plan(plan_of(group("g", *(orders or ["a"])))))


def test_every_order_is_judged_as_if_it_came_first() -> None:
    """None waits for another or for room, none is taken back, and no cancellation is left."""
    held = order("b", hold="true")
    plan = plan_of(
        group("first", "a", cancel=f"[{FIRST}]", on_reject="unwind"),
        group("second", held.replace(", hold: true", ""), needs="[first]", hold="true"),
        group("only", cancel=f"[{FIRST[:-1]}A]", needs="[]"),
        group("third", "c", needs="[{group: first, until: filled, within: 5s}]"),
    )
    wanted = validation_plan(plan)
    assert [group.name for group in wanted.groups] == ["first", "second", "third"]
    for checked in wanted.groups:
        assert (checked.needs, checked.cancel, checked.hold, checked.on_reject) == (
            (),
            (),
            False,
            OnReject.CONTINUE,
        )
        assert checked.barriers == ()
    assert [len(group.barriers) for group in plan.groups] == [0, 0, 0, 1]
    assert [order.request.validate for order in wanted.orders()] == ["true", "true", "true"]
    assert [order.request.validate for order in plan.orders()] == [None, None, None]
    assert {wanted.becomes(order) for order in wanted.orders()} == {Disposition.SEND}


def test_what_is_placed_already_is_not_sent_again() -> None:
    """Not even to be validated."""
    assert [order.key.id for order in validation_plan(earlier("a", placed=True)).orders()] == ["b"]


def test_what_is_in_doubt_is_named() -> None:
    """It is for a run that may look it up."""
    plan = earlier("a", placed=False)
    assert [item.key.id for item in orders_in_doubt(plan)] == ["a"]
    assert orders_in_doubt(plan_of(group("g", "a"))) == ()
    assert [order.key.id for order in validation_plan(plan).orders()] == ["b"]


def test_a_txid_for_what_was_to_be_validated_is_unresolved() -> None:
    """It is named, and never called placed, whatever comes after."""
    desk = validating()
    reqid = desk.send().reqid or 0
    desk.hear(reqid, "O1")
    assert desk.states() == [State.UNRESOLVED]
    assert desk.kinds() == ["intent", "unresolved"]
    assert desk.track().txids == ("O1",)
    assert "to be validated and not placed, and yet it is at the exchange, as O1" in desk.track().why
    desk.hear(reqid)
    desk.hear(reqid, "O1")
    desk.see("O1", vol="0.25")
    assert desk.states() == [State.UNRESOLVED]


def test_the_feed_shows_what_was_to_be_validated() -> None:
    """Before the reply, in its place, or after it: it is at the exchange, and unresolved."""
    before = validating()
    reqid = before.send().reqid or 0
    before.see(vol="0.25")
    before.hear(reqid, "O1")
    instead = validating()
    instead.send()
    instead.see(vol="0.25")
    instead.wait(15)
    after = validating()
    after.hear(after.send().reqid or 0, "")
    assert after.states() == [State.VALIDATED]
    after.see(vol="0.25")
    for desk in (before, instead, after):
        assert desk.states() == [State.UNRESOLVED]
        assert "placed" not in desk.kinds()


def test_the_feed_contradicts_an_ok_without_a_txid() -> None:
    """The feed's earlier news weighs more than a reply that names no id."""
    desk = validating()
    reqid = desk.send().reqid or 0
    desk.see(vol="0.25")
    desk.hear(reqid)
    assert desk.states() == [State.UNRESOLVED]


@pytest.mark.parametrize("validates", [True, False])
def test_a_run_that_places_nothing_need_not_wait_for_an_unknown_owner(
    monkeypatch: pytest.MonkeyPatch, validates: bool
) -> None:
    """An order of an unknown owner has just traded: it might be what is placed now."""
    world = World()
    market = order("a", **MARKET)
    world.apply(batch(group("g", market), name="earlier"))
    world.journal.clear()
    if validates:
        planned = world_module.plan
        monkeypatch.setattr(
            world_module, "plan", lambda *args, **keys: validation_plan(planned(*args, **keys))
        )
    world.rest_fails = lambda path: "HTTP status 502" if path == QUERY_ORDERS_PATH else None
    began, seen = world.now, []
    world.on_turn = lambda _: seen.append(world.execution.progress().validated)
    manifest = world.apply(batch(group("g", order("b", **MARKET)), name="later"))
    assert outcomes(manifest) == {"g/b": "validated" if validates else "placed"}
    assert (world.now - began < 3) is validates
    assert len(world.booked()) == 2 - validates
    assert seen[-1] == (1 if validates else None)


def test_validated_orders_count_as_answered() -> None:
    """A rule that weighs rejects weighs them against these too."""
    heard: list[bool] = []

    class Listening:
        """A gate that remembers what was answered."""

        def record_reply(self, *, rejected: bool) -> None:
            heard.append(rejected)

        def admit(self, *_: object) -> str:
            return ""

    desk = validating("a", order("b", price=str(Decimal(99))))
    desk.desk._gate = Listening()  # type: ignore[assignment]
    desk.hear(desk.send("a").reqid or 0)
    desk.hear(desk.send("b").reqid or 0, error="EOrder:Insufficient funds")
    assert heard == [False, True]


def test_what_was_validated_and_its_author_s_reference_shows_at_the_exchange() -> None:
    """Its reply named no txid; the feed shows it all the same, and no order of anybody else."""
    desk = validating(order("a", userref="17"))
    desk.hear(desk.send().reqid or 0)
    desk.desk.finder.on_order(at_exchange("O9", **{**SAME, "opentm": f"{desk.now - 60:.6f}"}), desk.now)
    assert desk.states() == [State.VALIDATED]
    desk.desk.finder.on_order(at_exchange("O1", **SAME), desk.now)
    assert (desk.states(), desk.track().txids) == ([State.UNRESOLVED], ("O1",))
