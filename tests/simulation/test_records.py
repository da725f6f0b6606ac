"""Records of the exchange that are behind the truth: what they do not show may be there all the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.execution import ConnectFailed
from runner.paper import Options
from runner.paper.options.options import RestOptions
from tests.execution.builders import batch, group, order, outcomes
from tests.simulation.faults import drop_once, truthful
from tests.simulation.world import World, exchange_of
from tests.support.virtual_run import Killed
from tests.support.virtual_time import START

UNEVEN = Options(rest=RestOptions(lag_s=60.0, open_orders_lag_s=0.0))
"""Open orders are shown at once and closed ones a minute late: for a minute an ended order is in neither."""


LAG_S = 60.0


@pytest.mark.parametrize("lag_s", [0.0, 20.0, 60.0])
def test_records_that_lag_are_waited_for(lag_s: float) -> None:
    """An empty look right after a drop is no proof."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=lag_s))))
    drop_once(world, "addOrderStatus")
    manifest = truthful(world, world.apply(batch(group("one", order("a", ordertype="market", price=None)))))
    assert outcomes(manifest) == {"one/a": "placed"}
    assert len(world.frames("addOrder")) == 1
    assert lag_s <= world.now - START <= lag_s + 20


def test_a_fill_that_the_records_do_not_show_yet_is_not_placed_again() -> None:
    """The journal is lost, the order was filled at once, and the records lag a minute: the trade is seen, and
    its order queried until the records know it."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=LAG_S))))
    first = batch(group("one", order("a", ordertype="market", price=None)))
    world.apply(first)
    world.journal.clear()
    manifest = truthful(world, world.apply(first))
    assert manifest["outcome"] == "done"
    assert manifest["groups"][0]["orders"][0]["already"] is True
    assert len(world.frames("addOrder")) == 1
    assert LAG_S < world.now - START < LAG_S + 10


def fill(world: World) -> None:
    """The market comes to the orders of the batch."""
    world.exchange.set_quote("ETH/EUR", Decimal(99), Decimal("99.10"), world.now)


def test_an_order_that_ends_just_before_an_outage_does_is_not_placed_again() -> None:
    """The window counts from when the feed is seen again: what it does not show may have ended just now."""
    world = World(exchange_of(UNEVEN))
    drop_once(world, "addOrderStatus")

    def down(*_: object) -> str | None:
        return "down" if world.frames("addOrder") and world.now < START + 100 else None

    world.refuse = lambda: ConnectFailed("down") if down() else None
    world.rest_fails = down
    world.on_step = lambda _: world.later(99.0, lambda: fill(world)) if world.time.steps == 1 else None
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert outcomes(manifest) == {"one/a": "placed"}
    assert len(world.frames("addOrder")) == 1


def test_an_order_that_ends_just_before_the_next_run_is_not_placed_again() -> None:
    """The deadline is long past, and yet the first look of the next run proves nothing."""
    world = World(exchange_of(UNEVEN))

    def die(_: World) -> None:
        if world.booked():
            raise Killed

    world.on_step = die
    with pytest.raises(Killed):
        world.apply(batch(group("one", "a")))
    world.on_step = lambda _: None
    world.now += 4000
    fill(world)
    manifest = truthful(world, world.apply(batch(group("one", "a"))))
    assert outcomes(manifest) == {"one/a": "placed"}
    assert len(world.frames("addOrder")) == 1
