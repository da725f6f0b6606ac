"""What an order's prices come to, and what it is worth, beside a market that somebody has read.

What cannot be known is a value (`NoPrice`) and never a guess. Nothing here knows a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import parse_price

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import Market, Quote
    from runner.protocol import AddOrder


@dataclass(frozen=True, slots=True)
class NoPrice:
    """What is needed is not known; ``why`` says what is missing."""

    why: str


@dataclass(frozen=True, slots=True)
class Leg:
    """An order, or the conditional close that it brings along, which trades on the other side.

    ``name`` is empty for the order itself. Prices are as on the wire.
    """

    name: str
    type: str
    ordertype: str
    price: str | None
    price2: str | None


def legs(request: AddOrder) -> Iterator[Leg]:
    """What a message asks to trade: the order, then its conditional close if it has one."""
    yield Leg("", request.type, request.ordertype, request.price, request.price2)
    if request.close_ordertype is not None:
        other = "sell" if request.type == "buy" else "buy"
        yield Leg("close", other, request.close_ordertype, request.close_price, request.close_price2)


def prices(leg: Leg, quote: Quote | None, pair: str) -> dict[str, Decimal] | NoPrice:
    """The limit and the trigger that a leg means now, under these names; neither for one at market."""
    if leg.price is None or leg.ordertype in ("market", "settle-position"):
        return {}
    first = _resolved(leg.price, leg, quote.last if quote else None)
    if first is None:
        return _unknown(pair)
    if leg.ordertype == "limit":
        return {"limit": first}
    limit = _resolved(leg.price2, leg, first) if leg.price2 is not None else None
    return {"trigger": first} if limit is None else {"trigger": first, "limit": limit}


def highest_price(leg: Leg, quote: Quote | None, pair: str) -> Decimal | NoPrice:
    """The most that a unit could trade at now: what a volume is valued at, so that no limit hides its worth.

    A buy pays its limit at most. All else may trade at the best opposite price, or at its own.
    """
    own = prices(leg, quote, pair)
    if isinstance(own, NoPrice):
        return own
    if leg.type == "buy" and "limit" in own:
        return own["limit"]
    if quote is None:
        return _unknown(pair)
    return max([*own.values(), quote.opposite(leg.type)])


def volume(request: AddOrder, quote: Quote | None) -> Decimal | NoPrice:
    """The volume in base units; with ``viqc`` what the money would buy at the best ask."""
    amount = Decimal(request.volume or "0")
    if not _in_quote(request):
        return amount
    return _unknown(request.pair) if quote is None or not quote.ask else amount / quote.ask


def notional(request: AddOrder, market: Market | None, currency: str) -> Decimal | NoPrice:
    """What an order is worth at most, in a currency."""
    worth = _in_its_own(request, market)
    own = request.pair.partition("/")[2]
    if isinstance(worth, NoPrice) or own == currency:
        return worth
    rate = market.rate(own, currency) if market is not None else None
    return NoPrice(f"no price of {own} in {currency} is known") if rate is None else worth * rate


def _in_its_own(request: AddOrder, market: Market | None) -> Decimal | NoPrice:
    if _in_quote(request):
        return Decimal(request.volume or "0")
    quote = market.quotes.get(request.pair) if market is not None else None
    price = highest_price(next(legs(request)), quote, request.pair)
    return price if isinstance(price, NoPrice) else price * Decimal(request.volume or "0")


def _in_quote(request: AddOrder) -> bool:
    return "viqc" in (request.oflags or "").split(",")


def _unknown(pair: str) -> NoPrice:
    return NoPrice(f"no price of {pair} is known")


def _resolved(text: str, leg: Leg, reference: Decimal | None) -> Decimal | None:
    price = parse_price(text)
    if not price.relative:
        return price.amount
    if reference is None:
        return None
    offset = reference * price.amount / 100 if price.percent else price.amount
    return reference + offset if _upwards(price.sign, leg) else reference - offset


def _upwards(sign: str, leg: Leg) -> bool:
    """Up or down from the reference: the side decides for a trailing stop's distance, and for #, which points
    to where the order would not trade at once."""
    if sign == "-":
        return False
    if leg.ordertype.startswith("trailing-stop") and sign == "+":
        return leg.type == "buy"
    return sign == "+" or (leg.type == "buy") == leg.ordertype.startswith("stop-loss")
