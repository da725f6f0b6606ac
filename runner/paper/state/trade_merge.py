"""The fills of one taker as one trade, for ``consolidate_taker`` of the ownTrades feed.

An incoming order may trade at several prices at once. Fills of resting orders are never consolidated.
Source: https://docs.kraken.com/api/docs/websocket-v1/owntrades
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .changes import Trade

_ZERO = Decimal(0)


def consolidated(trades: Sequence[Trade]) -> list[Trade]:
    """Merge neighbouring fills of a taker into one trade with the id of the first; the order is kept."""
    merged: list[list[Trade]] = []
    for trade in trades:
        if merged and _belongs(merged[-1][-1], trade):
            merged[-1].append(trade)
        else:
            merged.append([trade])
    return [fills[0] if len(fills) == 1 else _merge_fills(fills) for fills in merged]


def _belongs(before: Trade, trade: Trade) -> bool:
    taken = not (before.maker or trade.maker)
    return taken and before.order.txid == trade.order.txid and before.time == trade.time


def _merge_fills(fills: list[Trade]) -> Trade:
    volume = sum((fill.volume for fill in fills), _ZERO)
    cost = sum((fill.cost for fill in fills), _ZERO)
    return structs.replace(
        fills[0],
        number=fills[-1].number,
        price=cost / volume,
        volume=volume,
        cost=cost,
        fee=sum((fill.fee for fill in fills), _ZERO),
        margin=sum((fill.margin for fill in fills), _ZERO),
    )
