"""The newest figures of what was executed, and the wait for orders that end at once."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Executed, OrderKey
from runner.execution import OrdersQueried, Timing
from runner.journal import fold
from runner.kraken import QUERY_ORDERS_PATH, OpenOrder
from runner.planning import Expectation
from tests.execution.builders import FIRST, batch, group, order, plan_of
from tests.execution.order_office import OrderManagerHarness
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

HALF = {"vol_exec": "0.10000000", "cost": "15.00000", "fee": "0.03900", "avg_price": "150.00000"}
FULL = {"vol_exec": "0.25000000", "cost": "37.52500", "fee": "0.09757", "avg_price": "150.10000"}
NOTHING = {"vol_exec": "0.00000000", "cost": "0.00000", "fee": "0.00000", "avg_price": "0.00000"}
MARKET = order("now", ordertype="market", price=None)


def placed() -> OrderManagerHarness:
    """An order that the exchange has accepted as O1."""
    office = OrderManagerHarness(plan_of(group("g", "a")))
    office.hear(office.send().reqid or 0, "O1")
    return office


def show(office: OrderManagerHarness, **fields: Any) -> None:
    """The feed shows this of it."""
    office.desk.on_order(office.shown("O1", vol="0.25000000", **fields), office.now)


def written(office: OrderManagerHarness) -> Executed | None:
    """The last figures in the journal, after all that is new is written."""
    office.desk.executions.write(office.now)
    return fold(office.entries).orders[OrderKey("g", "a")].executed


def test_what_the_feed_shows_is_written():
    """With the time at which it was seen, once."""
    office = placed()
    show(office, status="open", **NOTHING)
    office.now += 1
    show(office, status="closed", **FULL)
    office.now += 1
    executed = written(office)
    assert executed is not None
    assert (executed.status, executed.cost, executed.fee) == ("closed", "37.52500", "0.09757")
    assert executed.seen_at == "2026-11-18T11:06:41.000000Z"
    count = len(office.entries)
    written(office)
    assert len(office.entries) == count


@pytest.mark.parametrize(
    "late",
    [
        {"status": "open", **HALF},
        {"status": "open", **NOTHING},
        {"status": "closed", "vol_exec": "0.25000000"},
        {"status": "open", **FULL},
    ],
)
def test_nothing_replaces_newer_figures(late):
    """Records lag behind the feed: less volume is older, and so is what is open after it was closed."""
    office = placed()
    show(office, status="closed", **FULL)
    show(office, **late)
    executed = written(office)
    assert executed is not None
    assert (executed.status, executed.vol_exec, executed.cost) == ("closed", "0.25000000", "37.52500")


def test_of_two_that_contradict_each_other_the_later_one_is_kept():
    """A fee may grow after the end; the time says which word it was."""
    office = placed()
    show(office, status="closed", **FULL)
    first = written(office)
    office.now += 3
    show(office, status="closed", **{**FULL, "fee": "0.09800"})
    executed = written(office)
    assert executed is not None
    assert first is not None
    assert executed.fee == "0.09800"
    assert executed.seen_at != first.seen_at


def test_an_older_journal_is_not_made_worse():
    """Figures that an earlier run has written stay while the records show less."""
    office = placed()
    show(office, status="closed", **FULL)
    written(office)
    again = OrderManagerHarness(plan_of(group("g", "a"), ledger=fold(office.entries)))
    show(again, status="open", **HALF)
    again.desk.executions.write(again.now)
    assert not again.entries


def test_what_the_records_have_shown_before_the_run_is_taken():
    """A run that has nothing to do reports the newest figures all the same."""
    office = placed()
    show(office, status="open", **NOTHING)
    written(office)
    world = World(journal=[])
    world.apply(batch(group("g", "a")))
    txid = world.entries("order-placed")[0]["txid"]
    record = OpenOrder.read(txid, {"status": "closed", **FULL, "price": FULL["avg_price"]})
    manifest = world.apply(batch(group("g", "a")), recorded=(record,))
    execution = manifest["groups"][0]["orders"][0]["execution"]
    assert (execution["status"], execution["vol_exec"], execution["fee"]) == (
        "closed",
        "0.25000000",
        "0.09757",
    )
    assert manifest["groups"][0]["orders"][0]["already"] is True


def test_orders_of_others_are_not_written():
    """The account may have many."""
    office = placed()
    office.desk.on_records(
        OrdersQueried((OpenOrder.read(FIRST, {"status": "closed", **FULL}),), (FIRST,)), office.now
    )
    assert written(office) is None


VIEWS = st.lists(
    st.tuples(
        st.sampled_from(["open", "closed"]),
        st.sampled_from([NOTHING, HALF, FULL, {"vol_exec": "0.25000000"}, {"vol_exec": "0.10000000"}]),
    ),
    min_size=1,
    max_size=6,
)


@given(VIEWS)
def test_in_any_order_the_most_that_was_executed_is_reported(views):
    """Feed and records may overtake each other: volume never shrinks and complete figures stay."""
    office = placed()
    seen: list[Executed] = []
    for status, figures in views:
        show(office, status=status, **figures)
        if (executed := written(office)) is not None:
            seen.append(executed)
    volumes = [item.vol_exec or "" for item in seen]
    assert volumes == sorted(volumes)
    assert volumes[-1] == max(figures["vol_exec"] for _, figures in views)
    for before, after in pairwise(seen):
        assert after.complete or not before.complete or after.vol_exec != before.vol_exec


# --- the wait at the end of a run ---


def execution_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what the manifest says was executed of the first order."""
    shown: dict[str, Any] = manifest["groups"][0]["orders"][0]["execution"]
    return shown


def without_figures(world: World) -> Callable[[str], str]:
    """The feed shows ends, but not what was paid."""
    return lambda text: text.replace('"cost"', '"kost"').replace('"fee"', '"vee"')


def test_an_order_that_ends_at_once_is_reported_with_its_price():
    """The feed shows all of it within moments; nothing is queried."""
    world = World()
    shown = execution_of(world.apply(batch(group("one", MARKET))))
    assert (shown["status"], shown["vol_exec"], shown["awaited"]) == ("closed", "0.25000000", False)
    assert shown["avg_price"] is not None
    assert not world.queries


def test_a_resting_order_delays_no_end():
    """It may rest for weeks."""
    world = World()
    world.apply(batch(group("one", "a")))
    ended_at = world.entries("run-ended")[0]["at"]
    assert ended_at == world.entries("group-ended")[0]["at"]


def test_figures_that_the_feed_leaves_out_are_read_from_the_records():
    """After a second without them, by txid, in one query."""
    world = World()
    world.garble = without_figures(world)
    shown = execution_of(world.apply(batch(group("one", MARKET))))
    assert shown["cost"] is not None
    assert shown["fee"] is not None
    assert shown["awaited"] is False
    assert len(world.queries) == 1


def test_a_wait_in_vain_ends_soon_and_says_so():
    """The exchange is queried until the wait is over; the order is placed all the same."""
    world = World()
    world.garble = without_figures(world)
    world.rest_fails = lambda path: "no answer" if path == QUERY_ORDERS_PATH else None
    start = world.now
    manifest = world.apply(batch(group("one", MARKET)))
    shown = execution_of(manifest)
    assert (shown["cost"], shown["fee"], shown["awaited"]) == (None, None, True)
    assert manifest["outcome"] == "done"
    assert world.now - start < Timing().fill_wait_s + 1
    assert len(world.queries) > 1


def test_the_next_run_reports_figures_that_were_not_known_yet():
    """As soon as anything shows it."""
    world = World()
    world.garble = without_figures(world)
    world.rest_fails = lambda path: "no answer" if path == QUERY_ORDERS_PATH else None
    world.apply(batch(group("one", MARKET)))
    txid = world.entries("order-placed")[0]["txid"]
    record = OpenOrder.read(txid, {"status": "closed", **FULL, "price": FULL["avg_price"]})
    shown = execution_of(world.apply(batch(group("one", MARKET)), recorded=(record,)))
    assert (shown["cost"], shown["awaited"]) == ("37.52500", False)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_limit_order_is_waited_for_if_the_review_expects_it_to_trade(at_once):
    """Here its fill is a second late; one that is expected to rest is not waited for."""
    world = World()
    world.to_client = lambda frame: [0.9 if '"lastupdated"' in json.dumps(frame) else 0.01]
    expected = {OrderKey("one", "a"): Expectation("150", at_once=at_once)}
    shown = execution_of(world.apply(batch(group("one", order("a", price="151"))), expected=expected))
    assert (shown["status"] == "closed") is at_once


def test_an_order_that_rests_against_expectation_is_waited_for_a_second():
    """The market has moved away; nothing is unknown of it."""
    world = World()
    start = world.now
    expected = {OrderKey("one", "a"): Expectation("150", at_once=True)}
    shown = execution_of(world.apply(batch(group("one", "a")), expected=expected))
    assert (shown["status"], shown["awaited"]) == ("open", False)
    assert world.now - start < 2


def test_a_stop_ends_the_wait_and_interrupts_nothing():
    """All orders were carried out, so that the run says so."""
    world = World()
    world.garble = without_figures(world)
    world.rest_fails = lambda path: "no answer" if path == QUERY_ORDERS_PATH else None
    world.on_step = lambda world: world.stop() if world.queries else None
    manifest = world.apply(batch(group("one", MARKET)))
    assert manifest["outcome"] == "done"
    assert execution_of(manifest)["awaited"] is True


def test_the_wait_is_reported():
    """The report says what is waited for, and until when."""
    world = World()
    world.garble = without_figures(world)
    world.rest_fails = lambda path: "no answer" if path == QUERY_ORDERS_PATH else None
    waits: list[Any] = []
    world.on_step = lambda world: waits.append(world.execution.progress().wait)
    world.apply(batch(group("one", MARKET)))
    [wait] = {wait for wait in waits if wait is not None and "paid" in wait.what}
    assert wait.what == "the exchange to say what was paid for now"
    assert wait.until is not None


def test_the_price_of_the_plan_is_kept_with_the_order():
    """The journal has the reviewed price before the order leaves."""
    world = World()
    expected = {OrderKey("one", "now"): Expectation("149.5", at_once=True)}
    shown = execution_of(world.apply(batch(group("one", MARKET)), expected=expected))
    assert world.entries("order-intent")[0]["plan_price"] == "149.5"
    assert shown["plan_price"] == "149.5"
    assert shown["slippage"] is not None
