"""The amounts of an order that rules count, at a market that has been read.

What cannot be known is a value (`NoPrice`) and never a guess: a quote of which a part is missing is none.
Nothing here knows a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from .worth import base_volume, money_of, resolve_prices, worth_of

if TYPE_CHECKING:
    from runner.domain import Leg, Market, OrderTerms, Quote


@dataclass(frozen=True, slots=True)
class NoPrice:
    """A value that is needed but not known; ``why`` says what is missing."""

    why: str


def whole_quote(market: Market | None, pair: str) -> Quote | None:
    """Return the quote of a pair; None where there is none, or a part of it is no price."""
    quote = market.quotes.get(pair) if market is not None else None
    return quote if quote is not None and quote.complete else None


def prices(leg: Leg, quote: Quote | None, pair: str) -> dict[str, Decimal] | NoPrice:
    """Return the limit and the trigger that a leg means now, under these names; neither for one at market."""
    limit, stop = resolve_prices(leg, quote)
    wanted = {"trigger": stop, "limit": limit}
    found = {name: price.value for name, price in wanted.items() if price is not None}
    if any(value <= 0 for value in found.values()):
        return NoPrice(f"a relative price comes to {min(found.values()):f}")
    missing = leg.priced and not found
    return unknown(pair) if missing or (leg.price2 is not None and limit is None) else found


def highest_price(leg: Leg, quote: Quote | None, pair: str) -> Decimal | NoPrice:
    """Return the most that a unit may trade at, by which volumes are valued: no limit hides their worth."""
    most = worth_of(leg, quote).most
    if most is not None:
        return most
    own = prices(leg, quote, pair)
    return own if isinstance(own, NoPrice) else unknown(pair)


def volume(terms: OrderTerms, quote: Quote | None) -> Decimal | NoPrice:
    """Return the volume in base units; a volume of money is what it would buy at the best ask."""
    if terms.volume is None:
        return Decimal()
    amount = base_volume(terms, quote)
    return unknown(terms.pair) if amount is None else amount


def notional(terms: OrderTerms, market: Market | None, currency: str) -> Decimal | NoPrice:
    """Return what an order is worth at most, in a currency."""
    worth = _in_its_own(terms, market)
    if isinstance(worth, NoPrice) or terms.quote == currency:
        return worth
    rate = market.rate(terms.quote, currency) if market is not None else None
    return NoPrice(f"no price of {terms.quote} in {currency} is known") if rate is None else worth * rate


def unknown(pair: str) -> NoPrice:
    """Return that nothing is known of what a pair trades at."""
    return NoPrice(f"no price of {pair} is known")


def _in_its_own(terms: OrderTerms, market: Market | None) -> Decimal | NoPrice:
    quote = whole_quote(market, terms.pair)
    money = money_of(terms, None, None)
    if money is not None:
        return money
    price = highest_price(terms.order, quote, terms.pair)
    return price if isinstance(price, NoPrice) else price * (terms.volume or Decimal())
