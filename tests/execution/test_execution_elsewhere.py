"""Trades of other batches, and a run that is about to send the same kind of order. In virtual time."""

from __future__ import annotations

import pytest

from runner.execution import Timing
from runner.paper import Options
from runner.paper.options.options import RestOptions
from tests.execution.builders import batch, group, order
from tests.simulation.world import World, exchange_of

MARKET: dict[str, str | None] = {"ordertype": "market", "price": None}


def test_a_trade_of_another_batch_delays_nothing() -> None:
    """Its order carries another id, which the records show at once."""
    world = World()
    assert world.apply(batch(group("g", order("a", **MARKET)), name="one"))["outcome"] == "done"
    world.journal = []
    began = world.now
    assert world.apply(batch(group("g", "a"), name="two"))["outcome"] == "done"
    assert world.now - began < 5
    (query,) = world.queries
    assert len(query.txids) == 1
    assert len(world.booked()) == 2


@pytest.mark.parametrize("lag_s", [0.0, 20.0])
def test_a_trade_of_this_batch_is_found(lag_s: float) -> None:
    """The runner that sent it died and its journal is lost: whenever the records show it, it is not sent
    again; until they are complete, neither is the rest.
    """
    world = World(exchange_of(Options(rest=RestOptions(lag_s=lag_s))))
    world.apply(batch(group("g", order("a", **MARKET))))
    world.journal = []
    began = world.now
    both = batch(group("g", order("a", **MARKET), "b"))
    assert world.apply(both)["outcome"] == "done"
    assert world.now - began >= Timing().settle_s
    assert len(world.booked()) == 2


def test_records_that_lag_are_waited_for_no_longer_than_they_do() -> None:
    """A trade of which they know nothing may be another runner's."""
    world = World(exchange_of(Options(rest=RestOptions(lag_s=20))))
    world.apply(batch(group("g", order("a", **MARKET)), name="one"))
    world.journal = []
    began = world.now
    assert world.apply(batch(group("g", "a"), name="two"))["outcome"] == "done"
    assert 10 < world.now - began < 40
    assert len(world.booked()) == 2
