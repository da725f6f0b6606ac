"""The soak, in small."""

from __future__ import annotations

import pytest

from tests.soak.__main__ import GROWTH_MAX, Tally, soak


@pytest.mark.parametrize(
    ("memory", "growth"),
    [
        ([(0, 50), (600, 100), (1000, 100)], 0.0),
        ([(0, 50), (599, 70), (650, 100), (1000, 120)], 0.2),
        ([(0, 50), (600, 100), (800, 105), (1000, 90)], 0.05),
        ([], 0.0),
    ],
)
def test_growth_is_what_comes_after_the_warm_up(memory: list[tuple[int, int]], growth: float) -> None:
    """As a share of what there was then."""
    assert Tally(memory=memory).growth(1000) == pytest.approx(growth)


@pytest.mark.long
def test_a_short_soak() -> None:
    """Five clients, faults on: all of it is understood, and memory does not run away."""
    tally, _ = soak(10_000, 5)
    assert tally.protocol_errors == []
    assert tally.sent >= 10_000
    assert tally.received > 5_000
    assert tally.growth(10_000) < GROWTH_MAX
