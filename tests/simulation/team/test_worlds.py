"""A team on one ledger: no order twice, none lost, no limit exceeded, no plan used twice, whatever breaks.

``python -m tests.simulation.team --seeds N`` goes through as many seeds as one likes.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.schedule import Fault
from tests.simulation.team.broken import LeavesLimitsToTheLedger
from tests.simulation.team.schedule import TeamFault, calm_team, drawn_team, halted_team
from tests.simulation.team.world import TeamWorld

MORE = [pytest.param(range(n, n + 200), marks=pytest.mark.long) for n in range(30, 2_000, 200)]


@pytest.mark.parametrize("seeds", [range(30), *MORE], ids=str)
def test_whatever_breaks_all_promises_are_kept(seeds: range) -> None:
    """Each seed is another world: its runners, batches and faults. To see one: ``--seed K``."""
    results = [TeamWorld(drawn_team(seed)).carry_out() for seed in seeds]
    assert [(result.seed, result.violations) for result in results if result.violations] == []
    struck = sum((Counter(result.faults) for result in results), Counter())
    assert {TeamFault.ANSWER_LOST, TeamFault.UNLOCKED, TeamFault.PAUSED, Fault.KILLED} <= struck.keys()


def test_a_team_without_faults_places_everything_once() -> None:
    """Runners wait for each other or leave, and nothing is left unresolved."""
    for seed in range(8):
        result = TeamWorld(calm_team(drawn_team(seed))).carry_out()
        assert (result.violations, result.unresolved) == ((), 0)


def test_the_ledger_alone_keeps_the_limit_of_a_day() -> None:
    """Also for runners whose own gate lets everything pass: the limit is in the transaction of the intent."""
    limited = [schedule for seed in range(25) if (schedule := drawn_team(seed)).limit_share is not None]
    results = [TeamWorld(schedule, desk_kind=LeavesLimitsToTheLedger).carry_out() for schedule in limited]
    assert [(result.seed, result.violations) for result in results if result.violations] == []
    assert sum(result.faults[TeamFault.LIMITED] for result in results) > 5


@pytest.mark.parametrize("seeds", [range(15), pytest.param(range(15, 600), marks=pytest.mark.long)], ids=str)
def test_once_a_halt_has_returned_no_intent_becomes_durable(seeds: range) -> None:
    """For any holder of the account and any faults; after it was resumed all is brought to its end."""
    results = [TeamWorld(halted_team(seed)).carry_out() for seed in seeds]
    assert [(result.seed, result.violations) for result in results if result.violations] == []
