"""The execution of orders in words."""

from __future__ import annotations

from typing import Any

import pytest

from runner.report.wording.executions import NOT_KNOWN_YET, describe_execution, describe_total

WHOLE: dict[str, Any] = {
    "status": "closed",
    "vol_exec": "0.25000000",
    "cost": "37.62500",
    "fee": "0.09782",
    "fee_currency": "EUR",
    "avg_price": "150.50000",
    "plan_price": "150",
    "slippage": "0.50000",
    "slippage_percent": "0.3333",
    "seen_at": "2026-11-22T07:00:10.000000Z",
    "awaited": False,
}


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, "0.25 executed at 150.5 EUR for 37.625 EUR, fee 0.09782 EUR, 0.3333 % worse than planned"),
        (
            {"slippage_percent": "-0.0100"},
            "0.25 executed at 150.5 EUR for 37.625 EUR, fee 0.09782 EUR, 0.01 % better than planned",
        ),
        (
            {"slippage_percent": "0.0000"},
            "0.25 executed at 150.5 EUR for 37.625 EUR, fee 0.09782 EUR, as planned",
        ),
        (
            {"slippage_percent": None, "fee": None},
            "0.25 executed at 150.5 EUR for 37.625 EUR, fee an unknown amount",
        ),
        ({"vol_exec": "0.00000000"}, ""),
        ({"vol_exec": None}, ""),
        ({"awaited": True}, NOT_KNOWN_YET),
    ],
)
def test_what_was_executed_is_shown_to_the_last_digit(changed, text):
    """But for zeros at the end; an unknown figure is never shown as 0."""
    assert describe_execution({**WHOLE, **changed}) == text


def test_the_whole_volume_may_be_shown_with_what_was_executed():
    """For a line without the order beside it."""
    assert describe_execution(WHOLE, of=" of 0.5").startswith("0.25 of 0.5 executed at 150.5 EUR for")


def test_what_was_never_shown_has_no_words():
    """Nothing is known of it."""
    assert describe_execution(None) == ""


def total(*orders: tuple[str, dict[str, Any] | None]) -> str:
    """Return what orders of these sides came to."""
    return describe_total({"request": {"type": side}, "execution": execution} for side, execution in orders)


def test_the_total_is_by_side_and_currency():
    """Exact sums, of what is known."""
    dollars = {**WHOLE, "fee_currency": "USD", "cost": "1.1", "fee": "0.2"}
    text = total(("buy", WHOLE), ("sell", WHOLE), ("buy", {**WHOLE, "cost": "0.37500"}), ("buy", dollars))
    assert text == (
        "bought for 38 EUR, bought for 1.1 USD, sold for 37.625 EUR, fees 0.29346 EUR, fees 0.2 USD"
    )


def test_the_total_says_what_is_missing():
    """An amount that is not known yet is in no sum."""
    waited = {**WHOLE, "cost": None, "fee": None, "awaited": True}
    assert total(("buy", WHOLE), ("buy", waited)).endswith("fees 0.09782 EUR, 1 order not known yet")


def test_where_nothing_was_executed_there_is_no_total():
    """Most runs place orders that rest."""
    assert total(("buy", None), ("sell", {**WHOLE, "cost": "0.00000", "fee": "0.00000"})) == ""
