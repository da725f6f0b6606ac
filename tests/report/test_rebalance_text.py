"""The words of a rebalance: shares that say something, reasons, and what is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.rebalance import BatchFile, Writing
from runner.report.diagnostics import RULES, Level
from runner.report.rebalance_text import (
    describe_file,
    describe_holding,
    describe_leftovers,
    describe_line,
    describe_shortage,
    drift_text,
    remarks_of_rebalance,
    rows_of,
    share_text,
    summary_of,
)
from tests.report.rebalances import blocked, drifted, resting, short_of_money, within


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("0.1784511", "17.8 %"),
        ("0.5", "50.0 %"),
        ("0.3333333", "33.3 %"),
        ("0.000184", "0.02 %"),
        ("0.00000001", "0.000001 %"),
        ("0.000000000001", "0.000000 %"),
        ("0", "0.0 %"),
    ],
)
def test_a_share_is_a_percentage_that_says_something(share: str, text: str) -> None:
    """One decimal, and more for what would look like nothing."""
    assert share_text(Decimal(share)) == text


def test_a_drift_has_its_sign() -> None:
    """Nothing has none."""
    assert [drift_text(Decimal(share)) for share in ("0.2", "-0.2", "0")] == [
        *("+20.0 %", "-20.0 %", "0.0 %")
    ]


def test_each_currency_has_a_row_and_the_cash_too() -> None:
    """With what is held, its worth, its share, and what follows."""
    ether, bitcoin, cash = rows_of(drifted())
    assert bitcoin.columns == ("XBT", "0.4", "31,600.00", "70.9 %", "50 %", "± 5 %", "+20.9 %")
    assert bitcoin.follows == "sell 0.11803797 XBT/EUR @ limit 79079.0"
    assert (ether.out, bitcoin.out, cash.out, cash.band) == (True, True, False, False)
    assert (cash.columns[0], cash.follows) == ("EUR", "floor 500.00 EUR")


def test_a_smaller_order_says_why() -> None:
    """Beside the order; and the share of all buys that is paid for is said once."""
    ether = short_of_money().lines[0]
    assert describe_line(ether).endswith("(the money is not enough: all buys are smaller in proportion)")
    assert describe_shortage(short_of_money()) == "the money pays for 86.9 % of what the buys should be"
    assert describe_shortage(drifted()) == ""


def test_the_last_line_says_what_follows() -> None:
    """Nothing, orders with their sums, or that none is possible and for which currencies."""
    assert summary_of(within()) == "within its bands: no orders"
    assert summary_of(drifted()) == "outside its bands: 1 sell for 9,334.32 EUR, 1 buy for 5,409.58 EUR"
    assert summary_of(blocked()) == "outside its bands (ETH, SOL, XBT), and no order is possible"


def test_what_cannot_be_sold_has_a_way_out() -> None:
    """It would be outside for ever; a currency that is to stay is no leftover."""
    assert describe_leftovers(blocked()).startswith("SOL: too little to be sold")
    assert describe_leftovers(drifted()) == ""


def test_an_open_order_is_named() -> None:
    """By its id and by what is still to be traded; a stop by its trigger."""
    half = resting(executed=Decimal("0.1"))
    assert describe_holding(half) == "OQCLML-BW3P3-BUCMWZ: sell 0.15 ETH/EUR @ limit 2900"
    stop = resting(ordertype="stop-loss", price=None, stop=Decimal(2000))
    assert describe_holding(stop).endswith("@ stop-loss 2000")
    assert describe_holding(resting(ordertype="market", price=None)).endswith("@ market")


@pytest.mark.parametrize(
    ("writing", "text"),
    [
        (Writing.WRITTEN, "batch core: core.yaml"),
        (Writing.UNCHANGED, "batch core: core.yaml, which is as it was"),
        (Writing.NONE, ""),
        (Writing.FAILED, ""),
    ],
)
def test_what_became_of_the_file(writing: Writing, text: str) -> None:
    """A failure is a message, and no result."""
    assert describe_file(BatchFile(name="core", path="core.yaml", writing=writing)) == text


def test_only_what_gets_no_order_is_wrong() -> None:
    """Each such currency is a warning of a rule that there is."""
    remarks = remarks_of_rebalance(blocked())
    assert [(remark.subject, remark.level) for remark in remarks] == [
        (name, Level.WARNING) for name in ("ETH", "SOL", "XBT")
    ]
    assert {remark.rule for remark in remarks} <= RULES.keys()
    assert remarks_of_rebalance(drifted()) == remarks_of_rebalance(within()) == []
