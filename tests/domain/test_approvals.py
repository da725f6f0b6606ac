"""Approvals as policies and journals write them."""

from __future__ import annotations

from runner.domain import Approval, ApprovalRule


def test_a_rule_says_what_it_needs() -> None:
    """In words and as plain data."""
    rule = ApprovalRule(policy="desk", least=2, approvers=("alice", "bob"), within_s=86_400)
    assert str(rule) == "2 of alice, bob, within 24h"
    assert rule.row() == {"policy": "desk", "least": 2, "from": ["alice", "bob"], "within": "24h"}


def test_an_approval_is_a_row_of_a_journal() -> None:
    """With its time in UTC."""
    assert Approval(by="alice", at=1.0, reason="checked").row() == {
        "by": "alice",
        "at": "1970-01-01T00:00:01.000Z",
        "reason": "checked",
    }
