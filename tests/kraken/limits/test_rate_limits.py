"""The rate counter against the examples of the exchange's own page, and its rules for any course of time."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import (
    AGE_BOUNDS_S,
    LIMITS,
    RateCounter,
    Tier,
    Transaction,
    cancel_cost,
    cost,
    fixed_cost,
    tier_within,
)

NOW = 1_795_000_000.0


def test_fifty_orders_and_ten_seconds() -> None:
    """The page's check: 50 additions on Intermediate, then 10 s, leave 50 - 23.4 = 26.6."""
    counter = RateCounter(LIMITS[Tier.INTERMEDIATE].decay_per_s)
    for _ in range(50):
        counter = counter.charged(cost(Transaction.ADD), NOW)
    assert counter.at(NOW) == 50
    assert counter.at(NOW + 10) == pytest.approx(26.6)


def test_an_amendment_after_seven_seconds() -> None:
    """The page's other check: one for itself and two for the age."""
    assert cost(Transaction.AMEND, 7) == 3


def test_place_and_cancel_at_once_costs_nine() -> None:
    """So six such cycles are the burst of Starter, and twenty that of Pro."""
    cycle = cost(Transaction.ADD) + cost(Transaction.CANCEL, 0)
    assert cycle == 9
    assert LIMITS[Tier.STARTER].threshold // cycle == 6
    assert LIMITS[Tier.PRO].threshold // cycle == 20


@pytest.mark.parametrize(
    ("transaction", "costs"),
    [
        (Transaction.ADD, (1, 1, 1, 1, 1, 1, 1)),
        (Transaction.AMEND, (4, 3, 2, 1, 1, 1, 1)),
        (Transaction.EDIT, (7, 6, 5, 3, 2, 1, 1)),
        (Transaction.CANCEL, (8, 6, 5, 4, 2, 1, 0)),
    ],
)
def test_costs_by_age(transaction: Transaction, costs: tuple[int, ...]) -> None:
    """The page's table: an age that reaches a bound is over it."""
    assert tuple(cost(transaction, age) for age in (0, *AGE_BOUNDS_S)) == costs
    below = tuple(cost(transaction, math.nextafter(bound, 0)) for bound in AGE_BOUNDS_S)
    assert below == costs[:-1]
    assert fixed_cost(transaction) == costs[-1]


def test_canceling_many_is_the_sum_of_canceling_each() -> None:
    """The page's prices of a batch cancel are exactly that."""
    assert cancel_cost([1, 7, 12, 20, 60, 100, 400]) == 8 + 6 + 5 + 4 + 2 + 1
    assert cancel_cost([]) == 0


@pytest.mark.parametrize(
    ("tier", "threshold", "decay", "most"),
    [("starter", 60, 1, 60), ("intermediate", 125, 2.34, 80), ("pro", 180, 3.75, 225)],
)
def test_tiers(tier: str, threshold: float, decay: float, most: int) -> None:
    """The page's table of tiers."""
    limits = LIMITS[Tier(tier)]
    assert (limits.threshold, limits.decay_per_s, limits.open_orders_max) == (threshold, decay, most)


@pytest.mark.parametrize(
    ("threshold", "tier"),
    [(10, "starter"), (60, "starter"), (124, "starter"), (125, "intermediate"), (180, "pro"), (999, "pro")],
)
def test_the_tier_behind_a_threshold(threshold: float, tier: str) -> None:
    """Rather the lower one."""
    assert tier_within(threshold) == tier


def test_steps() -> None:
    """A counter that falls once a second does so at the full second."""
    counter = RateCounter(2, stepped=True).charged(10, NOW + 0.9)
    assert [counter.at(NOW + moment) for moment in (0.95, 1.0, 1.99, 2.0)] == [10, 8, 8, 6]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(0, 20)), max_size=30), st.floats(0.1, 10), st.booleans()
)
def test_it_never_falls_below_zero_nor_without_time(
    moves: list[tuple[float, int]], decay: float, stepped: bool
) -> None:
    """With any charges and any waits."""
    counter, now = RateCounter(decay, stepped=stepped), NOW
    for wait, charge in moves:
        now += wait
        before = counter.at(now)
        counter = counter.charged(charge, now)
        assert before >= 0
        assert counter.at(now) == pytest.approx(before + charge)
        assert counter.at(now + 1000) <= counter.at(now)


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0.5, 10))
def test_it_has_fallen_when_it_says(level: float, target: float, decay: float) -> None:
    """And not noticeably before."""
    counter = RateCounter(decay).charged(level, NOW)
    moment = counter.falls_to(target, NOW)
    assert counter.at(moment) == pytest.approx(min(level, target), abs=1e-5)
    assert moment >= NOW
