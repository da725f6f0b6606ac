"""Changes of the exchange's state, as its feeds report them."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from .orders import BookedOrder, Terms


class OrderChange(StrEnum):
    """The kind of a change of an order."""

    PLACED = "placed"
    OPENED = "opened"
    TRIGGERED = "triggered"
    TRAILED = "trailed"
    AMENDED = "amended"
    FILLED = "filled"
    ENDED = "ended"


class OrderUpdate(Struct, frozen=True):
    """An order after a change."""

    order: BookedOrder
    change: OrderChange


class Trade(Struct, frozen=True, kw_only=True):
    """One fill of one order. ``number`` counts trades; ``cost`` and ``fee`` are this fill's alone.

    ``fee`` is in the quote currency; where it was taken in the base currency, ``base_fee`` is what was taken.
    On margin, ``margin`` is what the trade has tied up and ``profit`` what closing positions has earned; no
    units and no cost change hands then.
    """

    trade_id: str
    number: int
    order: Terms
    price: Decimal
    volume: Decimal
    cost: Decimal
    fee: Decimal
    time: float
    maker: bool = False
    base_fee: Decimal = Decimal(0)
    margin: Decimal = Decimal(0)
    profit: Decimal | None = None
    position_id: str | None = None


Change = OrderUpdate | Trade | None
"""A change of state; None for one that is kept but not reported in a feed."""
