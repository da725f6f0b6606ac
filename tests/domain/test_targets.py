"""The nouns of a targets file."""

from __future__ import annotations

from runner.domain import TargetOrders
from tests.batchfile.targets.files import targets, text


def test_a_currency_is_traded_against_the_quote() -> None:
    """In the pair that v1 calls so."""
    assert targets(text(quote="USD")).pair("XBT") == "XBT/USD"


def test_a_flag_keeps_orders_from_trading_at_once() -> None:
    """It is one of several."""
    assert TargetOrders(oflags=("fciq", "post")).post
    assert not TargetOrders(oflags=("fciq",)).post
