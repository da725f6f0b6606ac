"""The part of an account that a targets file is about."""

from __future__ import annotations

from dataclasses import replace

from runner.domain import Fees
from runner.rebalance.compute import compute
from runner.rebalance.snapshot import Snapshot, holding, narrowed
from tests.rebalance.cases import resting, snapshot, targets

FEES = {
    f"{base}/EUR": Fees(maker=targets().weights["XBT"] / 500, taker=targets().weights["XBT"] / 200)
    for base in ("XBT", "ETH", "SOL")
}


def whole() -> Snapshot:
    """An account that holds more than the file lists."""
    orders = (resting("OB", "sell", "XBT/EUR"), resting("OA", "sell", "SOL/EUR"))
    return snapshot(
        {"XBT": "0.4", "ETH": "3", "SOL": "9", "EUR": "5000", "USD": "1"}, orders=orders, fees=FEES
    )


def test_the_rest_of_an_account_is_left_out() -> None:
    """A file that is kept shows no more than it must, and follows the same."""
    found = narrowed(targets(fees="account"), whole())
    assert found.balances is not None
    assert sorted(found.balances) == ["ETH", "EUR", "XBT"]
    assert (
        sorted(found.market.instruments)
        == sorted(found.market.quotes)
        == sorted(found.fees)
        == ["ETH/EUR", "XBT/EUR"]
    )
    assert found.market.names == ()
    assert found.orders is not None
    assert [order.txid for order in found.orders] == ["OB"]
    assert narrowed(targets(), whole()).fees == {}
    before, after = (compute(targets(fees="account"), item) for item in (whole(), found))
    assert replace(before, snapshot=found) == after


def test_what_is_unknown_stays_unknown() -> None:
    """And the names of all pairs stay where one is missing."""
    found = narrowed(targets(weights="{XBT: 50%, ADA: 30%}"), replace(whole(), balances=None, orders=None))
    assert (found.balances, found.orders) == (None, None)
    assert found.market.names == ("ETH/EUR", "SOL/EUR", "XBT/EUR")


def test_an_order_holds_what_it_gives() -> None:
    """With any pair; on margin it holds nothing of the balances."""
    orders = (
        resting("OE", "sell", "XBT/USD"),
        resting("OD", "buy", "ADA/XBT"),
        resting("OC", "buy", "ADA/EUR"),
        resting("OB", "buy", "XBT/USD"),
        resting("OA", "sell", "XBT/EUR", leverage="2"),
        resting("O9", "sell", "XBTEUR"),
    )
    assert [order.txid for order in holding(targets(), orders)] == ["OC", "OD", "OE"]
