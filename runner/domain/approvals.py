"""The nouns of approvals: who has to approve a saved plan before it is applied, and who did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .times import duration_text, rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """The approvals that a ``policy`` requires: ``least`` of ``approvers``, none older than ``within_s``."""

    policy: str
    least: int
    approvers: tuple[str, ...]
    within_s: int

    def __str__(self) -> str:
        return f"{self.least} of {', '.join(self.approvers)}, within {duration_text(self.within_s)}"

    def row(self) -> dict[str, Any]:
        """Return the same as plain data."""
        return {
            "policy": self.policy,
            "least": self.least,
            "from": list(self.approvers),
            "within": duration_text(self.within_s),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The word of ``by`` on a plan at ``at``, in Unix seconds by the ledger's clock, and the reason.

    ``revoked``: it takes back an earlier approval of the same person.
    """

    by: str
    at: float
    reason: str
    revoked: bool = False

    def row(self) -> dict[str, str]:
        """Return an approval as a journal keeps it."""
        return {"by": self.by, "at": rfc3339(self.at, digits=3), "reason": self.reason}
