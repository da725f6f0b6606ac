"""The time that a run will take, against runs at an exchange that enforces the limit."""

from __future__ import annotations

from typing import Any

import pytest

from runner.kraken import LIMITS, Tier
from runner.paper import Options
from runner.planning import CrowdedPair
from runner.review import forecast
from tests.execution.builders import batch, crowd, group, many, order, plan_of
from tests.simulation.world import World, exchange_of
from tests.support.virtual_time import START


def names(count: int, where: str) -> str:
    """The first orders of a group, to be canceled."""
    return "[" + ", ".join(f"{{order: {where}/o{number}}}" for number in range(count)) + "]"


CASES: dict[str, tuple[list[str], str]] = {
    "a burst": ([group("g", *crowd(50))], ""),
    "one pair": ([group("g", *crowd(100))], "ETH/EUR"),
    "two pairs": ([group("g", *crowd(70), *crowd(90, "XBT/EUR", "x"))], "XBT/EUR"),
    "groups in turn": ([group("g", *crowd(50)), group("h", *crowd(50))], "ETH/EUR"),
    "groups side by side": ([group("g", *crowd(50)), group("h", *crowd(50), needs="[]")], "ETH/EUR"),
    "a cancellation": ([group("g", *many(20), cancel=names(20, "g"))], "ETH/EUR"),
    "orders after a cancellation": (
        [group("g", *many(10), cancel=names(10, "g")), group("h", *crowd(60))],
        "ETH/EUR",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_run_takes_as_long_as_was_said(case: str) -> None:
    """But for the network, and for what is not known beforehand."""
    groups, bottleneck = CASES[case]
    expected = forecast(plan_of(*groups), Tier.STARTER)
    assert (expected.bottleneck or "") == bottleneck
    world = World()
    assert world.apply(batch(*groups))["outcome"] == "done"
    assert world.now - START == pytest.approx(expected.seconds, rel=0.03, abs=3.5)


@pytest.mark.parametrize("tier", Tier)
def test_the_formula_of_one_pair(tier: Tier) -> None:
    """Messages beyond the burst leave at the rate of the decay."""
    limits = LIMITS[tier]
    found = forecast(plan_of(group("g", *crowd(412))), tier)
    assert found.seconds == pytest.approx((412 - limits.threshold) / limits.decay_per_s, rel=0.005)
    assert (found.orders, found.pairs, found.bottleneck) == (412, 1, "ETH/EUR")


def test_nothing_waits_within_the_burst() -> None:
    """So there is no bottleneck."""
    found = forecast(plan_of(group("g", *crowd(59), *crowd(59, "XBT/EUR", "x"))), Tier.STARTER)
    assert (found.seconds, found.bottleneck, found.pairs) == (0, None, 2)


def test_a_faster_tier_is_never_slower() -> None:
    """With any plan."""
    for groups, _ in CASES.values():
        taken = [forecast(plan_of(*groups), tier).seconds for tier in Tier]
        assert taken == sorted(taken, reverse=True)


def test_too_many_open_orders_are_foreseen() -> None:
    """Those that may rest, on one pair at a time, less what is canceled before others are placed."""
    resting = forecast(plan_of(group("g", *many(75))), Tier.STARTER)
    assert resting.crowded == (CrowdedPair(pair="ETH/EUR", orders=75, allowed=60),)
    assert not forecast(plan_of(group("g", *many(75))), Tier.PRO).crowded
    assert not forecast(plan_of(group("g", *crowd(75))), Tier.STARTER).crowded
    tidied = [group("g", *many(40), cancel=names(30, "g")), group("h", *many(40))]
    assert not forecast(plan_of(*tidied), Tier.STARTER).crowded


def test_an_immediate_order_never_rests() -> None:
    """Nor does it count."""
    groups = [order(f"o{number}", timeinforce="IOC") for number in range(70)]
    assert not forecast(plan_of(group("g", *groups)), Tier.STARTER).crowded


def test_what_is_refused_for_the_cap_is_an_ordinary_rejection() -> None:
    """The plan has warned; the exchange says no to what is too much, and the group stops."""
    world = World(exchange_of(Options()))
    manifest: dict[str, Any] = world.apply(batch(group("g", *many(62))))
    assert manifest["totals"]["orders"]["placed"] == 57  # three were open before
    assert manifest["totals"]["orders"]["rejected"] >= 1


def barrier(group: str, within: str, otherwise: str = "stop") -> str:
    """A need in a batch file."""
    return f"{{group: {group}, until: filled, within: {within}, otherwise: {otherwise}}}"


def test_waits_for_fills_add_up_along_the_longest_way() -> None:
    """Side by side they do not; and a group that sends nothing waits for nothing."""
    a, b = group("a", order("x")), group("b", order("x"), needs=f"[{barrier('a', '15m')}]")
    found = forecast(plan_of(a, b), Tier.STARTER)
    assert (found.awaited, found.fills_s, found.seconds) == (("a",), 900, 0)
    c = group("c", order("x"), needs=f"[{barrier('b', '5s')}, {barrier('a', '10m')}]")
    aside = group("d", order("x"), needs=f"[{barrier('a', '15m')}]")
    found = forecast(plan_of(a, b, c, aside), Tier.STARTER)
    assert (found.awaited, found.fills_s) == (("a", "b"), 905)
    found = forecast(plan_of(a, group("b", order("x"))), Tier.STARTER)
    assert (found.awaited, found.fills_s) == ((), 0)
