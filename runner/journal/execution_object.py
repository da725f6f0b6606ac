"""The execution of an order as a JSON object: the exchange's figures beside the plan's price.

The manifest and the status of an order show the same object. Amounts are text; None is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import slippage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import Executed

    from .order_record import OrderRecord


def execution_object(record: OrderRecord | None, executed: Executed) -> dict[str, Any]:
    """Return the figures of an order; ``record`` is what the journal has of it, None for nothing."""
    request: Mapping[str, Any] = (record.request if record is not None else None) or {}
    plan_price = record.plan_price if record is not None else None
    worse = slippage(request.get("type"), executed.avg_price, plan_price)
    _, _, quote = str(request.get("pair", "")).partition("/")
    return {
        "status": executed.status,
        "vol_exec": executed.vol_exec,
        "cost": executed.cost,
        "fee": executed.fee,
        "fee_currency": quote or None,
        "avg_price": executed.avg_price,
        "plan_price": plan_price,
        "slippage": None if worse is None else f"{worse.amount:f}",
        "slippage_percent": None if worse is None else f"{worse.percent:f}",
        "seen_at": executed.seen_at,
        "awaited": executed.awaited,
    }
