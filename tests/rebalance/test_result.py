"""What a rebalance comes to: nothing to do, orders, or neither."""

from __future__ import annotations

import pytest

from runner.rebalance import Outcome, Rebalance, blocked_lines, outcome_of
from tests.report.rebalances import blocked, drifted, short_of_money, within


@pytest.mark.parametrize(
    ("rebalance", "outcome", "names"),
    [
        (within(), Outcome.WITHIN, []),
        (drifted(), Outcome.ORDERS, []),
        (short_of_money(), Outcome.ORDERS, ["XBT"]),
        (blocked(), Outcome.BLOCKED, ["ETH", "SOL", "XBT"]),
    ],
)
def test_outcome(rebalance: Rebalance, outcome: Outcome, names: list[str]) -> None:
    """Orders follow as soon as one is possible; what gets none is named all the same."""
    assert outcome_of(rebalance) is outcome
    assert [line.weight.currency for line in blocked_lines(rebalance)] == names
