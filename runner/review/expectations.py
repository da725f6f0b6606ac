"""The expectations of a review: at which price each order that would be sent trades, and whether at once.

A run keeps it beside what was paid in the end. What the review does not know is not expected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.planning import Expectation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from runner.domain import OrderKey

    from .review import Review
    from .snapshot import ReviewedOrder

_MOST_DIGITS: Final = 30


def expectations(review: Review) -> Mapping[OrderKey, Expectation]:
    """Return what is expected of the orders of a review that a run would send."""
    return {
        order.order.key: Expectation(_price_of(order), bool(order.priced.takes))
        for order in review.orders()
        if order.sent
    }


def _price_of(order: ReviewedOrder) -> str | None:
    """Return the price at which a unit would trade: the market's, or else the order's own."""
    own = order.priced.limit
    price: Decimal | None = order.priced.price
    if price is None and own is not None and not own.relative:
        price = own.value
    if price is None or price <= 0 or abs(price.adjusted()) > _MOST_DIGITS:
        return None
    return f"{price:f}"
