"""How an order that was to be canceled has ended, and how much of it was executed.

Decided by volumes, never by the status alone: the exchange says ``closed`` of orders that were not filled,
and ``canceled`` of orders that were filled in part.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from runner.domain import CancelOutcome
from runner.protocol import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from runner.protocol import OpenOrder


class OrderEnd(Struct, frozen=True, gc=False):
    """The outcome of one cancellation. ``vol`` and ``vol_exec`` are base units as text, None where nobody
    has said them; of several orders they are sums. ``reason``: why it ended, in the exchange's words.
    """

    outcome: CancelOutcome
    vol: str | None = None
    vol_exec: str | None = None
    reason: str | None = None


def says_how_much(order: OpenOrder) -> bool:
    """Whether what was said of an order that has ended leaves no question how much of it was executed.

    ``closed`` without a reason means filled: where less was executed, news of a fill is missing.
    """
    executed, volume = number_of(order.vol_exec), number_of(order.vol)
    if executed is None or not volume:
        return False
    return order.status != "closed" or bool(order.cancel_reason) or executed >= volume


def latest(first: OpenOrder | None, second: OpenOrder | None) -> OpenOrder | None:
    """Which of two views of one order is nearer to its end: feed and records lag behind each other.

    What never changes, and only the other one says, is taken from there: news of the feed are sparse.
    """
    if first is None or second is None:
        return first or second
    near, far = sorted((first, second), key=_progress, reverse=True)
    if number_of(near.vol) is not None or number_of(far.vol) is None:
        return near
    return structs.replace(
        near, vol=far.vol, descr=near.descr or far.descr, userref=near.userref or far.userref
    )


def each_once(orders: Iterable[OpenOrder]) -> list[OpenOrder]:
    """Each order as it was last seen: one that ends between the two calls of a look is in both answers."""
    last: dict[str, OpenOrder] = {}
    for order in orders:
        last[order.txid] = latest(last.get(order.txid), order) or order
    return list(last.values())


def end_of(orders: Sequence[OpenOrder]) -> OrderEnd:
    """How these orders ended; only where all were filled is it said that they were."""
    filled = all(map(_is_filled, orders))
    reasons = dict.fromkeys(order.cancel_reason for order in orders if order.cancel_reason)
    same_pair = len({order.pair for order in orders}) == 1
    return OrderEnd(
        CancelOutcome.CLOSED if filled else CancelOutcome.CANCELED,
        _sum([number_of(order.vol) for order in orders]) if same_pair else None,
        _sum([number_of(order.vol_exec) for order in orders]) if same_pair else None,
        ", ".join(reasons) or None,
    )


def _is_filled(order: OpenOrder) -> bool:
    volume = number_of(order.vol)
    return order.filled or bool(volume and order.executed >= volume)


def _progress(order: OpenOrder) -> tuple[bool, bool, Decimal]:
    return order.terminal, order.terminal and says_how_much(order), order.executed


def _sum(volumes: Sequence[Decimal | None]) -> str | None:
    known = [volume for volume in volumes if volume is not None]
    return f"{sum(known):f}" if known and len(known) == len(volumes) else None
