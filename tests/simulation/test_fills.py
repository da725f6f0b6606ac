"""Groups that wait until another one is filled: how long, and what is found meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import parse_rfc3339
from runner.execution import ConnectFailed
from runner.paper import Options
from runner.paper.options.options import RestOptions
from tests.execution.builders import FIRST, SECOND, batch, canceled, ended, group, order, outcomes
from tests.simulation.faults import truthful
from tests.simulation.moving import (
    SLOW,
    WITHIN_S,
    Moving,
    barrier,
    buys,
    killed_in_the_wait,
    sent_at,
    soon,
    two,
    until,
)
from tests.simulation.world import exchange_of
from tests.support.virtual_run import Killed
from tests.support.virtual_time import START


def test_a_group_waits_until_the_one_that_it_needs_is_filled() -> None:
    """It leaves at once then, and what it followed from is written down before."""
    world = Moving()
    world.at(100, world.fill)
    manifest = truthful(world, world.apply(two()))
    assert (manifest["outcome"], ended(manifest)) == ("done", {"sell": "done", "buy": "done"})
    assert sent_at(world, "a") == [pytest.approx(100, abs=0.1)]
    kinds = [entry["entry"] for entry in world.journal]
    awaited, settled = kinds.index("fills-awaited"), kinds.index("fills-settled")
    assert kinds.index("order-placed") < awaited < kinds.index("orders-executed", awaited) < settled
    assert kinds.index("order-intent", awaited) > settled
    assert barrier(manifest)["outcome"] == "filled"
    assert parse_rfc3339(barrier(manifest)["until"]) - START == pytest.approx(WITHIN_S, abs=1)


def test_what_is_filled_at_once_is_not_waited_for() -> None:
    """No moment is written down, and the records are not queried."""
    world = Moving()
    manifest = truthful(world, world.apply(two("stop", order("x", price="160"))))
    assert manifest["outcome"] == "done"
    assert (barrier(manifest)["outcome"], barrier(manifest)["until"]) == ("filled", None)
    assert world.entries("fills-awaited") == world.queries == []


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
def test_a_run_that_was_killed_waits_until_the_same_moment(otherwise: str) -> None:
    """It does not begin to count anew, however long the pause."""
    world = Moving()
    killed_in_the_wait(world, two(otherwise), after_s=300)
    world.now = START + 600
    manifest = truthful(world, world.apply(two(otherwise)))
    assert until(world) == [pytest.approx(WITHIN_S, abs=1)]
    assert world.now - START == pytest.approx(WITHIN_S, abs=2)
    assert len(world.frames("cancelOrder")) == (otherwise == "cancel")
    assert len(sent_at(world, "a")) == (otherwise == "proceed")
    assert barrier(manifest)["outcome"] == "unfilled"


@pytest.mark.parametrize("filled", [False, True])
def test_the_moment_may_pass_between_runs(filled: bool) -> None:
    """A fill meanwhile is found by looking; an order that is not filled by now has had its time."""
    world = Moving(exchange_of(Options(rest=RestOptions(lag_s=30))))
    killed_in_the_wait(world, two(), after_s=300)
    world.now = START + 880
    if filled:
        world.fill()
    world.now = START + 2 * WITHIN_S if not filled else START + 890
    began = world.now
    manifest = truthful(world, world.apply(two()))
    assert outcomes(manifest)["buy/a"] == ("placed" if filled else "skipped")
    assert world.now - began < 60
    assert until(world) == [pytest.approx(WITHIN_S, abs=1)]


@pytest.mark.parametrize("lag_s", [0.0, 30.0])
@pytest.mark.parametrize("back_s", [500, WITHIN_S + 20])
def test_what_is_filled_while_the_connection_is_down_is_found(back_s: int, lag_s: float) -> None:
    """Before the time is over, and after it too: what was filled in time counts."""
    world = Moving(exchange_of(Options(rest=RestOptions(lag_s=lag_s))))
    world.refuse = lambda: ConnectFailed("refused") if START + 400 < world.now < START + back_s else None
    world.at(400, lambda: world.disconnect("reset"))
    world.at(back_s - 100, world.fill)
    manifest = truthful(world, world.apply(two()))
    assert manifest["outcome"] == "done"
    assert sent_at(world, "a")[0] == pytest.approx(back_s, abs=lag_s + 30)


def test_the_records_show_what_the_feed_leaves_out() -> None:
    """They are queried now and then, and not all the time."""
    world = Moving()
    world.at(100, world.fill)

    def to_client(content: Any) -> list[float]:
        news = isinstance(content, list) and content[1] == "openOrders" and world.now >= START + 100
        return [] if news and world.now < START + 101 else [0.01]

    world.to_client = to_client
    manifest = truthful(world, world.apply(two()))
    assert manifest["outcome"] == "done"
    assert sent_at(world, "a")[0] < 100 + 90
    assert len(world.queries) < 10


def test_a_stop_ends_the_wait_at_once_and_the_next_run_goes_on() -> None:
    """Nothing is decided: it waits until the same moment."""
    world = Moving()
    world.at(300, world.stop)
    first = truthful(world, world.apply(two("cancel")))
    assert (first["outcome"], ended(first)["buy"]) == ("interrupted", "skipped")
    assert world.now - START == pytest.approx(300, abs=0.1)
    assert (barrier(first)["outcome"], world.frames("cancelOrder")) == ("waiting", [])
    world.at(600, world.fill)
    second = truthful(world, world.apply(two("cancel")))
    assert (second["outcome"], until(world)) == ("done", [pytest.approx(WITHIN_S, abs=1)])


def test_another_time_or_another_order_counts_anew() -> None:
    """The author may wait for longer; and a group with one more order is filled later."""
    world = Moving()
    world.apply(two())
    longer = batch(group("sell", SLOW), buys(within="20m"))
    world.apply(longer)
    assert until(world) == [pytest.approx(900, abs=1), pytest.approx(1200, abs=1)]
    assert world.now - START == pytest.approx(1200, abs=2)
    world.apply(batch(group("sell", SLOW, order("y", price="90")), buys(within="20m")))
    assert world.now - START == pytest.approx(2400, abs=3)


def test_a_lost_journal_counts_from_when_the_orders_were_found() -> None:
    """A filled order is found, and the time begins anew for the rest."""
    world = Moving()
    killed_in_the_wait(world, two(), after_s=300)
    world.journal.clear()
    world.now = START + 600
    world.at(800, world.fill)
    manifest = truthful(world, world.apply(two()))
    assert manifest["outcome"] == "done"
    assert until(world) == [pytest.approx(600 + WITHIN_S, abs=120)]
    assert len(world.booked()) == 2


def test_each_barrier_has_its_own_time() -> None:
    """A group waits for all of them; one that does not hold it back lets it pass before the others do."""
    first = "{group: one, until: filled, within: 10s, otherwise: proceed}"
    needs = f"[{first}, {{group: two, until: filled, within: 5m}}]"
    world = Moving()
    world.at(100, lambda: world.fill("95"))
    groups = [
        group("one", order("x", price="90")),
        group("two", order("y", price="96"), needs="[]"),
        group("buy", "a", needs=needs),
    ]
    manifest = truthful(world, world.apply(batch(*groups)))
    assert manifest["outcome"] == "done"
    assert sent_at(world, "a") == [pytest.approx(100, abs=0.1)]
    assert [barrier["outcome"] for barrier in manifest["groups"][2]["barriers"]] == ["unfilled", "filled"]


def test_old_protection_goes_when_the_barrier_is_passed() -> None:
    """A group that only cancels waits as well."""
    world = Moving()
    world.at(100, world.fill)
    needs = "[{group: sell, until: filled, within: 15m}]"
    world.apply(batch(group("sell", SLOW), group("tidy", cancel="[OQCLML-BW3P3-BUCMWZ]", needs=needs)))
    (sent,) = world.entries("cancel-intent")
    assert parse_rfc3339(sent["at"]) - START == pytest.approx(100, abs=0.1)


def test_maintenance_during_the_wait_ends_nothing() -> None:
    """A group that waits for fills waits for no exchange."""
    world = Moving()
    world.at(100, lambda: world.status("maintenance"))
    world.at(400, lambda: world.status("online"))
    world.at(500, world.fill)
    assert world.apply(two())["outcome"] == "done"


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
@pytest.mark.parametrize("fills", [False, True])
def test_killed_at_any_instant_it_ends_as_undisturbed(otherwise: str, fills: bool) -> None:
    """Before and after the moment is written down, while it waits, and before and after what follows."""
    waiting = batch(group("sell", SLOW), buys(otherwise, "5s"))
    quiet = soon(fills=fills)
    expected = outcomes(quiet.apply(waiting))
    for point in range(1, quiet.points):
        world = soon(fills=fills)
        world.kill_at = point
        with pytest.raises(Killed):
            world.apply(waiting)
        world.kill_at = None
        manifest = truthful(world, world.apply(waiting))
        assert outcomes(manifest) == expected, point
        assert len(world.booked()) == len(set(world.booked())) == len(quiet.booked()), point
        assert len(until(world)) <= 1, point
        assert world.now - START < 120, point


def test_a_cancellation_that_the_file_adds_waits_as_well() -> None:
    """Although its group had gone well before: what it needs has one more order, which is not filled."""
    world = Moving()
    needs = "[{group: sell, until: filled, within: 15m}]"
    world.apply(
        batch(group("sell", order("x", price="160")), group("tidy", cancel=f"[{FIRST}]", needs=needs))
    )
    more = group("sell", order("x", price="160"), SLOW.replace("id: x", "id: y"))
    manifest = world.apply(batch(more, group("tidy", cancel=f"[{FIRST}, {SECOND}]", needs=needs)))
    assert canceled(manifest, "tidy") == {FIRST: "canceled", SECOND: "skipped"}
    assert world.now - START > WITHIN_S
