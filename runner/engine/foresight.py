"""What can be known of a run before it begins: which groups will not be reached.

A group that was unwound is over: what it had placed was taken back, so what is left of it is not tried, and
no group that needs it is begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .plan import Plan, PlannedCancel, PlannedGroup


def unreached(plan: Plan) -> dict[str, str]:
    """The groups that the next run will skip for certain, each with the group that it needs in vain."""
    stops = {group.name for group in plan.groups if group.unwound}
    skipped: dict[str, str] = {}
    # Groups may stand in any order, so one pass may bring up a reason for the next.
    while found := _skipped_by(plan, stops | skipped.keys(), skipped):
        skipped |= found
    return skipped


def will_be_sent(cancel: PlannedCancel, group: PlannedGroup, skipped: dict[str, str]) -> bool:
    """Whether a run would send this cancellation, if nothing is rejected."""
    return not cancel.settled and group.name not in skipped and not group.unwound


def _skipped_by(plan: Plan, failing: set[str], known: dict[str, str]) -> dict[str, str]:
    return {
        group.name: next(name for name in group.needs if name in failing)
        for group in plan.groups
        if group.name not in known and failing.intersection(group.needs)
    }
