"""A plan held against a policy before anything is sent."""

from __future__ import annotations

import pytest

from runner.domain import MaxOrders, Per
from runner.journal import fold, read_entries
from runner.review import evaluate_policy
from tests.execution.builders import batch, group, plan_of
from tests.policy.builders import gate
from tests.simulation.world import World
from tests.support.virtual_time import START


@pytest.mark.parametrize("per", [Per.BATCH, Per.DAY])
def test_a_ruling_is_at_the_line_of_what_would_leave(per: Per) -> None:
    """Orders that are placed already are not objected to, nor groups that are not reached."""
    world = World()
    world.apply(batch(group("one", "a")))
    plan = plan_of(group("one", "a", "b"), ledger=fold(read_entries(world.journal)))
    rulings = evaluate_policy(plan, gate(MaxOrders(1, per)), START)
    assert rulings == ()
    rulings = evaluate_policy(
        plan_of(group("one", "a", "b"), group("two", "c")), gate(MaxOrders(1, per)), START
    )
    assert [(ruling.subject, ruling.place.line) for ruling in rulings] == [("one/b", 7), ("two/c", 10)]
