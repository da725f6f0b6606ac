"""The rules, one function a check: what it does not allow of an order, in words, or what is missing to know.

Adding a check is adding a function to ``_CHECKS``. None of them changes anything, and none knows of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.domain import (
    Against,
    AllowedOrdertypes,
    AllowedPairs,
    AllowedTimes,
    AllowedTypes,
    AllowedVenues,
    Collar,
    MaxLeverage,
    MaxRejects,
    RequiredFields,
)
from runner.kraken import flags_of

from .context import display_amount, is_about, matches
from .hours import wrong_hours
from .prices import NoPrice, prices, unknown

if TYPE_CHECKING:
    from runner.domain import Leg, Only, Quote, Rule
    from runner.kraken import AddOrder

    from .context import OrderContext

Detail = str | NoPrice
_FLAGS: Final = {"post": "post"}
_WIRE: Final = {"close": "close_ordertype"}
_TIMES: Final = frozenset({"starttm", "expiretm"})


def find_breaches(rule: Rule, context: OrderContext) -> Iterator[Detail]:
    """Yield what a rule does not allow of an order; limits are checked elsewhere."""
    look = _CHECKS.get(type(rule.check))
    if look is not None:
        yield from look(rule.check, context, rule.only)


# --- one function a check ------------------------------------------------------------------------


def _pairs(check: AllowedPairs, context: OrderContext, only: Only) -> Iterator[Detail]:
    pair = context.pair
    if is_about(only, pair, context.order) and not matches(pair, check.allow):
        yield f"{pair} is none of {', '.join(check.allow)}"


def _types(check: AllowedTypes, context: OrderContext, only: Only) -> Iterator[Detail]:
    for leg in _legs_about(context, only):
        if leg.type not in check.allow:
            yield f"{_leg_name(leg)}{leg.type} is not {' or '.join(check.allow)}"


def _ordertypes(check: AllowedOrdertypes, context: OrderContext, only: Only) -> Iterator[Detail]:
    for leg in _legs_about(context, only):
        if leg.ordertype not in check.allow:
            yield f"{_leg_name(leg)}{leg.ordertype} is none of {', '.join(check.allow)}"


def _venues(check: AllowedVenues, context: OrderContext, only: Only) -> Iterator[Detail]:
    if context.venue not in (None, *check.allow) and is_about(only, context.pair, context.order):
        yield f"{context.venue} is not {' or '.join(check.allow)}"


def _times(check: AllowedTimes, context: OrderContext, only: Only) -> Iterator[Detail]:
    if context.venue is not None and is_about(only, context.pair, context.order):
        yield from wrong_hours(check, context)


def _leverage(check: MaxLeverage, context: OrderContext, only: Only) -> Iterator[Detail]:
    terms = context.terms
    if not is_about(only, terms.pair, context.order):
        return
    most = "none" if check.most is None else f"at most {check.most}"
    if terms.leverage:
        if check.most is None or int(terms.leverage) > check.most:
            yield f"leverage {terms.leverage}; {most} is allowed"
    elif terms.margin:
        yield f"margin, with the most leverage of the pair; {most} is allowed"
    elif terms.ordertype == "settle-position":
        yield f"settle-position, of a position on margin; {most} is allowed"


def _fields(check: RequiredFields, context: OrderContext, only: Only) -> Iterator[Detail]:
    if not is_about(only, context.pair, context.order):
        return
    missing = [name for name in check.fields if not _has(context.request, name)]
    if missing:
        yield f"without {', '.join(missing)}"


def _has(request: AddOrder, name: str) -> bool:
    if name in _FLAGS:
        return _FLAGS[name] in flags_of(request)
    value = getattr(request, _WIRE.get(name, name))
    return bool(value) and not (name in _TIMES and value == "0")


def _collar(check: Collar, context: OrderContext, only: Only) -> Iterator[Detail]:
    pair, quote = context.pair, context.quote
    for leg in _legs_about(context, only):
        reference = None if quote is None else _reference(check, quote)
        found = prices(leg, quote, pair)
        if quote is None or reference is None:
            yield unknown(pair)
            return
        if isinstance(found, NoPrice):
            yield found
            continue
        market = quote.opposite(leg.type)
        at_market = {} if market is None else {"market": market}
        for name, price in (found or at_market).items():
            yield from _off(check, f"{_leg_name(leg)}{name}", price, reference)


def _reference(check: Collar, quote: Quote) -> Decimal | None:
    return quote.last if check.against is Against.LAST else quote.mid


def _off(check: Collar, name: str, price: Decimal, reference: Decimal) -> Iterator[Detail]:
    percent = (price - reference) * 100 / reference
    where = f"the {check.against.value} price {display_amount(reference)}"
    if check.above is not None and percent > check.above:
        far, most = display_amount(percent, 2), display_amount(check.above)
        yield f"{name} {display_amount(price)} is {far}% above {where}, more than {most}%"
    if check.below is not None and -percent > check.below:
        far, most = display_amount(-percent, 2), display_amount(check.below)
        yield f"{name} {display_amount(price)} is {far}% below {where}, more than {most}%"


def _rejects(check: MaxRejects, context: OrderContext, _: Only) -> Iterator[Detail]:
    answers = context.answers
    if check.most is not None and answers.rejected > check.most:
        yield f"{answers.rejected} orders of this run were rejected, more than {check.most}"
    if check.share is None or answers.answered < max(check.after, 1):
        return
    share = Decimal(answers.rejected) * 100 / answers.answered
    if share > check.share:
        yield (
            f"{answers.rejected} of {answers.answered} orders of this run were rejected, "
            f"more than {display_amount(check.share)}%"
        )


def _legs_about(context: OrderContext, only: Only) -> Iterator[Leg]:
    return (leg for leg in context.terms.legs if is_about(only, context.pair, leg))


def _leg_name(leg: Leg) -> str:
    return f"{leg.name} " if leg.name else ""


_CHECKS: Final[dict[type, Callable[[Any, OrderContext, Only], Iterator[Detail]]]] = {
    AllowedPairs: _pairs,
    AllowedTypes: _types,
    AllowedOrdertypes: _ordertypes,
    AllowedVenues: _venues,
    AllowedTimes: _times,
    MaxLeverage: _leverage,
    RequiredFields: _fields,
    Collar: _collar,
    MaxRejects: _rejects,
}
