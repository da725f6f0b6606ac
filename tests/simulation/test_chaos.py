"""Anything at any time, as a seed has it: no order is placed twice, and none is lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.paper import Options
from runner.paper.options.options import CancelOptions, FeedOptions, RestOptions
from tests.execution.builders import FIRST, SECOND, batch, group, many, order, outcomes
from tests.simulation.faults import (
    mute,
    truthful_but_for_twins,
)
from tests.simulation.world import World, exchange_of


@given(st.randoms(use_true_random=False), st.integers(0, 2**16))
@pytest.mark.long
def test_no_fault_whatever_places_an_order_twice_or_loses_one(chance: Any, seed: int) -> None:
    """Frames lost, doubled, late, garbled; connections cut; records that lag; then a quiet run."""
    options = Options(
        cancels=CancelOptions(shuffle_replies=chance.random() < 0.5),
        feeds=FeedOptions(first=chance.random() < 0.5),
        rest=RestOptions(lag_s=chance.choice([0.0, 30.0])),
    )
    world = World(exchange_of(options), seed=seed)
    level = chance.choice([0.0, 0.02, 0.1])

    def delays(content: Any) -> list[float]:
        if chance.random() < level / 4:
            world.later(chance.random(), lambda: world.disconnect("reset"))
        if chance.random() < level:
            return []
        copies = 2 if chance.random() < level and mute(content, "addOrderStatus", "cancelOrderStatus") else 1
        return [chance.random() / 10 for _ in range(copies)]

    world.to_client, world.to_exchange = delays, delays
    world.garble = lambda text: text[: len(text) // 2] if chance.random() < level / 4 else text
    world.rest_fails = lambda _: "HTTP status 502" if chance.random() < level else None
    twins = [order("c", userref="17", price="80"), order("d", userref="17", price="80")]
    groups = batch(
        group(
            "one",
            "a",
            order("b", ordertype="market", price=None),
            *twins,
            cancel=f"[{FIRST}]",
            on_reject="continue",
        ),
        group("two", *many(3), needs="[]", cancel=f"[{SECOND}]"),
    )
    truthful_but_for_twins(world, world.apply(groups))
    world.to_client = world.to_exchange = lambda _: [0.01]
    world.garble, world.rest_fails = lambda text: text, lambda _: None
    world.now += 3600
    manifest = truthful_but_for_twins(world, world.apply(groups))
    assert set(outcomes(manifest).values()) == {"placed"}
    assert manifest["outcome"] == "done"
    assert Counter(world.booked())["17"] == 2
