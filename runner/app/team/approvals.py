"""The approvals that a policy requires of real orders: looked up before a run, and again in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.errors import Refused, Remedy
from runner.policy import Demand

from .opening import team_records

if TYPE_CHECKING:
    from runner.app.inputs.batches import Target
    from runner.domain import ApprovalRule
    from runner.planning import Plan
    from runner.review import SavedPlan


def require_approvals(
    plan: Plan, saved: SavedPlan | None, target: Target, *, begun: bool
) -> tuple[Plan, Demand | None]:
    """Return a plan with who has approved it, and what its first message will need; None for nothing.

    ``begun``: it completes an interrupted run. What that has sent is looked up, whoever approves, and only
    what was never sent is held back. Raises ``Refused`` where approvals are required and missing, or cannot
    be: without a ledger, and for a batch file.
    """
    rules = plan.required
    if not rules or not plan.changes:
        return plan, None
    if saved is None:
        raise _refused(rules, f"{plan.file}: only a saved plan can be approved", [Remedy.NEW_PLAN])
    records = team_records(target)
    if records is None:
        raise _refused(rules, f"{target.file}: approvals are in a team's ledger", [Remedy.LEDGER])
    demand = Demand(plan=saved.id, rules=rules, applying=_applying(plan))
    try:
        return structs.replace(plan, approvals=records.approvals(demand)), demand
    except Refused:
        if not begun:
            raise
        return plan, demand


def _applying(plan: Plan) -> frozenset[str]:
    """Return the names of whoever applies a plan, on this machine and in CI."""
    who = plan.provenance
    return frozenset(name for name in (who.user, who.actor) if name) if who is not None else frozenset()


def _refused(rules: tuple[ApprovalRule, ...], why: str, remedies: list[Remedy]) -> Refused:
    return Refused(
        f"{why}; nothing was sent",
        details=[
            *(f"The policy {rule.policy} requires approvals: {rule}." for rule in rules),
            "Save the plan, have it approved, and apply it with the same ledger.",
        ],
        remedies=[*remedies, Remedy.APPROVE],
    )
