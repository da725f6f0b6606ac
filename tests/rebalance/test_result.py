"""The result of a rebalance: nothing to do, orders, or neither."""

from __future__ import annotations

import pytest

from runner.domain import TargetOrders, TradedSides
from runner.rebalance import Outcome, Rebalance, blocked_lines, outcome_of, unsold_rests
from runner.rebalance.compute import compute
from tests.report.rebalances import blocked, drifted, short_of_money, snapshot, targets, within


@pytest.mark.parametrize(
    ("rebalance", "outcome", "names"),
    [
        (within(), Outcome.WITHIN, []),
        (drifted(), Outcome.ORDERS, []),
        (short_of_money(), Outcome.ORDERS, ["XBT"]),
        (blocked(), Outcome.BLOCKED, ["ETH", "XBT"]),
    ],
)
def test_outcome(rebalance: Rebalance, outcome: Outcome, names: list[str]) -> None:
    """Orders follow as soon as one is possible; what gets none is named all the same."""
    assert outcome_of(rebalance) is outcome
    assert [line.weight.currency for line in blocked_lines(rebalance)] == names


@pytest.mark.parametrize(
    ("left", "outcome"),
    [("0.05", Outcome.WITHIN), ("0.00000000001", Outcome.WITHIN), ("0.06", Outcome.BLOCKED)],
)
def test_what_is_too_little_to_be_sold_is_no_disorder(left: str, outcome: Outcome) -> None:
    """A check would fail for ever; what could be sold, and is only kept from it, is disorder."""
    shares = {"XBT": "0.5", "ETH": "0.3", "SOL": "0"}
    account = snapshot({"XBT": "0.28", "ETH": "4.9", "EUR": "9000", "SOL": left})
    rebalance = compute(targets(shares, order=TargetOrders(), method=method_for(outcome)), account)
    assert outcome_of(rebalance) is outcome
    assert [line.weight.currency for line in unsold_rests(rebalance)] == (
        ["SOL"] if outcome is Outcome.WITHIN else []
    )


def method_for(outcome: Outcome) -> TradedSides:
    """Only what could be sold is kept from it."""
    return TradedSides.BUY if outcome is Outcome.BLOCKED else TradedSides.BOTH
