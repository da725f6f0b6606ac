"""Runs that need approvals, and runs that cannot have any."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from runner.app.inputs.batches import Target
from runner.app.team.approvals import require_approvals
from runner.domain import ApprovalRule
from runner.errors import Refused, Remedy
from tests.review.saved_plans import found, saved

RULE = ApprovalRule(policy="desk", least=1, approvers=("alice",), within_s=60)
TARGET = Target(file=Path("plan.json"), state_dir=Path("state"), venue="kraken", run_key="")


def test_without_a_rule_nothing_is_needed() -> None:
    """Nor where nothing would be sent."""
    assert require_approvals(found(), None, TARGET, begun=False) == (found(), None)


def test_a_batch_file_cannot_be_approved() -> None:
    """And a saved plan not without a ledger; both say what to do."""
    needing = structs.replace(found(), required=(RULE,))
    for given, remedy in ((None, Remedy.NEW_PLAN), (saved(), Remedy.LEDGER)):
        with pytest.raises(Refused) as refused:
            require_approvals(needing, given, TARGET, begun=True)
        assert refused.value.remedies == (remedy, Remedy.APPROVE)
        assert refused.value.details[0] == "The policy desk requires approvals: 1 of alice, within 1m."
