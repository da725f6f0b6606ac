"""The JSON of a rebalance, in a fixed order of keys: ``schemas/rebalance.schema.json`` describes it.

Money, volumes and shares are text, as everywhere; nothing is rounded.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner import TOOL
from runner.domain import rfc3339
from runner.rebalance import fee_of, outcome_of

if TYPE_CHECKING:
    from runner.domain import RestingOrder
    from runner.rebalance import BatchFile, Line, Rebalance, Trade
    from runner.report.base import RebalanceResult

VERSION: Final = 1


def rebalance_object(result: RebalanceResult) -> dict[str, Any]:
    """Return a rebalance: each currency with its order or the reasons for none, and the batch file."""
    rebalance, batch = result.rebalance, result.batch
    targets, market = rebalance.targets, rebalance.snapshot.market
    return {
        "rebalance_version": VERSION,
        "tool": TOOL,
        "targets": targets.name,
        "file": targets.file,
        "digest": targets.digest,
        "venue": market.source,
        "at": rfc3339(market.at, digits=3),
        "snapshot": result.snapshot,
        "outcome": outcome_of(rebalance).value,
        "quote": targets.quote,
        "managed": _text(rebalance.managed),
        "cash": {
            "free": _text(rebalance.cash),
            "weight": _text(rebalance.cash / rebalance.managed if rebalance.managed else Decimal()),
            "target": _text(targets.cash_target),
            "floor": _text(targets.cash_floor),
        },
        "affordable": _text(rebalance.share),
        "assets": [_asset(line, rebalance) for line in rebalance.lines],
        "holding": list(map(_holding, rebalance.holding)),
        "batch": _batch(batch),
    }


def _asset(line: Line, rebalance: Rebalance) -> dict[str, Any]:
    weight, targets = line.weight, rebalance.targets
    return {
        "currency": weight.currency,
        "pair": targets.pair(weight.currency),
        "free": _text(weight.free),
        "mid": _text(weight.mid),
        "value": _text(weight.value),
        "weight": _text(weight.weight),
        "target": _text(weight.target),
        "band": _text(weight.band),
        "drift": _text(weight.drift),
        "outside": weight.out,
        "goal": None if weight.goal is None else _text(weight.goal),
        "fee": _text(fee_of(targets, rebalance.snapshot, weight.currency)),
        "order": None if line.trade is None else _order(line.trade),
        "reasons": [why.value for why in line.why],
    }


def _order(trade: Trade) -> dict[str, str]:
    return {
        "id": trade.id,
        "type": trade.type,
        "volume": _text(trade.volume),
        "price": f"{trade.price:f}",
        "cost": _text(trade.cost),
    }


def _holding(order: RestingOrder) -> dict[str, Any]:
    return {
        "txid": order.txid,
        "pair": order.pair,
        "type": order.type,
        "ordertype": order.ordertype,
        "remaining": _text(order.remaining),
        "price": None if order.price is None else _text(order.price),
        "userref": order.userref,
        "cl_ord_id": order.cl_ord_id,
    }


def _batch(batch: BatchFile) -> dict[str, str]:
    return {"name": batch.name, "path": batch.path, "file": batch.writing.value, "text": batch.text}


def _text(number: Decimal) -> str:
    """Return all digits of a number, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
