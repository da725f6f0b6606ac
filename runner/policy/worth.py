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

from runner.domain import parse_decimal, parse_price

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import Price, Quote
    from runner.kraken import AddOrder

HUNDRED: Final = Decimal(100)
UNPRICED: Final = frozenset({"market", "settle-position"})
"""Order types without a price of their own."""


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


@dataclass(frozen=True, slots=True)
class Resolved:
    """A price in quote units. ``reference`` is the base of a relative one, read ``at`` (Unix seconds); None
    for a price in the file. A relative one may resolve to 0 or less, which is not a price.
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
    ``price`` is what a unit of it trades at, ``most`` the most that it may trade at: a buy may pay up to its
    limit. ``through`` is how far its own price is through the market, in percent, for what trades at once;
    ``beyond`` how far its limit is through its trigger, for what has yet to be triggered.
    """

    limit: Resolved | None = None
    stop: Resolved | None = None
    triggered: bool | None = None
    at_once: bool | None = None
    price: Decimal | None = None
    most: Decimal | None = None
    through: Decimal | None = None
    beyond: Decimal | None = None


def legs(request: AddOrder) -> Iterator[Leg]:
    """Yield the legs of a message: the order, then its conditional close if it has one."""
    yield Leg("", request.type, request.ordertype, request.price, request.price2)
    if request.close_ordertype is not None:
        other = "sell" if request.type == "buy" else "buy"
        yield Leg("close", other, request.close_ordertype, request.close_price, request.close_price2)


def worth_of(leg: Leg, quote: Quote | None, tick: Decimal | None = None, *, waits: bool = False) -> Worth:
    """Return the worth of a leg at a quote. ``tick`` rounds relative prices; ``waits``: it starts later."""
    limit, stop = resolved(leg, quote, tick)
    if any(price is not None and price.value <= 0 for price in (limit, stop)):
        return Worth(limit=limit, stop=stop)
    market = None if quote is None else quote.opposite(leg.type)
    triggered = None if stop is None else _is_reached(leg, stop.value, quote.last if quote else None)
    relative_is_unknown = _wants_price(leg) and limit is None and stop is None
    if relative_is_unknown or (leg.price2 is not None and limit is None):
        return Worth(limit=limit, stop=stop, triggered=triggered)
    at_once = _at_once(leg, limit, triggered, market)
    price = _price(leg, limit, stop, market, triggered=bool(triggered))
    return Worth(
        limit=limit,
        stop=stop,
        triggered=triggered,
        at_once=False if waits else at_once,
        price=price,
        most=_most(leg, limit, price, known=at_once is not None and market is not None),
        through=_through(leg, limit, stop, market, quote) if at_once else None,
        beyond=_beyond(leg, limit, stop) if triggered is False else None,
    )


def resolved(
    leg: Leg, quote: Quote | None, tick: Decimal | None = None
) -> tuple[Resolved | None, Resolved | None]:
    """Return the limit and the trigger that a leg would have if it arrived now."""
    if leg.price is None or leg.ordertype in UNPRICED:
        return None, None
    last = quote.last if quote else None
    first = _resolve_leg(leg.price, last, quote, tick, upwards=_upwards(parse_price(leg.price), leg))
    if leg.ordertype == "limit":
        return first, None
    if leg.price2 is None:
        return None, first
    # The second price is relative to the first, and its sign means what it says.
    upwards = parse_price(leg.price2).sign != "-"
    return _resolve_leg(leg.price2, first.value if first else None, quote, tick, upwards=upwards), first


def base_volume(request: AddOrder, quote: Quote | None) -> Decimal | None:
    """Return how much is to be traded, in base units; with ``viqc`` what the money buys at the ask."""
    if request.volume is None:
        return None
    volume = parse_decimal(request.volume)
    if "viqc" not in flags_of(request):
        return volume
    return volume / quote.ask if quote is not None and quote.ask is not None else None


def money_of(request: AddOrder, volume: Decimal | None, price: Decimal | None) -> Decimal | None:
    """Return what an order is worth at a price, in the quote currency; with ``viqc`` the file says it."""
    if "viqc" in flags_of(request):
        return parse_decimal(request.volume or "0")
    return None if volume is None or price is None else volume * price


def flags_of(request: AddOrder) -> tuple[str, ...]:
    """Return the order's flags."""
    return tuple(request.oflags.split(",")) if request.oflags else ()


def moment_of(text: str | None, now: float) -> float | None:
    """``starttm`` or ``expiretm`` as Unix seconds if the order arrived now; None for never or at once."""
    if text is None:
        return None
    if text.startswith("+"):
        return now + int(text[1:])
    return int(text) or None


def starts_later(request: AddOrder, now: float) -> bool:
    """Return whether an order waits for its start, whatever the market does until then."""
    start = moment_of(request.starttm, now)
    return start is not None and start > now


def to_tick(value: Decimal, tick: Decimal) -> Decimal:
    """Return the nearest price that is a multiple of the tick size."""
    return (value / tick).to_integral_value() * tick


# --- prices ----------------------------------------------------------------------------------


def _wants_price(leg: Leg) -> bool:
    return leg.price is not None and leg.ordertype not in UNPRICED


def _resolve_leg(
    text: str, reference: Decimal | None, quote: Quote | None, tick: Decimal | None, *, upwards: bool
) -> Resolved | None:
    price = parse_price(text)
    if not price.relative:
        return Resolved(price.amount, text)
    if reference is None:
        return None
    offset = reference * price.amount / HUNDRED if price.percent else price.amount
    value = reference + offset if upwards else reference - offset
    value = to_tick(value, tick) if tick else value
    return Resolved(value, text, reference, quote.at if quote else None)


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
