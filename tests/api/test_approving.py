"""Approvals for programs: typed, and by the user of the ledger's database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import api
from runner.review import write_plan
from tests.review.saved_plans import saved

if TYPE_CHECKING:
    from runner.domain import Secret


def test_a_program_approves_and_revokes(url: Secret, tmp_path: Path) -> None:
    """And reads the same as it is returned."""
    file = tmp_path / "plan.json"
    file.write_text(write_plan(saved(valid_for_s=10**9)), "ascii")
    job = api.Job(file=file, state_dir=tmp_path, venue=api.Kraken(), ledger=url)
    (found,) = api.approve(job, "checked")
    assert [(each.by, each.reason, each.revoked) for each in found.approvals] == [("admin", "checked", False)]
    (found,) = api.revoke(job, "no")
    assert api.approvals(job) == (found,)
    assert [each.revoked for each in found.approvals] == [False, True]
    with pytest.raises(api.InvalidInput, match="a team's ledger, and none is named"):
        api.approvals(api.Job(file=file, state_dir=tmp_path, venue=api.Kraken()))
