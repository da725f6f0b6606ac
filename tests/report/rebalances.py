"""Rebalances for the report's tests: the worked market, an account, and targets that differ."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.domain import (
    Balance,
    Band,
    Destination,
    Fees,
    Fill,
    Instrument,
    Market,
    Otherwise,
    PriceRule,
    Quote,
    RestingOrder,
    TargetOrders,
    Targets,
    TradedAssets,
    TradedSides,
)
from runner.rebalance import BatchFile, Rebalance, Writing
from runner.rebalance.compute import compute
from runner.rebalance.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = 1795341600.0  # 2026-11-22 10:00:00 UTC

_PRICES = {
    "XBT/EUR": ("78990.0", "79010.0", "79001.5", "0.1", "0.00005"),
    "ETH/EUR": ("2649.90", "2650.10", "2650.00", "0.01", "0.001"),
    "SOL/EUR": ("118.30", "118.40", "118.35", "0.01", "0.06"),
}


def targets(weights: Mapping[str, str] | None = None, *, cash: str = "0.2", **changes: Any) -> Targets:
    """Half bitcoin, a third ether, and the rest cash, unless a test says otherwise."""
    shares = weights or {"XBT": "0.5", "ETH": "0.3"}
    usual = Targets(
        name="core",
        quote="EUR",
        weights={currency: Decimal(share) for currency, share in shares.items()},
        cash_target=Decimal(cash),
        cash_floor=Decimal(500),
        band=Band(absolute=Decimal("0.05"), relative=Decimal("0.25"), to=Destination.TARGET),
        scope=TradedAssets.BREACHING,
        method=TradedSides.BOTH,
        keep={},
        order=TargetOrders(minimum=Decimal(25), maximum=Decimal(20000), oflags=("post",)),
        price=PriceRule(offset=Decimal("0.001")),
        fee=None,
        fill=Fill(within=900, otherwise=Otherwise.CANCEL),
        file="targets.yaml",
        digest="d" * 64,
    )
    return replace(usual, **changes)


def snapshot(held: Mapping[str, str], *orders: RestingOrder) -> Snapshot:
    """The market, and an account that holds this much."""
    return Snapshot(
        market=Market(
            instruments={pair: _instrument(pair) for pair in _PRICES},
            quotes={pair: _quote(pair) for pair in _PRICES},
            at=AT,
            source="paper",
        ),
        balances={name: Balance(Decimal(amount)) for name, amount in held.items()},
        orders=orders,
        fees={pair: Fees(maker=Decimal("0.0025"), taker=Decimal("0.004")) for pair in _PRICES},
    )


def _quote(pair: str) -> Quote:
    bid, ask, last, *_ = _PRICES[pair]
    return Quote(bid=Decimal(bid), ask=Decimal(ask), last=Decimal(last), at=AT)


def _instrument(pair: str) -> Instrument:
    base, quote = pair.split("/")
    tick, ordermin = _PRICES[pair][3:]
    return Instrument(
        wsname=pair,
        altname=base + quote,
        rest_id=base + quote,
        base=base,
        quote=quote,
        tick_size=Decimal(tick),
        lot_decimals=8,
        ordermin=Decimal(ordermin),
        costmin=Decimal("0.45"),
    )


def drifted(*orders: RestingOrder) -> Rebalance:
    """Too much bitcoin and too little ether: a sale, and a purchase that the money does not quite pay."""
    return compute(targets(), snapshot({"XBT": "0.40", "ETH": "3.0", "EUR": "5000"}, *orders))


def within() -> Rebalance:
    """Everything is about where it should be."""
    return compute(targets(), snapshot({"XBT": "0.28", "ETH": "4.9", "EUR": "9000"}))


def blocked() -> Rebalance:
    """Bitcoin is over its band and is kept, ether has no money, and solana is less than can be sold."""
    shares = {"XBT": "0.5", "ETH": "0.3", "SOL": "0"}
    account = snapshot({"XBT": "0.20", "ETH": "1.5", "SOL": "0.05", "EUR": "400"})
    return compute(targets(shares, keep={"XBT": Decimal("0.2")}), account)


def short_of_money() -> Rebalance:
    """The cash above the floor pays for a part of what is missing."""
    account = snapshot({"XBT": "0.30", "ETH": "3.0", "EUR": "2500"})
    return compute(targets(method=TradedSides.BUY), account)


def resting(txid: str = "OQCLML-BW3P3-BUCMWZ", **fields: Any) -> RestingOrder:
    """An open order that holds ether."""
    usual: dict[str, Any] = {"pair": "ETH/EUR", "type": "sell", "ordertype": "limit", "price": Decimal(2900)}
    return RestingOrder(txid=txid, volume=Decimal("0.25"), **usual | fields)


def written() -> BatchFile:
    """A batch that was written."""
    text = "version: 1\nname: core-2026-11-22\n"
    return BatchFile(name="core-2026-11-22", text=text, path="batches/core.yaml", writing=Writing.WRITTEN)


def not_written() -> BatchFile:
    """No batch."""
    return BatchFile(name="core-2026-11-22")
