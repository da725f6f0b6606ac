"""The amounts paid and received once all has traded."""

from __future__ import annotations

from runner.report.text.plans.traded import traded_rows
from tests.review.markets import group, order, reviewed


def test_each_currency_has_its_net() -> None:
    """Beside what is paid and what is received."""
    orders = (order("a", price="140", volume="2"), order("b", type="sell", price="160", volume="0.5"))
    assert traded_rows(reviewed(group(*orders)).orders()) == [
        ["ETH", "0.5", "2", "+1.5"],
        ["EUR", "280.00", "80.00", "-200.00"],
    ]


def test_what_has_no_worth_is_left_out() -> None:
    """Unknown is not zero."""
    blind = reviewed(group(order(ordertype="market", price=None)), market=None)
    assert traded_rows(blind.orders()) == []
