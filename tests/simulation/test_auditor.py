"""The auditor notices what it is there for: engines that are broken on purpose are found out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.execution import Execution
from tests.simulation.broken import (
    BROKEN,
    DoubtIsRejection,
    ForgetsCancellations,
    ForgetsIndirectNeeds,
    ForgetsMoments,
    WaitsForNoFills,
)
from tests.simulation.campaign import Campaign, calm, carried_out
from tests.simulation.schedule import drawn
from tests.support.for_each import for_each

SEEDS_MAX = 200
FIRST = {DoubtIsRejection: 30, ForgetsIndirectNeeds: 110, ForgetsMoments: 50, WaitsForNoFills: 50}
"""The seed to begin with where others before it show nothing: not long before one that shows it."""


@for_each(BROKEN.items())
def test_a_broken_engine_is_found_out(engine: type[Execution], kinds: frozenset[str]) -> None:
    """Within so many seeds, and for what is wrong with it."""
    first = FIRST.get(engine, 0)
    for seed in range(first, first + SEEDS_MAX):
        if kinds & {kind for kind, _ in carried_out(seed, engine=engine).violations}:
            return
    pytest.fail(f"{SEEDS_MAX} seeds have not shown that {engine.__name__} is broken")


def test_a_cancellation_that_is_forgotten_is_found_out() -> None:
    """Of worlds in which somebody edits the file before each process."""
    for seed in range(SEEDS_MAX):
        schedule = replace(drawn(seed), edits=frozenset(range(1, 5)), reused=None)
        if schedule.fresh_machine:
            continue
        kinds = {kind for kind, _ in Campaign(schedule, ForgetsCancellations).carry_out().violations}
        if kinds & {"left out", "loss"}:
            return
    pytest.fail(f"{SEEDS_MAX} seeds have not shown that a cancellation is forgotten")


@for_each(range(40))
def test_a_world_without_faults_needs_one_run(seed: int) -> None:
    """Nothing is blamed on it, and nothing has to be looked for or left unresolved.

    What an IOC order or a market order does not fill is held against it, and would be again.
    """
    schedule = calm(drawn(seed))

    campaign = Campaign(schedule)
    result = campaign.carry_out()
    ends = ("market", "IOC")
    may_end = any({o.ordertype, o.timeinforce} & set(ends) for g in campaign.batch.groups for o in g.orders)
    assert (result.violations, result.unresolved) == ((), 0)
    assert result.runs == 1 or may_end
