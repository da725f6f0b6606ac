"""The lines of saved plans' approvals: ``tests/review/plans/test_approvals.py`` has their words."""

from __future__ import annotations

from runner.report.text.approvals import plan_approval_lines
from runner.review import PlanApprovals
from tests.review.saved_plans import saved


def test_the_run_key_is_named() -> None:
    """As in the name of its folder."""
    found = PlanApprovals(saved=saved(), approvals=(), tallies=(), user="alice")
    first = next(plan_approval_lines(found, 80))
    assert first[0].text == f"{saved().batch}@2026-W47"
