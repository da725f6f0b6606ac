"""The statistics of sizes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.review.looks.robust import apart, breaks, size_of

RISES = st.floats(0.001, 0.05)


@given(st.integers(6, 200), RISES, st.data())
def test_one_break_is_found_and_nothing_else(number: int, step: float, data: st.DataObject) -> None:
    """Wherever it is inside a series, however steep that is."""
    series = [at * step for at in range(number)]
    assert breaks(series, inside=step * 0.3, at_ends=step * 3, smooth=step / 4) == []
    at = data.draw(st.integers(1, number - 2))
    series[at] += data.draw(st.sampled_from([-1, 1])) * step * data.draw(st.floats(0.5, 30))
    assert breaks(series, inside=step * 0.3, at_ends=step * 3, smooth=step / 4) == [at]


@given(st.lists(st.floats(0, 3), min_size=6, max_size=60))
def test_what_is_no_series_is_not_broken_at_random(sizes: list[float]) -> None:
    """Nothing is found of which the neighbours do not lie on a line."""
    for at in breaks(sizes, inside=0.01, at_ends=10, smooth=0.001):
        near = sizes[max(at - 2, 0) : at] + sizes[at + 1 : at + 3]
        assert max(near) - min(near) <= 3


def test_outliers() -> None:
    """One far away from many that are alike; of two kinds neither."""
    assert apart([0.0, 0.1, 0.05, 1.1, 0.0, 0.1], 0.9) == [3]
    assert apart([0.0, 0.0, 0.0, 1.0, 1.0, 1.0], 0.9) == []
    assert apart([at / 10 for at in range(40)], 0.9) == []


def test_a_size_counts_tens() -> None:
    """Ten times is one more."""
    assert size_of(Decimal(1000)) - size_of(Decimal(100)) == 1
