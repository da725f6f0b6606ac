"""What can be known of a run before it begins: which groups will not be reached.

An order that is not tried again stops its group, and with it every group that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import OnReject
from runner.engine import Standing

if TYPE_CHECKING:
    from runner.engine import Plan, PlannedCancel, PlannedGroup


def unreached(plan: Plan) -> dict[str, str]:
    """The groups that the next run will skip for certain, each with the group that it needs in vain."""
    stops = {group.name for group in plan.groups if _stops(group)}
    skipped: dict[str, str] = {}
    # Groups may stand in any order, so one pass may bring up a reason for the next.
    while found := _skipped_by(plan, stops | skipped.keys(), skipped):
        skipped |= found
    return skipped


def will_be_sent(cancel: PlannedCancel, group: PlannedGroup, skipped: dict[str, str]) -> bool:
    """Whether a run would send this cancellation, if nothing is rejected."""
    return not cancel.settled and group.name not in skipped and not _stops(group)


def _stops(group: PlannedGroup) -> bool:
    spent = any(order.standing is Standing.SPENT for order in group.orders)
    return spent and group.on_reject is not OnReject.CONTINUE


def _skipped_by(plan: Plan, failing: set[str], known: dict[str, str]) -> dict[str, str]:
    return {
        group.name: next(name for name in group.needs if name in failing)
        for group in plan.groups
        if group.name not in known and failing.intersection(group.needs)
    }
