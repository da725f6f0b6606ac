"""Every rule that a remark may name is explained."""

from __future__ import annotations

from runner.errors import ExitCode, InvalidInput, Locked, Refused, Stopped, Unreachable, Unresolved
from runner.rebalance import DoubtKind
from runner.report.diagnostics import remarks_of_error
from runner.report.wording.rules import RULES
from runner.review.findings import FindingRule


def test_every_rule_says_what_it_means() -> None:
    """Those of a review and of a rebalance among them."""
    assert {rule.value for rule in (*FindingRule, *DoubtKind)} <= set(RULES)
    kinds = [InvalidInput, Refused, Unreachable, Unresolved, Locked]
    errors = [kind("no") for kind in kinds] + [Stopped(ExitCode.INTERRUPTED), Stopped(ExitCode.TERMINATED)]
    assert {remarks_of_error(error, "").rule for error in errors} <= set(RULES)
    assert all(text.endswith(".") for text in RULES.values())
