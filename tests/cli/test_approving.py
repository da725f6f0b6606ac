"""The options of approvals."""

from __future__ import annotations

import pytest

from tests.app.shell import Shell


@pytest.mark.parametrize("verb", ["approve", "revoke", "approvals"])
def test_a_ledger_has_to_be_named(shell: Shell, verb: str) -> None:
    """By option or variable; a plan without a reason is not approved."""
    reason = () if verb == "approvals" else ("--reason", "checked")
    result = shell(verb, "plan.json", *reason)
    assert (result.code, "--ledger URL, or ORDER_BATCH_LEDGER" in result.words) == (3, True)
    if reason:
        assert shell(verb, "plan.json", "--ledger", "postgresql://127.0.0.1:9/team").code == 3
