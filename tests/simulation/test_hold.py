"""Orders that wait for room: against the simulated exchange, which refuses what is over the cap of a pair."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from runner.domain import parse_rfc3339
from runner.kraken import LIMITS, Tier
from runner.paper import Options
from runner.paper.options.options import LimitOptions
from tests.execution.builders import batch, ended, group, many, order, outcomes
from tests.simulation.world import World, exchange_of
from tests.support.virtual_time import START

MOST = LIMITS[Tier.STARTER].open_orders_max
EXTRA = 8
QUIET_S = 60.0
STOP_AFTER_S = 300.0
SEEDS = 8
CUTS = 0.004
"""How likely a step cuts the connection."""


class Moving(World):
    """A world in which the market moves."""

    def quote(self, pair: str, bid: str, ask: str) -> None:
        """The market of a pair moves, and the account receives its fills."""
        self._deliver(self.exchange.set_quote(pair, Decimal(bid), Decimal(ask), self.now))


def world() -> Moving:
    """A world of the lowest tier."""
    return Moving(exchange_of(Options(limits=LimitOptions(tier=Tier.STARTER))))


def open_now(there: World) -> int:
    """Return how many orders are open on the pair."""
    return sum(item.terms.pair == "ETH/EUR" for item in there.exchange.state().live.values())


def falling(there: Moving, asks: list[str], seen: list[int]) -> None:
    """Let the market fall once nothing has left for a while; what bids that much is filled."""
    left = iter(asks)

    def on_step(_: World) -> None:
        seen.append(open_now(there))
        quiet = there.now > max(entry_at(there), default=there.now) + QUIET_S
        if quiet and (ask := next(left, None)) is not None:
            there.quote("ETH/EUR", "99", ask)

    there.on_step = on_step


def entry_at(there: World) -> list[float]:
    """Return when orders left."""
    return [parse_rfc3339(entry["at"]) for entry in there.entries("order-intent")[-1:]]


def test_what_has_no_room_waits_until_there_is() -> None:
    """No order is refused, never are more open than may be, and all are placed in the end."""
    there, seen = world(), list[int]()
    falling(there, [f"{100.7 - number / 50:.2f}" for number in range(40)], seen)
    result = there.apply(batch(group("g", *many(MOST + EXTRA), hold="true")))
    assert set(outcomes(result).values()) == {"placed"}
    assert (max(seen), len(there.frames("addOrder"))) == (MOST, MOST + EXTRA)
    assert there.entries("order-rejected") == []


def test_without_a_word_of_its_author_nothing_waits() -> None:
    """The exchange refuses what is over the cap, and the group stops."""
    there = world()
    result = there.apply(batch(group("g", *many(MOST + EXTRA))))
    assert "rejected" in outcomes(result).values()
    assert ended(result) == {"g": "stopped"}


def test_a_cancellation_makes_room() -> None:
    """The account's open orders count, until another group has taken them away."""
    there = world()
    there.apply(batch(group("g", *many(MOST - open_now(there))), name="before"))
    (first, *_) = [entry["txid"] for entry in there.entries("order-placed")]
    assert open_now(there) == MOST
    there.journal.clear()
    groups = (
        group("held", order("late", price="90"), needs="[]", hold="true"),
        group("away", needs="[]", cancel=f"[{first}]"),
    )
    result = there.apply(batch(*groups, name="after"))
    assert outcomes(result) == {"held/late": "placed"}
    assert ended(result) == {"held": "done", "away": "done"}
    assert len(there.entries("order-rejected")) == 0


def test_the_exchange_may_count_otherwise() -> None:
    """An order that it refuses for lack of room waits until fewer are open, and is then sent again."""
    there, seen = world(), list[int]()
    there.limits = replace(LIMITS[Tier.STARTER], open_orders_max=MOST + 2)
    falling(there, [f"{100.7 - number / 50:.2f}" for number in range(40)], seen)
    result = there.apply(batch(group("g", *many(MOST + EXTRA), hold="true")))
    assert set(outcomes(result).values()) == {"placed"}
    assert len(there.frames("addOrder")) > MOST + EXTRA
    assert len(there.booked()) == MOST + EXTRA


def test_what_waits_is_skipped_when_the_run_is_stopped() -> None:
    """And is sent by the next run."""
    there = world()
    there.on_step = lambda now: now.stop() if now.now > START + STOP_AFTER_S else None
    held = batch(group("g", *many(MOST + 1), hold="true"))
    assert "skipped" in outcomes(there.apply(held)).values()
    falling(there, [f"{100.7 - number / 50:.2f}" for number in range(40)], [])
    assert set(outcomes(there.apply(held)).values()) == {"placed"}


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, SEEDS))]
)
def test_whatever_the_network_does_no_order_is_refused_or_sent_twice(seed: int) -> None:
    """Connections are cut and replies come late while orders wait for room; each is booked once."""
    chance = Random(seed)
    there, seen = world(), list[int]()
    there.to_client = lambda _: [chance.choice((0.01, 0.01, 0.3, 2.0))]
    falling(there, [f"{100.7 - number / 50:.2f}" for number in range(40)], seen)
    fall = there.on_step

    def on_step(now: World) -> None:
        fall(now)
        if chance.random() < CUTS:
            now.disconnect("cut")

    there.on_step = on_step
    extra = chance.randint(1, EXTRA)
    result = there.apply(batch(group("g", *many(MOST + extra), hold="true")))
    assert set(outcomes(result).values()) == {"placed"}
    assert max(seen) <= MOST
    assert there.entries("order-rejected") == []
    assert len(there.booked()) == len(set(there.booked())) == MOST + extra
