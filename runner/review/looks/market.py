"""Orders against the market: what trades at once, triggers that have been passed, prices far from it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from .second_look import Code
from .survey import number_words, price_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .second_look import SecondLook
    from .survey import Examined, Survey

THROUGH_PERCENT: Final = 1
"""A limit that is to trade now is put this far through the market at most."""

IOC_THROUGH_PERCENT: Final = 5
"""The same for an order that is made to trade now or never."""

FAR_FACTOR: Final = 2
"""A price of less than half the market's, or of more than twice, is far from it."""


def market_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at each order that the market makes odd."""
    for group in survey.groups.values():
        waiting, taking = _ways(group)
        for examined in group:
            if _trades_unexpectedly(examined, waiting, taking):
                yield examined.look(Code.TRADES_AT_ONCE, _at_once_words(examined))
            elif examined.priced.triggered:
                yield examined.look(Code.TRIGGER_PASSED, _passed_words(examined))
            elif (words := _far_words(examined)) is not None:
                yield examined.look(Code.FAR_FROM_MARKET, words)


def _ways(group: Sequence[Examined]) -> tuple[int, int]:
    """Return how many limit orders of a group wait, and how many meet the market at once."""
    limits = [
        examined
        for examined in group
        if examined.terms.ordertype == "limit" and examined.priced.takes is not None
    ]
    taking = sum(map(_meets_market, limits))
    return len(limits) - taking, taking


def _meets_market(examined: Examined) -> bool:
    return bool(examined.priced.takes or examined.priced.refused)


def _trades_unexpectedly(examined: Examined, waiting: int, taking: int) -> bool:
    """Return whether a limit order would trade at once though nothing shows that it is meant to."""
    if examined.terms.ordertype != "limit" or not _meets_market(examined):
        return False
    through = examined.priced.through or Decimal()
    if examined.terms.ends_at_once:
        return through >= IOC_THROUGH_PERCENT
    return through >= THROUGH_PERCENT or waiting > taking


def _at_once_words(examined: Examined) -> str:
    quote, limit, terms = examined.order.quote, examined.priced.limit, examined.terms
    assert quote is not None, "without a quote nothing is known to trade at once"
    assert limit is not None, "a limit order has a limit"
    best = quote.opposite(terms.type)
    assert best is not None, "what trades at once meets a price"
    side = "ask" if terms.type == "buy" else "bid"
    begin = "`post` has it refused, for it would trade" if examined.priced.refused else "it trades"
    through = examined.priced.through
    how_far = f"{percent(through)} through the {side} of" if through else f"at the {side},"
    return f"{begin} at once: {terms.type} at {price_words(limit)}, {how_far} {number_words(best)}"


def _passed_words(examined: Examined) -> str:
    stop, quote = examined.priced.stop, examined.order.quote
    assert stop is not None, "what is triggered has a trigger"
    assert quote is not None, "and a market that has passed it"
    assert quote.last is not None, "by its last trade"
    then = "it trades at once" if examined.priced.takes else "it is active at once"
    return (
        f"its trigger {price_words(stop)} has been passed, the last trade was at "
        f"{number_words(quote.last)}: {then}"
    )


def _far_words(examined: Examined) -> str | None:
    """Return in words how far an order that waits is from the market; None if it is not far."""
    price, quote = examined.priced.named, examined.order.quote
    own = examined.priced.stop or examined.priced.limit
    if own is None or price is None or quote is None or quote.mid is None or own.value <= 0:
        return None
    if _meets_market(examined) or not is_far(own.value, quote.mid):
        return None
    name = "its trigger" if examined.priced.stop else examined.terms.type + " at"
    words = away_words(own.value, quote.mid)
    return f"{name} {price_words(own)}, {words} the market, {number_words(quote.mid)}"


def is_far(price: Decimal, other: Decimal) -> bool:
    """Return whether one price is less than half or more than twice another."""
    return price * FAR_FACTOR < other or price > other * FAR_FACTOR


def away_words(price: Decimal, other: Decimal) -> str:
    """``90.1 % below``, ``9.5 times``: a price seen from another, which is to follow."""
    if price < other:
        return f"{percent((other - price) / other * 100)} below"
    if price > other * FAR_FACTOR:
        return f"{number_words(round(price / other, 1))} times"
    return f"{percent((price - other) / other * 100)} above"


def percent(number: Decimal) -> str:
    """Return a percentage for people: ``99.9 %``.

    What is nearly nothing or nearly all is not rounded to it.
    """
    decimals = 1
    while decimals < _MOST_DIGITS and round(number, decimals) in (0, 100):
        decimals += 1
    return f"{round(number, decimals):,f} %"


_MOST_DIGITS: Final = 6
