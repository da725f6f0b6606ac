"""The checks for which the exchange refuses a margin order: those that look at positions.

They are in the list in ``validation.py`` and follow its rules.
Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from . import error_texts
from .order_context import leverages_of

if TYPE_CHECKING:
    from .order_context import OrderContext, ResolvedOrder


def form(context: OrderContext) -> str | None:
    """Check leverage, ``margin`` and ``reduce_only`` together; what closes a position needs one."""
    request = context.request
    offered = leverages_of(context.instrument, context.options, request.type)
    if request.leverage is not None and request.leverage not in offered:
        return error_texts.invalid("leverage")
    if request.margin and (request.leverage is not None or not offered):
        return error_texts.invalid("margin")
    if request.leverage is None and request.ordertype != "settle-position" and not request.reduce_only:
        return None
    on_margin = context.leverage() is not None
    if request.ordertype == "settle-position":
        return _settling(context) if on_margin else error_texts.invalid("leverage")
    if request.reduce_only:
        return _reducing(context) if on_margin else error_texts.invalid("reduce_only")
    return None


def room(context: OrderContext, resolved: ResolvedOrder) -> str | None:
    """Return the error of a position that may not be opened now in this size, or None."""
    terms = resolved.terms
    if terms.leverage is None or terms.reduce_only:
        return None
    closing = context.opposite()
    opening = terms.volume - closing
    if opening <= 0 or terms.ordertype == "settle-position":
        return None
    if not context.options.margin.allowed:
        return "EOrder:Cannot open position"
    if closing and not context.options.margin.opposing_position:
        return "EOrder:Cannot open opposing position"
    return _limits(context, opening, opening * resolved.reckoned_at)


def _limits(context: OrderContext, opening: Decimal, cost: Decimal) -> str | None:
    options, positions, asset = context.options, context.positions, context.instrument.quote
    if len(positions) >= options.margin.positions_max:
        return "EOrder:Positions limit exceeded"
    there = positions.volume(context.instrument.wsname, context.request.type)
    if (
        options.margin.position_volume_max is not None
        and there + opening > options.margin.position_volume_max
    ):
        return "EOrder:Margin position size exceeded"
    allowance = options.margin.allowance
    if allowance is not None and positions.borrowed(asset) + cost > allowance:
        return "EOrder:Margin allowance exceeded"
    level = positions.level(asset)
    too_low = level is not None and level < options.margin.level_min
    return "EOrder:Margin level too low" if too_low else None


def _settling(context: OrderContext) -> str | None:
    """Check that the base units, or the money, of a position that is taken over are there."""
    if not context.opposite():
        return "EOrder:Unknown position"
    volume = min(context.volume(), context.opposite())
    if context.request.type == "buy":
        short = volume > context.account.available(context.instrument.base)
    else:
        cost = context.positions.cost(context.instrument.wsname, "buy", volume)
        short = cost > context.account.available(context.instrument.quote)
    return "EOrder:Insufficient funds" if short else None


def _reducing(context: OrderContext) -> str | None:
    if context.opposite():
        return None
    same = context.positions.volume(context.instrument.wsname, context.request.type)
    return "EOrder:Reduce only:Non-PC" if same else "EOrder:Reduce only:No position exists"
