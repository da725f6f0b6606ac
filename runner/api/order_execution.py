"""The execution of an order as a typed value: the exchange's figures beside the plan's price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OrderExecution"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExecution:
    """The newest figures of an order that the exchange has shown; what is unknown is None, never 0.

    ``status`` is the exchange's word. ``executed`` is in base units; ``cost``, ``fee`` (in ``fee_currency``)
    and ``average_price`` are in the quote currency. ``slippage`` is how much worse than ``plan_price`` the
    average is, for each base unit. ``seen_at`` is RFC 3339. ``awaited``: the run waited for the end of the
    order, and the figures did not come.
    """

    status: str | None
    executed: Decimal | None
    cost: Decimal | None
    fee: Decimal | None
    fee_currency: str | None
    average_price: Decimal | None
    plan_price: Decimal | None
    slippage: Decimal | None
    slippage_percent: Decimal | None
    seen_at: str | None
    awaited: bool


def read_execution(shown: Mapping[str, Any] | None) -> OrderExecution | None:
    """Return the value of an ``execution`` object of a manifest or a status."""
    if shown is None:
        return None
    return OrderExecution(
        status=shown["status"],
        executed=_decimal(shown["vol_exec"]),
        cost=_decimal(shown["cost"]),
        fee=_decimal(shown["fee"]),
        fee_currency=shown["fee_currency"],
        average_price=_decimal(shown["avg_price"]),
        plan_price=_decimal(shown["plan_price"]),
        slippage=_decimal(shown["slippage"]),
        slippage_percent=_decimal(shown["slippage_percent"]),
        seen_at=shown["seen_at"],
        awaited=shown["awaited"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
