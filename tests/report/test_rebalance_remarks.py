"""The remarks on a rebalance: what is wrong with it."""

from __future__ import annotations

from runner.report.diagnostics import Level
from runner.report.rebalance_remarks import remarks_of_rebalance
from runner.report.wording.rules import RULES
from tests.report.rebalances import blocked, drifted, within


def test_only_what_gets_no_order_is_wrong() -> None:
    """Each such currency is a warning of a rule that there is."""
    remarks = remarks_of_rebalance(blocked())
    assert [(remark.subject, remark.level) for remark in remarks] == [
        (name, Level.WARNING) for name in ("ETH", "XBT")
    ]
    assert {remark.rule for remark in remarks} <= RULES.keys()
    assert remarks_of_rebalance(drifted()) == remarks_of_rebalance(within()) == []
