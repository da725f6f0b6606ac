"""Approvals of saved plans: recorded in a team's ledger, by the user and the clock of its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.team import approving
from runner.review import PlanApprovals

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from runner.app.console import Console

    from .job import Job

__all__ = ["PlanApprovals", "approvals", "approve", "revoke"]


def approve(job: Job, reason: str, *, console: Console | None = None) -> tuple[PlanApprovals, ...]:
    """Record that the user of the ledger's database approves the saved plans in a file, and why.

    ``job.batch`` names one of several. Raises ``InvalidInput`` without a ledger and for a file that is no
    saved plan, ``Refused`` for a plan that has expired and a user who may not approve, and ``Unreachable``.
    """
    with families():
        return approving.say_of(job.target(), reason, Collector(console), revoked=False)


def revoke(job: Job, reason: str, *, console: Console | None = None) -> tuple[PlanApprovals, ...]:
    """Take back what the same user has approved; a run that has sent nothing yet is refused from then on.

    Raises as ``approve`` does, but for a plan that has expired.
    """
    with families():
        return approving.say_of(job.target(), reason, Collector(console), revoked=True)


def approvals(job: Job, *, console: Console | None = None) -> tuple[PlanApprovals, ...]:
    """Return who has approved the saved plans in a file, and who could still. Raises as ``approve`` does."""
    with families():
        return approving.approvals_of(job.target(), Collector(console))
