"""Orders against themselves: a limit against its trigger, a close against the price of its order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from .market import away_words, is_far, percent
from .second_look import Code
from .survey import number_words, price_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from runner.domain import Leg
    from runner.policy import Resolved, Worth
    from runner.review.prices import Priced

    from .second_look import SecondLook
    from .survey import Examined, Survey

FAR_PERCENT: Final = 5
"""From here on a limit is far through its own trigger."""

FEWEST_ALIKE: Final = 2
"""So many others, and not one like it, show on which side of its trigger a limit belongs."""


def shape_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at each order whose own prices do not fit together."""
    for examined in survey.orders:
        for leg, prices in _legs(examined):
            yield from _two_prices(examined, leg, prices)
        yield from _close(examined)
    yield from _profit_limits(survey)


def _legs(examined: Examined) -> Iterator[tuple[Leg, Priced | Worth]]:
    yield examined.terms.order, examined.priced
    if examined.terms.close is not None and examined.priced.close is not None:
        yield examined.terms.close, examined.priced.close


def _two_prices(examined: Examined, leg: Leg, prices: Priced | Worth) -> Iterator[SecondLook]:
    limit, stop = prices.limit, prices.stop
    if limit is None or stop is None:
        return
    name = f"its {leg.name} limit" if leg.name else "its limit"
    if prices.beyond is not None and prices.beyond >= FAR_PERCENT:
        words = f"{percent(prices.beyond)} through its trigger {price_words(stop)}"
        yield examined.look(Code.LIMIT_FAR, f"{name} {price_words(limit)} is {words}")
    elif not leg.ordertype.startswith("take-profit") and _lies_before(leg, limit, stop):
        where = "above" if leg.type == "sell" else "below"
        words = f"lies {where} its trigger {price_words(stop)}: once triggered it waits"
        yield examined.look(Code.LIMIT_SIDE, f"{name} {price_words(limit)} {words}")


def _lies_before(leg: Leg, limit: Resolved, stop: Resolved) -> bool:
    """Return whether a limit would wait at its trigger, which it is there to trade at."""
    return limit.value > stop.value if leg.type == "sell" else limit.value < stop.value


def _profit_limits(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at the one limit of its kind that lies on the other side of its trigger.

    Of a take-profit either side may be meant, so the others show which.
    """
    alike: defaultdict[tuple[str, str], list[tuple[Examined, Leg, bool]]] = defaultdict(list)
    for examined in survey.orders:
        for leg, prices in _legs(examined):
            if leg.ordertype == "take-profit-limit" and prices.limit and prices.stop:
                before = _lies_before(leg, prices.limit, prices.stop)
                alike[leg.name, leg.type].append((examined, leg, before))
    for members in alike.values():
        for side in (True, False):
            odd = [examined for examined, _, before in members if before is side]
            if len(odd) == 1 and len(members) - 1 >= FEWEST_ALIKE:
                yield odd[0].look(Code.LIMIT_SIDE, _profit_words(odd[0], before=side))


def _profit_words(examined: Examined, *, before: bool) -> str:
    where = "before" if before else "beyond"
    prices = examined.priced if examined.priced.limit and examined.priced.stop else examined.priced.close
    assert prices is not None, "one of its legs has both prices"
    assert prices.limit is not None and prices.stop is not None  # noqa: PT018 - see above
    words = f"its limit {price_words(prices.limit)} lies {where} its trigger {price_words(prices.stop)}"
    return f"{words}, other than all others of its kind"


def _close(examined: Examined) -> Iterator[SecondLook]:
    close, leg, price = examined.priced.close, examined.terms.close, examined.priced.price
    if close is None or leg is None:
        return
    own = close.stop or close.limit
    if own is None or price is None:
        return
    if close.at_once or close.triggered:
        words = f"its close, {leg.type} {leg.ordertype} {price_words(own)}"
        yield examined.look(
            Code.CLOSE_SIDE, f"{words}, trades as soon as the order is filled at {number_words(price)}"
        )
    elif own.value > 0 and is_far(own.value, price):
        yield examined.look(Code.CLOSE_FAR, _far_words(own, price))


def _far_words(own: Resolved, price: Decimal) -> str:
    words = away_words(own.value, price)
    return f"its close at {price_words(own)} is {words} its own price, {number_words(price)}"
