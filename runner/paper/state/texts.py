"""Decimals and orders as text, in the exchange's words.

Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from .account import ZERO

if TYPE_CHECKING:
    from .orders import Terms

_LIMIT_WORDS = " -> limit "


@lru_cache(maxsize=4096)
def fixed(value: Decimal | None, decimals: int) -> str:
    """Return a decimal with exactly so many decimals, what is beyond cut off; None counts as 0."""
    return f"{(value or ZERO).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN):f}"


def descr(terms: Terms, *, price_decimals: bool = False) -> str:
    """Return the one-line description in ``addOrderStatus``: ``buy 0.25000000 ETHEUR @ limit 150``."""
    instrument = terms.instrument
    price, price2 = terms.price, terms.price2
    if price_decimals:
        shown = [fixed(value, instrument.price_decimals) for value in _absolutes(terms)]
        price, price2 = (*shown, None, None)[:2]
    words = describe_type(terms.ordertype, price, price2)
    return f"{terms.type} {fixed(terms.volume, 8)} {instrument.altname} @ {words}{describe_leverage(terms)}"


def describe_type(ordertype: str, price: str | None, price2: str | None) -> str:
    """Return the order type with its prices: ``stop loss 140 -> limit 139``."""
    words = ordertype.replace("-", " ")
    if price2 is not None:
        return f"{words.removesuffix(' limit')} {price}{_LIMIT_WORDS}{price2}"
    return words if price is None else f"{words} {price}"


def describe_leverage(terms: Terms) -> str:
    """Return the end of a description that names the leverage; empty without."""
    return "" if terms.leverage is None else f" with {terms.leverage}:1 leverage"


def _absolutes(terms: Terms) -> list[Decimal]:
    return [value for value in (terms.stop, terms.limit) if value is not None]
