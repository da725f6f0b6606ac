"""The worth of an order at a market: its prices, whether it trades at once, what a unit of it is worth.

Reviews and rules compute with this one module. An order meets a market price: the other side of the quote
when it arrives, or its trigger once that is reached. Without a limit, or with one that is through that price,
it trades there; otherwise it rests at its limit. What cannot be known is None and never a guess.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from runner.domain import Leg, OrderTerms, Price, Quote

HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A price in quote units.

    ``reference`` is the base of a relative price, read ``at`` (Unix seconds); None for a price in the file.
    A relative price may resolve to 0 or less, which is not a price.
    """

    value: Decimal
    text: str
    reference: Decimal | None = None
    at: float | None = None

    @property
    def relative(self) -> bool:
        """True if the price follows the market until the exchange has the order."""
        return self.reference is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A leg at a market; each value is None if the market lacks it, or the leg has none.

    ``triggered``: its trigger has been passed. ``at_once``: it would trade as soon as it arrives.
    ``refused``: it would, and ``post`` forbids it.
    ``price`` is what a unit of it trades at, ``most`` the most that it may trade at: a buy may pay up to its
    limit. ``through`` is how far its own price is through the market, in percent, for what trades at once or
    is refused because it would;
    ``beyond`` how far its limit is through its trigger, for what has yet to be triggered.
    """

    limit: Resolved | None = None
    stop: Resolved | None = None
    triggered: bool | None = None
    at_once: bool | None = None
    refused: bool = False
    price: Decimal | None = None
    most: Decimal | None = None
    through: Decimal | None = None
    beyond: Decimal | None = None


def worth_of(leg: Leg, quote: Quote | None, tick: Decimal | None = None, *, waits: bool = False) -> Worth:
    """Return the worth of a leg at a quote. ``tick`` rounds relative prices; ``waits``: it starts later."""
    limit, stop = resolve_prices(leg, quote, tick)
    if any(price is not None and price.value <= 0 for price in (limit, stop)):
        return Worth(limit=limit, stop=stop)
    market = None if quote is None else quote.opposite(leg.type)
    triggered = None if stop is None else _is_reached(leg, stop.value, quote.last if quote else None)
    relative_is_unknown = leg.priced and limit is None and stop is None
    if relative_is_unknown or (leg.price2 is not None and limit is None):
        return Worth(limit=limit, stop=stop, triggered=triggered)
    crosses = at_once = _at_once(leg, limit, triggered, market)
    through = _through(leg, limit, stop, market, quote) if crosses else None
    if leg.post:
        at_once, market = False, None  # It rests at its limit, or is refused: it never meets the market.
    price = _price(leg, limit, stop, market, triggered=bool(triggered))
    return Worth(
        limit=limit,
        stop=stop,
        triggered=triggered,
        at_once=False if waits else at_once,
        refused=bool(leg.post and crosses),
        price=price,
        most=_most(leg, limit, price, known=at_once is not None and market is not None),
        through=through,
        beyond=_beyond(leg, limit, stop) if triggered is False else None,
    )


def resolve_prices(
    leg: Leg, quote: Quote | None, tick: Decimal | None = None
) -> tuple[Resolved | None, Resolved | None]:
    """Return the limit and the trigger that a leg would have if it arrived now."""
    if leg.price is None or not leg.priced:
        return None, None
    last = quote.last if quote else None
    first = _resolve_leg(leg.price, last, quote, tick, upwards=_upwards(leg.price, leg))
    if leg.ordertype == "limit":
        return first, None
    if leg.price2 is None:
        return None, first
    # The second price is relative to the first, and its sign means what it says.
    upwards = leg.price2.sign != "-"
    return _resolve_leg(leg.price2, first.value if first else None, quote, tick, upwards=upwards), first


def base_volume(terms: OrderTerms, quote: Quote | None) -> Decimal | None:
    """Return how much is to be traded, in base units; a volume of money is what it buys at the ask."""
    if terms.volume is None or not terms.in_quote:
        return terms.volume
    return terms.volume / quote.ask if quote is not None and quote.ask is not None else None


def money_of(terms: OrderTerms, volume: Decimal | None, price: Decimal | None) -> Decimal | None:
    """Return what an order is worth at a price, in the quote currency; a volume of money says it."""
    if terms.in_quote:
        return terms.volume or Decimal()
    return None if volume is None or price is None else volume * price


def to_tick(value: Decimal, tick: Decimal) -> Decimal:
    """Return the nearest price that is a multiple of the tick size."""
    return (value / tick).to_integral_value() * tick


# --- prices ----------------------------------------------------------------------------------


def _resolve_leg(
    price: Price, reference: Decimal | None, quote: Quote | None, tick: Decimal | None, *, upwards: bool
) -> Resolved | None:
    if not price.relative:
        return Resolved(price.amount, price.text)
    if reference is None:
        return None
    offset = reference * price.amount / HUNDRED if price.percent else price.amount
    value = reference + offset if upwards else reference - offset
    value = to_tick(value, tick) if tick else value
    return Resolved(value, price.text, reference, quote.at if quote else None)


def _upwards(price: Price, leg: Leg) -> bool:
    """Return whether a relative price points upwards.

    A trailing stop's ``+`` is the distance of its reversal, so the side decides; ``#`` points to where the
    order does not trade at once.
    """
    buys = leg.type == "buy"
    if price.sign == "-":
        return False
    if leg.ordertype.startswith("trailing-stop"):
        return buys
    return price.sign != "#" or buys == leg.ordertype.startswith("stop-loss")


# --- when it trades, and at which price -----------------------------------------------------------


def _is_reached(leg: Leg, stop: Decimal, last: Decimal | None) -> bool | None:
    """Return whether the last trade is at the trigger or past it; None if its price is unknown.

    Triggers look at the last trade alone.
    """
    if last is None:
        return None
    upwards = (leg.type == "buy") != leg.ordertype.startswith("take-profit")
    return last >= stop if upwards else last <= stop


def _crosses(leg: Leg, limit: Decimal, market: Decimal) -> bool:
    return limit >= market if leg.type == "buy" else limit <= market


def _at_once(leg: Leg, limit: Resolved | None, triggered: bool | None, market: Decimal | None) -> bool | None:
    match leg.ordertype:
        case "settle-position":
            return False
        case "market":
            return True
        case "limit":
            pass
        case _ if not triggered:
            return triggered
    if limit is None:
        return True
    return None if market is None else _crosses(leg, limit.value, market)


def _price(
    leg: Leg, limit: Resolved | None, stop: Resolved | None, market: Decimal | None, *, triggered: bool
) -> Decimal | None:
    met = market if stop is None or triggered else stop.value
    if limit is None:
        return met
    return met if met is not None and _crosses(leg, limit.value, met) else limit.value


def _most(leg: Leg, limit: Resolved | None, price: Decimal | None, *, known: bool) -> Decimal | None:
    """Return the most that a unit may trade at. Only a limit of a buy says that without a market."""
    if leg.type == "buy" and limit is not None:
        return limit.value
    return price if known else None


def _through(
    leg: Leg, limit: Resolved | None, stop: Resolved | None, market: Decimal | None, quote: Quote | None
) -> Decimal | None:
    if limit is not None:
        return None if market is None else _percent(limit.value, market)
    if stop is not None and quote is not None and quote.last is not None:
        return _percent(stop.value, quote.last)
    return None


def _beyond(leg: Leg, limit: Resolved | None, stop: Resolved | None) -> Decimal | None:
    if limit is None or stop is None or not _crosses(leg, limit.value, stop.value):
        return None
    return _percent(limit.value, stop.value)


def _percent(price: Decimal, market: Decimal) -> Decimal:
    return abs(price - market) / market * HUNDRED
