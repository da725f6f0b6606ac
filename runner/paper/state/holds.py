"""The amount that an order may still take from the account, and therefore holds.

A hold is the most that the order can cost: no fill may find the balance short. Whether there is enough is
not decided here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from .account import ZERO, Hold, rounded_up
from .fees import highest_rate
from .orders import OTHER_SIDE

if TYPE_CHECKING:
    from runner.paper.options.options import Options

    from .instruments import Instrument
    from .margin import Positions
    from .orders import Terms


class HoldRequest(Struct, frozen=True):
    """The values that the size of a hold depends on. ``leverage`` is None for a spot order."""

    instrument: Instrument
    type: str
    ordertype: str
    volume: Decimal
    price: Decimal
    leverage: str | None
    fee_in_base: bool


def of_terms(terms: Terms, remaining: Decimal, price: Decimal) -> HoldRequest:
    """Return the hold request of an order with this remaining volume; ``price`` is used if it has none."""
    return HoldRequest(
        terms.instrument,
        terms.type,
        terms.ordertype,
        remaining,
        terms.limit or terms.stop or price,
        terms.leverage,
        terms.fee_in_base,
    )


def needed(hold_request: HoldRequest, positions: Positions, options: Options) -> Hold:
    """Return base units for a sell, cost and the higher fee for a buy, margin and fee for a margin order."""
    instrument = hold_request.instrument
    if hold_request.leverage is not None:
        return Hold(instrument.quote, _on_margin(hold_request, positions, options))
    asset, amount = instrument.base, hold_request.volume
    if hold_request.type == "buy":
        asset, amount = instrument.quote, rounded_up(hold_request.volume * hold_request.price)
    if hold_request.fee_in_base == (hold_request.type == "sell"):  # The fee comes out of what is held.
        amount += rounded_up(amount * highest_rate(hold_request.instrument, options))
    return Hold(asset, amount)


def _on_margin(hold_request: HoldRequest, positions: Positions, options: Options) -> Decimal:
    assert hold_request.leverage is not None
    if hold_request.ordertype == "settle-position":
        return ZERO
    rate = highest_rate(hold_request.instrument, options)
    opening = max(
        ZERO,
        hold_request.volume - positions.volume(hold_request.instrument.wsname, OTHER_SIDE[hold_request.type]),
    )
    margin = rounded_up(opening * hold_request.price / Decimal(hold_request.leverage))
    return margin + rounded_up(rounded_up(hold_request.volume * hold_request.price) * rate)
