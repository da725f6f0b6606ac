"""The money that a batch moves once all of it has traded, by currency: paid, received, and net."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.review import ReviewedOrder

HEADS: Final = ("once all of it has traded", "pays", "receives", "net")


def traded_rows(orders: Iterable[ReviewedOrder]) -> list[list[str]]:
    """Return a row of cells for each currency, without fees; what has no known worth is left out."""
    pays: defaultdict[str, Decimal] = defaultdict(Decimal)
    receives: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        base, quote = order.terms.base, order.terms.quote
        buys = order.terms.type == "buy"
        money, volume = order.priced.notional, order.priced.volume
        if money is not None and volume is not None:
            (pays if buys else receives)[quote] += money
            (receives if buys else pays)[base] += volume
    return [
        [
            currency,
            *(_bare(cell, currency) if cell else "" for cell in (pays[currency], receives[currency])),
            _signed(receives[currency] - pays[currency], currency),
        ]
        for currency in sorted({*pays, *receives})
    ]


def _bare(amount: Decimal, currency: str) -> str:
    return amount_text(amount, currency).removesuffix(f" {currency}")


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{_bare(amount, currency)}"
