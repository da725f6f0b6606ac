"""The remedies of rules."""

from __future__ import annotations

from runner.report.explaining.cures import CURES
from runner.report.wording.rules import RULES


def test_each_rule_has_its_remedy() -> None:
    """And no remedy is for a rule that is gone."""
    assert CURES.keys() == RULES.keys()
