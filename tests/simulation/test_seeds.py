"""No order twice, none lost, whatever breaks. ``python -m tests.simulation --seeds N`` goes through as many
seeds as one likes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.campaign import Campaign, carried_out
from tests.simulation.schedule import drawn

IN_ONE_TEST = 100
"""So that a failure is seen before all seeds are through."""


def chunks(first: int, last: int) -> list[range]:
    """The seeds from the first to the one before the last, in parts."""
    return [range(start, start + IN_ONE_TEST) for start in range(first, last, IN_ONE_TEST)]


@pytest.mark.parametrize("seeds", chunks(0, 100), ids=str)
def test_whatever_breaks_all_promises_are_kept(seeds: range) -> None:
    """Each seed is another world: its batch, its faults, its processes."""
    assert_all_promises_are_kept(seeds)


@pytest.mark.long
@pytest.mark.parametrize("seeds", chunks(100, 2_000), ids=str)
def test_in_more_worlds_all_promises_are_kept(seeds: range) -> None:
    """The same in many more."""
    assert_all_promises_are_kept(seeds)


@pytest.mark.parametrize(
    "seeds", [range(50), pytest.param(range(50, 2_000), marks=pytest.mark.long)], ids=str
)
def test_groups_that_wait_for_fills_keep_them_too(seeds: range) -> None:
    """Markets move, connections break and processes die meanwhile."""
    waiting = (replace(drawn(seed), waits=True) for seed in seeds)
    results = (Campaign(schedule).carry_out() for schedule in waiting)
    assert [(result.seed, result.violations) for result in results if result.violations] == []


def assert_all_promises_are_kept(seeds: range) -> None:
    """No seed breaks any. One that does is to be repeated with ``python -m tests.simulation --seed K``."""
    broken = [(seed, result.violations) for seed in seeds if (result := carried_out(seed)).violations]
    assert broken == []
