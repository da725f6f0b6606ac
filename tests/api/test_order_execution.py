"""The execution of an order as a typed value."""

from __future__ import annotations

from decimal import Decimal

from runner import api
from runner.api.order_execution import read_execution

SHOWN = {
    "status": "closed",
    "vol_exec": "0.25000000",
    "cost": "37.62500",
    "fee": None,
    "fee_currency": "EUR",
    "avg_price": "150.50000",
    "plan_price": "151",
    "slippage": "-0.50000",
    "slippage_percent": "-0.3311",
    "seen_at": "2026-11-22T07:00:10.000000Z",
    "awaited": False,
}


def test_money_is_decimal_and_what_is_unknown_is_none():
    """To the last digit, and never 0."""
    execution = read_execution(SHOWN)
    assert isinstance(execution, api.OrderExecution)
    assert str(execution.cost) == "37.62500"
    assert execution.fee is None
    assert (execution.slippage, execution.slippage_percent) == (Decimal("-0.5"), Decimal("-0.3311"))
    assert (execution.executed, execution.average_price) == (Decimal("0.25"), Decimal("150.5"))


def test_nothing_shown_is_nothing_executed():
    """There is no value of what was never shown."""
    assert read_execution(None) is None
