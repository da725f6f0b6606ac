"""The amount that an order may still take from the account, and therefore holds.

A hold is the most that the order can cost: no fill may find the balance short. Whether there is enough is
not decided here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from .account import ZERO, Hold, rounded_up
from .instruments import INSTRUMENTS
from .orders import OTHER_SIDE

if TYPE_CHECKING:
    from .margin import Positions
    from .options import Options
    from .orders import Terms


class Wish(Struct, frozen=True, gc=False):
    """The values that the size of a hold depends on. ``leverage`` is None for a spot order."""

    pair: str
    type: str
    ordertype: str
    volume: Decimal
    price: Decimal
    leverage: str | None
    fee_in_base: bool


def of_terms(terms: Terms, remaining: Decimal, price: Decimal) -> Wish:
    """The wish of an order that has this much to trade still, at ``price`` if it names none itself."""
    return Wish(
        terms.pair,
        terms.type,
        terms.ordertype,
        remaining,
        terms.limit or terms.stop or price,
        terms.leverage,
        terms.fee_in_base,
    )


def needed(wish: Wish, positions: Positions, options: Options) -> Hold:
    """Base units when it sells, cost and the higher fee when it buys, margin and fee when it borrows."""
    instrument = INSTRUMENTS[wish.pair]
    if wish.leverage is not None:
        return Hold(instrument.quote, _on_margin(wish, positions, options))
    asset, amount = instrument.base, wish.volume
    if wish.type == "buy":
        asset, amount = instrument.quote, rounded_up(wish.volume * wish.price)
    if wish.fee_in_base == (wish.type == "sell"):  # The fee comes out of what is held.
        amount += rounded_up(amount * max(options.taker_fee, options.maker_fee))
    return Hold(asset, amount)


def _on_margin(wish: Wish, positions: Positions, options: Options) -> Decimal:
    assert wish.leverage is not None
    if wish.ordertype == "settle-position":
        return ZERO
    rate = max(options.taker_fee, options.maker_fee)
    opening = max(ZERO, wish.volume - positions.volume(wish.pair, OTHER_SIDE[wish.type]))
    margin = rounded_up(opening * wish.price / Decimal(wish.leverage))
    return margin + rounded_up(rounded_up(wish.volume * wish.price) * rate)
