"""A saved plan with its approvals, and what its policies make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runner.domain import Approval
    from runner.policy import Tally

    from .saved_plan import SavedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApprovals:
    """All approvals and revocations of a saved plan, in the order of their recording, and their tallies.

    ``tallies`` are those of each policy that requires approvals; ``user`` is who looks.
    """

    saved: SavedPlan
    approvals: tuple[Approval, ...]
    tallies: tuple[Tally, ...]
    user: str

    @property
    def approved(self) -> bool:
        """True if no approval is missing."""
        return not any(each.missing for each in self.tallies)

    def row(self) -> dict[str, Any]:
        """Return the same as plain data."""
        saved = self.saved
        return {
            "plan": saved.id,
            "batch": saved.batch,
            "run_key": saved.run_key,
            "created_at": saved.created_at,
            "expires_at": saved.expires_at,
            "approved": self.approved,
            "rules": [_rule_row(each) for each in self.tallies],
            "approvals": [{**each.row(), "revoked": each.revoked} for each in self.approvals],
        }


def _rule_row(each: Tally) -> dict[str, Any]:
    return {
        **each.rule.row(),
        "given": [approval.row() for approval in each.given],
        "missing": each.missing,
        "eligible": list(each.eligible),
        "statuses": {name: status.value for name, status in each.statuses.items()},
    }
