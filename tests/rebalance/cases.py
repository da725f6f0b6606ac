"""Targets and snapshots for tests: the market of the worked examples, and what differs from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from runner.batchfile import parse_targets
from runner.domain import Balance, Fees, Instrument, Market, Quote, RestingOrder, Targets
from runner.rebalance.snapshot import Snapshot

FOLDER = Path(__file__).parents[1] / "acceptance" / "rebalance"
NOON = 1_796_040_000.0
"""2026-11-30T12:00:00Z."""

PARTS = {
    "version": "1",
    "name": "core",
    "quote": "EUR",
    "weights": "{XBT: 50%, ETH: 30%}",
    "cash": "{target: 20%, floor: 500}",
    "band": "{absolute: 5%, relative: 25%, use: smaller, to: target}",
    "scope": "breaching",
    "method": "both",
    "order": "{ordertype: limit, minimum: 25, maximum: 20000, oflags: [post]}",
    "price": "{from: mid, offset: 0.1%}",
    "fees": "0.26%",
}


def targets(**parts: str) -> Targets:
    """The targets of the worked examples, with other parts."""
    text = "".join(f"{key}: {part}\n" for key, part in (PARTS | parts).items())
    parsed = parse_targets(text.encode(), "core.yaml")
    assert parsed.targets is not None, parsed.problems
    return parsed.targets


def market(pairs: Mapping[str, Mapping[str, Any]], *, at: float = NOON) -> Market:
    """A market from plain data by pair: bid, ask, last, tick, ordermin, costmin, lot_decimals, status."""
    return Market(
        instruments={pair: _instrument(pair, row) for pair, row in pairs.items() if "tick" in row},
        quotes={
            pair: Quote(
                bid=_price(row, "bid"), ask=_price(row, "ask"), last=_price(row, "last"), at=row.get("at", at)
            )
            for pair, row in pairs.items()
            if "bid" in row
        },
        at=at,
        source="paper",
        names=tuple(pairs),
    )


def snapshot(
    held: Mapping[str, str],
    pairs: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    orders: tuple[RestingOrder, ...] = (),
    fees: Mapping[str, Fees] | None = None,
    **changed: Mapping[str, Any],
) -> Snapshot:
    """Holdings as ``{"XBT": "0.4"}`` or ``"0.4 - 0.1"`` where open orders hold some.

    ``changed`` are other fields of pairs by their base: ``XBT={"ask": None}``.
    """
    rows = {pair: {**row} for pair, row in (pairs or example_pairs()).items()}
    for base, fields in changed.items():
        rows[f"{base}/EUR"].update(fields)
    balances = {currency: _balance(text) for currency, text in held.items()}
    return Snapshot(market=market(rows), balances=balances, orders=orders, fees=fees or {})


def example_pairs() -> dict[str, dict[str, Any]]:
    """The market of the worked examples."""
    rows: dict[str, dict[str, Any]] = json.loads((FOLDER / "market.json").read_text("utf-8"))
    return rows


def resting(txid: str, type: str, pair: str, **fields: Any) -> RestingOrder:
    """A limit order that somebody has placed by hand."""
    order = RestingOrder(
        txid=txid, pair=pair, type=type, ordertype="limit", volume=Decimal("0.1"), price=Decimal(90000)
    )
    return replace(order, **fields)


def _instrument(pair: str, row: Mapping[str, Any]) -> Instrument:
    base, _, quote = pair.partition("/")
    return Instrument(
        wsname=pair,
        altname=pair.replace("/", ""),
        base=base,
        quote=quote,
        tick_size=Decimal(row["tick"]),
        lot_decimals=row.get("lot_decimals", 8),
        ordermin=_price(row, "ordermin"),
        costmin=_price(row, "costmin"),
        status=row.get("status", "online"),
    )


def _price(row: Mapping[str, Any], key: str) -> Decimal | None:
    return None if row.get(key) is None else Decimal(row[key])


def _balance(text: str) -> Balance:
    total, _, held = text.partition(" - ")
    return Balance(Decimal(total), Decimal(held or 0))
