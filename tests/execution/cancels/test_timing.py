"""The time at which a planned cancellation leaves, against the best of all moments on a fine grid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execution.cancels.timing import CancelCost, best_moment, first_moment
from runner.kraken import LIMITS, RateCounter, Tier

NOW = 1_795_000_000.0


def burden(
    count: int, *, level: float = 0, age_s: float = 0, tier: Tier = Tier.INTERMEDIATE, **more: int
) -> CancelCost:
    """So many orders of one age on a pair whose counter is at a level."""
    limits = LIMITS[tier]
    return CancelCost(
        created_at=[NOW - age_s] * count,
        level=RateCounter(limits.decay_per_s, level, NOW).at,
        room=limits.threshold,
        decay_per_s=limits.decay_per_s,
        **more,
    )


@pytest.mark.parametrize(
    ("count", "waits"),
    [(60, 45), (20, 6.4), (120, 90)],
)
def test_orders_just_placed_on_intermediate(count: int, waits: float) -> None:
    """All of them canceled in one message: as soon as it fits."""
    moment = best_moment({"P": burden(count, level=count)}, NOW)
    assert moment - NOW == pytest.approx(waits, abs=2)


def test_a_few_leave_at_once() -> None:
    """There is room for them, and nothing that needs it."""
    assert best_moment({"P": burden(3)}, NOW) == NOW


def test_waiting_is_cheaper_when_orders_follow() -> None:
    """Eight units an order now, or four in a while: the orders after it need them."""
    young = burden(12, age_s=4.5, after=100)
    moment = best_moment({"P": young}, NOW)
    assert moment - NOW == pytest.approx(10.5, abs=0.01)
    assert young.done_at(moment) < young.done_at(NOW)


def test_the_fullest_pair_decides() -> None:
    """One message leaves once."""
    both = {"A": burden(2), "B": burden(60, level=60)}
    assert best_moment(both, NOW) == best_moment({"B": both["B"]}, NOW)


def test_nothing_open_leaves_at_once() -> None:
    """Canceling what is gone costs nothing."""
    assert best_moment({}, NOW) == NOW
    assert first_moment({}, NOW) == NOW


def test_in_an_emergency_a_single_order_is_enough() -> None:
    """The first that fits, on any pair."""
    full = burden(60, level=125)
    assert first_moment({"P": full}, NOW) - NOW == pytest.approx(8 / 2.34, abs=0.01)
    assert first_moment({"P": full, "Q": burden(1)}, NOW) == NOW


@given(
    st.lists(st.floats(0, 120), min_size=1, max_size=5),
    st.floats(0, 120),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_no_moment_on_a_fine_grid_is_better(
    ages: list[float], level: float, concurrent: int, after: int
) -> None:
    """By the same reckoning of when everything is done."""
    limits = LIMITS[Tier.STARTER]
    cost = CancelCost(
        created_at=[NOW - age for age in ages],
        level=RateCounter(limits.decay_per_s, level, NOW).at,
        room=limits.threshold,
        decay_per_s=limits.decay_per_s,
        concurrent=concurrent,
        after=after,
    )
    moment = best_moment({"P": cost}, NOW)
    assert cost.fits_from(moment) == moment
    fits = (NOW + tick / 4 for tick in range(1300))
    best = min(cost.done_at(tick) for tick in fits if cost.fits_from(tick) <= tick)
    assert cost.done_at(moment) <= best + 0.01
