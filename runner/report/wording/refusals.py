"""The reasons why nothing of a plan would be sent: every headline and the exit code read them here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.humanize import count

if TYPE_CHECKING:
    from runner.planning import Plan
    from runner.review import Review


def refusals(plan: Plan, review: Review | None = None) -> list[str]:
    """Return why nothing of a plan would be sent, in a few words each; empty where it may be applied."""
    why = []
    unrecorded = sum(order.unrecorded for order in plan.changed)
    if unrecorded:
        why.append(f"{unrecorded} without their request in the journal")
    if changed := len(plan.changed) - unrecorded:
        why.append(f"{changed} changed after it was placed")
    if plan.denied:
        why.append(f"{count(len(plan.denied), 'denial')} of the policy")
    if review is not None and review.errors:
        why.append(counted_findings(review))
    return why


def counted_findings(review: Review) -> str:
    """``1 error, 2 warnings``; empty where there is neither."""
    counts = [(len(review.errors), "error"), (len(review.warnings), "warning")]
    return ", ".join(count(number, noun) for number, noun in counts if number)
