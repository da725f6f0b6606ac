"""The terms of an order, read back from its message: the one place that interprets the texts in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Leg, OrderTerms, is_in_quote, parse_decimal

if TYPE_CHECKING:
    from .messages import AddOrder


def terms_of(request: AddOrder) -> OrderTerms:
    """Return the terms of a message. Raises ``ValueError`` if a price or a volume is no number."""
    flags = flags_of(request)
    post = "post" in flags
    return OrderTerms(
        pair=request.pair,
        order=Leg.of("", request.type, request.ordertype, request.price, request.price2, post=post),
        close=_close(request),
        volume=parse_decimal(request.volume) if request.volume else None,
        flags=flags,
        leverage=request.leverage,
        margin=bool(request.margin),
        reduce_only=bool(request.reduce_only),
        starttm=request.starttm,
        expiretm=request.expiretm,
        timeinforce=request.timeinforce,
    )


def flags_of(request: AddOrder) -> tuple[str, ...]:
    """Return the flags of an order."""
    return tuple(request.oflags.split(",")) if request.oflags else ()


def has_quote_volume(request: AddOrder) -> bool:
    """Return whether the volume of an order is an amount of money in the quote currency."""
    return request.oflags is not None and is_in_quote(flags_of(request))


def _close(request: AddOrder) -> Leg | None:
    if request.close_ordertype is None:
        return None
    other = "sell" if request.type == "buy" else "buy"
    return Leg.of("close", other, request.close_ordertype, request.close_price, request.close_price2)
