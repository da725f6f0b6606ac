"""The table of a rebalance: shares that say something, rows, and what holds funds back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.rebalance.table import describe_holding, drift_text, rows_of, share_text, table_lines
from tests.report.rebalances import drifted, resting


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


def test_an_open_order_is_named() -> None:
    """By its id and by what is still to be traded; a stop by its trigger."""
    half = resting(executed=Decimal("0.1"))
    assert describe_holding(half) == "OQCLML-BW3P3-BUCMWZ: sell 0.15 ETH/EUR @ limit 2900"
    stop = resting(ordertype="stop-loss", price=None, stop=Decimal(2000))
    assert describe_holding(stop).endswith("@ stop-loss 2000")
    assert describe_holding(resting(ordertype="market", price=None)).endswith("@ market")


def test_the_table_is_aligned() -> None:
    """Numbers to the right, what follows behind them, and nothing at the ends of lines."""
    assert table_lines(drifted()) == [
        "         held      worth  weight  target   band    drift",
        "ETH         3   7,950.00  17.8 %    30 %  ± 5 %  -12.2 %  buy 2.04339622 ETH/EUR @ limit 2647.35",
        "XBT       0.4  31,600.00  70.9 %    50 %  ± 5 %  +20.9 %  sell 0.11803797 XBT/EUR @ limit 79079.0",
        "EUR  5,000.00   5,000.00  11.2 %    20 %          -8.8 %  floor 500.00 EUR",
    ]
