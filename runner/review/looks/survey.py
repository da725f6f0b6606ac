"""The orders that would be sent, sorted for comparison: by group, and by peers of the same pair and side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.domain import decimal_text, grouped

from .second_look import SecondLook

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import OrderKey, OrderTerms
    from runner.policy import Resolved
    from runner.review.prices import Priced
    from runner.review.snapshot import PlanSnapshot, ReviewedOrder
    from runner.review.totals import Converter

    from .second_look import Code

PRICE_DECIMALS = 18


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """One order that would be sent.

    ``at_stake`` is its worth at its own price or at the market, whichever is more, in the review's currency.
    """

    order: ReviewedOrder
    at_stake: Decimal | None

    @property
    def key(self) -> OrderKey:
        """The group and id of the order."""
        return self.order.order.key

    @property
    def terms(self) -> OrderTerms:
        """The terms of the order."""
        return self.order.terms

    @property
    def priced(self) -> Priced:
        """The money of the order."""
        return self.order.priced

    @property
    def own_price(self) -> Resolved | None:
        """The trigger of the order, else its limit; None if it has neither, or one that is no price."""
        own = self.priced.stop or self.priced.limit
        return own if own is not None and own.value > 0 else None

    def look(self, code: Code, message: str) -> SecondLook:
        """Return a second look at this order."""
        return SecondLook(
            code=code, order=self.key, place=self.order.order.place, message=message, at_stake=self.at_stake
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """A batch under examination.

    ``groups`` and ``ladders`` are in the file's order; the orders of a ladder share group, pair, side and
    order type.
    """

    snapshot: PlanSnapshot
    converter: Converter
    orders: tuple[Examined, ...]
    groups: dict[str, list[Examined]] = field(default_factory=lambda: defaultdict(list))
    ladders: dict[tuple[str, str, str, str], list[Examined]] = field(
        default_factory=lambda: defaultdict(list)
    )


def survey_of(snapshot: PlanSnapshot, converter: Converter) -> Survey:
    """Return the orders that would be sent, sorted."""
    orders = tuple(Examined(order, _at_stake(order, converter)) for order in snapshot.orders() if order.sent)
    survey = Survey(snapshot, converter, orders)
    for examined in orders:
        survey.groups[examined.key.group].append(examined)
        terms = examined.terms
        survey.ladders[examined.key.group, terms.pair, terms.type, terms.ordertype].append(examined)
    return survey


def market_worth(order: ReviewedOrder) -> Decimal | None:
    """Return what an order's volume is worth at the market, whatever price it names."""
    price = None if order.quote is None else order.quote.opposite(order.terms.type)
    volume = order.priced.volume
    return None if price is None or volume is None else price * volume


def _at_stake(order: ReviewedOrder, converter: Converter) -> Decimal | None:
    amounts = (order.priced.most, order.priced.notional, market_worth(order))
    known = [amount for amount in amounts if amount is not None]
    return converter.convert(max(known), order.terms.quote) if known else None


# --- words that several kinds use -----------------------------------------------------------------


def price_words(price: Resolved) -> str:
    """Return a price as its author wrote it, with thousands apart; a relative one as it is now."""
    return grouped(decimal_text(price.value, PRICE_DECIMALS) if price.relative else price.text)


def number_words(number: Decimal) -> str:
    """Return a number with thousands apart and no zeros at its end."""
    return grouped(decimal_text(number, PRICE_DECIMALS))


def span_words(numbers: list[Decimal]) -> str:
    """``0.002``, or ``0.002 to 0.005``: the usual ones among numbers, without the outermost of many."""
    ordered = sorted(numbers)
    aside = len(ordered) // 10
    usual = ordered[aside : len(ordered) - aside]
    first, last = number_words(usual[0]), number_words(usual[-1])
    return first if first == last else f"{first} to {last}"
