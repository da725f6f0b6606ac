"""The execution of an order as a JSON object."""

from __future__ import annotations

from runner.domain import Executed
from runner.journal import OrderRecord, execution_object

WHOLE = Executed(status="closed", vol_exec="0.25", cost="37.5", fee="0.1", avg_price="150", seen_at="t")
REQUEST = {"pair": "ETH/EUR", "type": "sell"}


def test_the_fee_is_counted_in_the_quote_currency():
    """The exchange says so, also where it takes the fee in the base currency."""
    shown = execution_object(OrderRecord(request={**REQUEST, "oflags": "fcib"}), WHOLE)
    assert (shown["fee"], shown["fee_currency"]) == ("0.1", "EUR")


def test_a_sell_that_brings_less_is_worse():
    """Than the price that the plan expected of it."""
    shown = execution_object(OrderRecord(request=REQUEST, plan_price="152"), WHOLE)
    assert (shown["plan_price"], shown["slippage"], shown["slippage_percent"]) == ("152", "2", "1.3158")


def test_without_a_message_there_is_no_side_and_no_currency():
    """Of an order whose message the journal lacks, the figures alone are known."""
    for record in (None, OrderRecord(), OrderRecord(plan_price="152")):
        shown = execution_object(record, WHOLE)
        assert (shown["fee_currency"], shown["slippage"], shown["cost"]) == (None, None, "37.5")
