"""A saved plan with its approvals, as plain data and as text."""

from __future__ import annotations

from runner.domain import Approval, ApprovalRule
from runner.policy import Demand
from runner.report.lines import plain
from runner.report.text.approvals import plan_approval_lines
from runner.review import PlanApprovals
from tests.review.saved_plans import NOW, saved

RULE = ApprovalRule(policy="desk", least=2, approvers=("alice", "bob"), within_s=3600)


def plan_approvals(*recorded: Approval, rules: tuple[ApprovalRule, ...] = (RULE,)) -> PlanApprovals:
    """The approvals of a plan after some words."""
    tallies = Demand(plan=saved().id, rules=rules).tallies(recorded, NOW)
    return PlanApprovals(saved=saved(), approvals=recorded, tallies=tallies, user="reader")


def test_a_program_reads_who_could_still() -> None:
    """And what each word comes to."""
    row = plan_approvals(Approval(by="alice", at=NOW, reason="checked")).row()
    assert (row["plan"], row["approved"]) == (saved().id, False)
    (rule,) = row["rules"]
    assert (rule["missing"], rule["eligible"]) == (1, ["bob"])
    assert rule["statuses"] == {"alice": "counts", "bob": "none"}
    assert row["approvals"][0]["revoked"] is False
    assert plan_approvals(rules=()).approved


def test_people_read_the_same() -> None:
    """One line for each word and each policy; hostile text is harmless."""
    found = plan_approvals(
        Approval(by="alice", at=NOW, reason="a\nb\x1b[31m"),
        Approval(by="alice", at=NOW, reason="no", revoked=True),
    )
    lines = [plain(line) for line in plan_approval_lines(found, 200)]
    assert lines[0].startswith(f"{saved().batch}@2026-W47, plan {saved().id[:12]}, may be applied until ")
    assert "approved by alice" in lines[1]
    assert lines[1].endswith("a\\nb\\x1b[31m")
    assert "revoked by alice" in lines[2]
    assert lines[3].strip() == "policy desk: 0 of 2 approvals; alice or bob could still (each counts for 1h)"
    assert [plain(line).strip() for line in plan_approval_lines(plan_approvals(rules=()), 80)][1:] == [
        "no word on it yet",
        "no policy requires approvals of it",
    ]
    assert all(len(plain(line)) <= 80 for line in plan_approval_lines(found, 80))
