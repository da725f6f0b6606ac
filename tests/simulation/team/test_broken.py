"""The auditor of a team notices what it is there for: ledgers and runners that are broken on purpose."""

from __future__ import annotations

import pytest

from runner.errors import Refused
from tests.simulation.team.broken import BROKEN, Broken, NotForShare
from tests.simulation.team.schedule import drawn_team, halted_team
from tests.simulation.team.world import TeamWorld

SEEDS_MAX = 200


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_found_out(broken: Broken) -> None:
    """Within a few seeds, and for what is wrong with it."""
    assert any(finds(broken, seed) for seed in range(broken.first, broken.first + SEEDS_MAX))


def test_a_halt_that_waits_for_no_insert_is_found_out() -> None:
    """An intent that was let pass before it returned becomes durable after."""
    worlds = (TeamWorld(halted_team(seed), NotForShare) for seed in range(41, 60))
    assert any("halt" in dict(world.carry_out().violations) for world in worlds)


@pytest.mark.long
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_found_out_again_and_again(broken: Broken) -> None:
    """By many seeds, so that none of it hangs on a single one."""
    assert sum(finds(broken, seed) for seed in range(1_000)) >= 5


def finds(broken: Broken, seed: int) -> bool:
    """Return whether a world shows what is broken, to the auditor or to a reader of the journal."""
    try:
        violations = broken.world(drawn_team(seed)).carry_out().violations
    except Refused as refused:
        return "it does not follow the line before" in str(refused)
    return not broken.kinds.isdisjoint(kind for kind, _ in violations)
