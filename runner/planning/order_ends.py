"""The end of an order that was to be canceled, and its executed volume.

Decided by volumes, never by the status alone: the exchange says ``closed`` of orders that were not filled,
and ``canceled`` of orders that were filled in part. Source:
https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from runner.domain import CancelOutcome
from runner.kraken import OrderStatus, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from runner.kraken import OpenOrder


class OrderEnd(Struct, frozen=True):
    """The outcome of one cancellation.

    ``vol`` and ``vol_exec`` are base units as text, None if unknown; of several orders they are sums.
    ``reason``: the reason of the end, in the exchange's words.
    """

    outcome: CancelOutcome
    vol: str | None = None
    vol_exec: str | None = None
    reason: str | None = None


def is_volume_final(order: OpenOrder) -> bool:
    """Return whether the executed volume of an order that has ended is certain.

    ``closed`` without a reason means filled: if less was executed, news of a fill is missing.
    """
    executed, volume = number_of(order.vol_exec), number_of(order.vol)
    if executed is None or not volume:
        return False
    return order.status != OrderStatus.CLOSED or bool(order.cancel_reason) or executed >= volume


def latest(first: OpenOrder | None, second: OpenOrder | None) -> OpenOrder | None:
    """Return the view of an order that is nearer to its end; feed and records lag behind each other.

    Fields that never change are taken from the other one if missing: messages of the feed are sparse.
    """
    if first is None or second is None:
        return first or second
    near, far = sorted((first, second), key=_progress, reverse=True)
    if number_of(near.vol) is not None or number_of(far.vol) is None:
        return near
    return structs.replace(
        near, vol=far.vol, descr=near.descr or far.descr, userref=near.userref or far.userref
    )


def unique_orders(orders: Iterable[OpenOrder]) -> list[OpenOrder]:
    """Return each order once, as it was last seen.

    An order that ends between the two calls of a look-up is in both answers.
    """
    last: dict[str, OpenOrder] = {}
    for order in orders:
        last[order.txid] = latest(last.get(order.txid), order) or order
    return list(last.values())


def end_of(orders: Sequence[OpenOrder]) -> OrderEnd:
    """Return the common end of some orders: ``CLOSED`` only if all were filled."""
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
    return order.terminal, order.terminal and is_volume_final(order), order.executed


def _sum(volumes: Sequence[Decimal | None]) -> str | None:
    known = [volume for volume in volumes if volume is not None]
    return f"{sum(known):f}" if known and len(known) == len(volumes) else None
