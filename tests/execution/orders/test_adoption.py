"""A saved plan is carried out once, also where the journal of its first run is on another machine."""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

import pytest
from msgspec import structs

from runner.execution import adoption_conflicts, ids_to_check
from runner.journal import fold, read_entries
from runner.planning import Admission
from tests.execution.builders import FIRST, NOW, at_exchange, batch, group, order, outcomes, plan_of
from tests.simulation.world import World
from tests.support.for_each import for_each
from tests.support.virtual_run import Killed

PLAN = Admission("f" * 64, NOW)
MARKET: dict[str, str | None] = {"ordertype": "market", "price": None}
CLOSED: dict[str, str | None] = {"close": "{ordertype: limit, price: 160}"}
OWN: dict[str, str | None] = {"userref": "17"}


def elsewhere(world: World, after_s: float = 1.0) -> World:
    """Another machine with the same account: the exchange is the same, the journal is not there."""
    world.journal = []
    world.sent = []
    world.now += after_s
    return world


def assert_refused(world: World, manifest: dict[str, Any]) -> None:
    """The run says no, and nothing was sent."""
    assert manifest["outcome"] == "refused"
    assert "used before" in manifest["reason"]
    assert (world.frames("addOrder"), world.frames("cancelOrder")) == ([], [])


@pytest.mark.parametrize("fields", [{}, MARKET, CLOSED, OWN, {**OWN, **MARKET}, {"cl_ord_id": "mine"}])
@pytest.mark.parametrize("after_s", [1.0, 3600.0])
def test_a_plan_that_was_used_on_another_machine_is_refused(
    fields: dict[str, str | None], after_s: float
) -> None:
    """Its orders may be open or filled, and be known by any id."""
    plan = batch(group("one", order("a", **fields), cancel=f"[{FIRST}]"))
    world = World()
    assert world.apply(plan, admission=PLAN)["outcome"] == "done"
    other = elsewhere(world, after_s)
    assert_refused(other, other.apply(plan, admission=PLAN))
    assert len(world.booked()) == 1


def test_one_order_of_a_plan_is_enough() -> None:
    """The second group is not sent because the first one is there."""
    first, second = group("one", "a"), group("two", "b")
    world = World()
    world.apply(batch(first), admission=PLAN)
    other = elsewhere(world)
    assert_refused(other, other.apply(batch(first, second), admission=PLAN))


def resting(after_s: float) -> World:
    """A world in which somebody has an order under the user reference 17, so long after the plan was made."""
    world = World()
    world.now = NOW + after_s
    world.apply(batch(group("other", order("x", userref="17")), name="other"))
    return elsewhere(world)


@pytest.mark.parametrize(("after_s", "outcome"), [(-60.0, "canceled"), (60.0, "skipped")])
def test_a_plan_cancels_nothing_that_was_placed_after_it_was_made(after_s: float, outcome: str) -> None:
    """A user reference means the reviewed orders: used again later, it would take later ones."""
    world = resting(after_s)
    plan = batch(group("one", cancel="[{userref: 17}]"))
    manifest = world.apply(plan, admission=Admission("f" * 64, NOW))
    assert manifest["groups"][0]["cancel"]["results"][0]["outcome"] == outcome
    assert len(world.frames("cancelOrder")) == (outcome == "canceled")
    if outcome == "skipped":
        assert manifest["outcome"] == "refused"
        assert "was placed after the plan was made" in manifest["groups"][0]["reason"]


def test_what_the_plan_itself_has_placed_may_be_canceled() -> None:
    """Its own orders are always younger than it is."""
    world = World()
    plan = batch(
        group("one", order("a", userref="17")),
        group("two", "b", cancel="[{userref: 17, including_own: true}]"),
    )
    manifest = world.apply(plan, admission=Admission("f" * 64, NOW - 60))
    assert manifest["groups"][1]["cancel"]["results"][0]["outcome"] == "canceled"


def test_the_file_itself_may_be_applied_anywhere() -> None:
    """Without a saved plan, an open order under an order's name is that order."""
    world = World()
    world.apply(batch(group("one", "a")))
    other = elsewhere(world)
    manifest = other.apply(batch(group("one", "a", "b")))
    assert manifest["outcome"] == "done"
    assert outcomes(manifest) == {"one/a": "placed", "one/b": "placed"}
    assert len(other.frames("addOrder")) == 1


def test_an_order_that_is_older_than_the_plan_is_no_use_of_it() -> None:
    """An author's own user reference may be on many orders."""
    plan = batch(group("one", order("a", **OWN)))
    world = World()
    world.apply(plan)
    other = elsewhere(world, 60.0)
    made_later = Admission("e" * 64, other.now)
    assert other.apply(plan, admission=made_later)["outcome"] == "done"
    assert len(other.frames("addOrder")) == 1


def test_a_run_of_a_plan_is_taken_up_where_its_journal_is() -> None:
    """Orders that the journal saw leave do not show that another run used the plan."""
    groups = [group("one", order("a", **OWN), order("b", **OWN, price="99")), group("two", "c")]
    world = World()
    world.later(0.05, world.stop)
    assert world.apply(batch(*groups), admission=PLAN)["outcome"] in ("interrupted", "done")
    manifest = world.apply(batch(*groups), admission=PLAN)
    assert manifest["outcome"] == "done"
    assert manifest["plan"] == PLAN.plan_id
    assert len(world.frames("addOrder")) == 3


KILLED = batch(
    group("one", "a", order("m", **MARKET), order("u", **OWN), cancel=f"[{FIRST}]"),
    group("two", order("c", **CLOSED), "d"),
)


def die(point: int) -> World:
    """A run of the plan that was killed at an instant."""
    world = World()
    world.kill_at = point
    with contextlib.suppress(Killed):
        world.apply(KILLED, admission=PLAN)
    world.kill_at = None
    return world


@cache
def instants() -> range:
    """Every instant at which a run of the plan may be killed."""
    world = World()
    world.apply(KILLED, admission=PLAN)
    return range(1, world.points + 1)


@for_each(instants)
def test_a_killed_run_of_a_plan_ends_as_an_undisturbed_one(point: int) -> None:
    """The same command again places the rest, and nothing twice."""
    world = die(point)
    if not world.journal or fold(read_entries(world.journal)).plans[PLAN.plan_id] != "done":
        assert world.apply(KILLED, admission=PLAN)["outcome"] == "done"
    assert len(world.booked()) == 5


@for_each(instants)
def test_a_killed_run_whose_journal_is_lost_is_not_taken_up_where_it_placed_something(point: int) -> None:
    """Then the plan was used, as far as can be known: it is refused, and nothing is sent."""
    world = die(point)
    placed = len(world.booked())
    other = elsewhere(world)
    manifest = other.apply(KILLED, admission=PLAN)
    if placed:
        assert_refused(other, manifest)
    else:
        assert manifest["outcome"] == "done"
    assert len(world.booked()) == (placed or 5)


def theirs(**fields: str | None) -> World:
    """A world in which another batch has placed an order under the client order id ``mine``."""
    world = World()
    world.apply(batch(group("other", order("x", cl_ord_id="mine", **fields)), name="other"))
    return elsewhere(world)


MINE = group("one", order("a", cl_ord_id="mine"), "b")


def carried(world: World, manifest: dict[str, Any]) -> None:
    """The run is refused at the order's line; nothing was sent."""
    assert manifest["outcome"] == "refused"
    assert "batch.yaml:6:10: one/a: cl_ord_id mine is carried by O" in manifest["reason"]
    assert "which this batch did not place: give the order another id" in manifest["reason"]
    assert world.frames("addOrder") == []


@pytest.mark.parametrize(
    "fields", [{"price": "99"}, {"volume": "1"}, {"pair": "XBT/EUR"}, MARKET, {"ordertype": "stop-loss"}]
)
def test_an_order_under_an_own_id_with_other_terms(fields: dict[str, str | None]) -> None:
    """Open or filled, it is another's: ours would never be sent."""
    world = theirs(**fields)
    carried(world, world.apply(batch(MINE)))


def test_an_order_under_an_own_id_that_was_canceled() -> None:
    """It is not there any more, and may be anybody's, even with the same terms."""
    world = World()
    groups = [group("x", order("x", cl_ord_id="mine")), group("y", cancel="[{order: x/x}]")]
    world.apply(batch(*groups, name="other"))
    other = elsewhere(world)
    manifest = other.apply(batch(MINE))
    carried(other, manifest)
    assert "canceled)" in manifest["reason"]


def test_an_order_under_an_own_id_that_is_older_than_the_batch() -> None:
    """An open one would be in the way; the day on which the batch was made distinguishes it from ours."""
    world = theirs()
    manifest = world.apply(batch(MINE)._replace(created=world.now + 60))
    carried(world, manifest)


def test_an_order_under_an_own_id_that_can_be_ours_is_ours() -> None:
    """The journal is lost, and the order has the same terms: it is not sent twice."""
    world = World()
    world.apply(batch(MINE))
    other = elsewhere(world)
    manifest = other.apply(batch(MINE)._replace(created=NOW - 60))
    assert manifest["outcome"] == "done"
    assert other.frames("addOrder") == []


def test_what_ended_before_the_batch_was_made_is_not_looked_for() -> None:
    """The records are read from that day on: an account with a long history is not read through."""
    world = theirs(**MARKET)
    made_later = batch(MINE)._replace(created=world.now + 30.0)
    world.now += 60.0
    assert world.apply(made_later)["outcome"] == "done"
    assert len(world.frames("addOrder")) == 2


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"opentm": NOW - 60}, "opened"),
        ({"opentm": None}, "opened at a time that is not known"),
        ({"status": "canceled"}, ", canceled)"),
        ({"vol": "7"}, "which this batch did not place"),
        ({"cl_ord_id": "another"}, ""),
    ],
)
def test_what_is_open_under_an_own_id_is_foreseen(fields: dict[str, Any], why: str) -> None:
    """An order that is too old, canceled or has other terms; an order under another id means nothing."""
    found = structs.replace(plan_of(group("one", order("a", cl_ord_id="mine"))), created=NOW)
    assert ids_to_check(found) == ("mine",)
    descr = {"pair": "ETHEUR", "type": "buy", "ordertype": "limit", "price": "100", "price2": "0"}
    fields_shown = {"cl_ord_id": "mine", "opentm": NOW + 60, "vol": "0.25", "descr": descr, **fields}
    conflicts = adoption_conflicts(found, [at_exchange(**fields_shown)])
    assert bool(conflicts) is bool(why)
    assert why in "".join(conflicts.values())


def test_an_id_of_ours_is_no_own_id() -> None:
    """It is unique, so that no query is needed."""
    assert ids_to_check(plan_of(group("one", "a", order("b", userref="17")))) == ()
