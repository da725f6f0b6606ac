"""What an order comes to at a market: its prices in money, its notional, its fees, how far off it is.

Relative prices are resolved as the exchange's page describes them. Nothing is judged here.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import decimal_text, parse_decimal, parse_price

if TYPE_CHECKING:
    from runner.domain import Instrument, Price, Quote
    from runner.protocol import AddOrder

HUNDRED = Decimal(100)
MOST_DECIMALS = 18
"""As many as a batch file may hold."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A price in quote units. ``reference`` is what a relative one was reckoned from, read ``at`` (Unix
    seconds); None for a price that stands in the file.
    """

    value: Decimal
    text: str
    reference: Decimal | None = None
    at: float | None = None

    @property
    def relative(self) -> bool:
        """Whether the price follows the market until the exchange has the order."""
        return self.reference is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What an order comes to. Each is None where the market does not tell, or the order has none.

    ``price`` is what it is reckoned at: its limit, else its trigger, else the other side of the quote.
    ``volume`` is in base units, ``notional`` and the fees in quote units, ``distance`` is how far ``price``
    lies above the middle of the market, in percent. ``takes``: it would trade at once. A fee is None where
    the order can never pay it.
    """

    limit: Resolved | None = None
    stop: Resolved | None = None
    price: Decimal | None = None
    volume: Decimal | None = None
    notional: Decimal | None = None
    distance: Decimal | None = None
    takes: bool | None = None
    fee_maker: Decimal | None = None
    fee_taker: Decimal | None = None


def price_order(request: AddOrder, instrument: Instrument | None, quote: Quote | None, now: float) -> Priced:
    """What an order comes to at a quote, as far as either is known."""
    tick = instrument.tick_size if instrument else None
    limit, stop = limit_and_stop(request, quote, tick)
    price = _reckoned(limit, stop, request, quote)
    volume = base_volume(request, quote)
    notional = None if price is None or volume is None else price * volume
    takes = _takes(request, limit, quote, now)
    maker, taker = _fees(request, instrument, notional)
    return Priced(
        limit=limit,
        stop=stop,
        price=price,
        volume=volume,
        notional=notional,
        distance=_distance(limit or stop, quote),
        takes=takes,
        fee_maker=maker,
        fee_taker=taker,
    )


def limit_and_stop(
    request: AddOrder, quote: Quote | None, tick: Decimal | None
) -> tuple[Resolved | None, Resolved | None]:
    """The limit and the trigger that an order would have if it arrived now."""
    if request.price is None or request.ordertype in ("market", "settle-position"):
        return None, None
    last = quote.last if quote else None
    first = _resolved(request.price, last, quote, request, tick)
    if request.ordertype == "limit":
        return first, None
    if request.price2 is None:
        return None, first
    return _resolved(request.price2, first.value if first else None, quote, request, tick), first


def base_volume(request: AddOrder, quote: Quote | None) -> Decimal | None:
    """How much is to be traded, in base units; with ``viqc`` the file says it in the quote currency."""
    if request.volume is None:
        return None
    volume = parse_decimal(request.volume)
    if "viqc" not in flags_of(request):
        return volume
    return volume / quote.ask if quote and quote.ask else None


def flags_of(request: AddOrder) -> tuple[str, ...]:
    """The order's flags."""
    return tuple(request.oflags.split(",")) if request.oflags else ()


def on_margin(request: AddOrder) -> bool:
    """Whether the order is paid for with borrowed money, or settles such a debt."""
    return bool(request.leverage or request.margin or request.ordertype == "settle-position")


def moment_of(text: str | None, now: float) -> float | None:
    """``starttm`` or ``expiretm`` as Unix seconds if the order arrived now; None for never or at once."""
    if text is None:
        return None
    if text.startswith("+"):
        return now + int(text[1:])
    return int(text) or None


def to_tick(value: Decimal, tick: Decimal) -> Decimal:
    """The nearest price that is a multiple of the tick size."""
    return (value / tick).to_integral_value() * tick


def price_text(price: Decimal, tick: Decimal) -> str:
    """A price with as many decimals as its tick size has, more only where it needs them."""
    text, decimals = decimal_text(price, MOST_DECIMALS), decimal_text(tick, MOST_DECIMALS).partition(".")[2]
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(len(decimals), "0")
    return f"{whole}.{fraction}" if fraction else whole


def _resolved(
    text: str, reference: Decimal | None, quote: Quote | None, request: AddOrder, tick: Decimal | None
) -> Resolved | None:
    price = parse_price(text)
    if not price.relative:
        return Resolved(price.amount, text)
    if reference is None:
        return None
    offset = reference * price.amount / HUNDRED if price.percent else price.amount
    value = reference + offset if _upwards(price, request) else reference - offset
    value = to_tick(value, tick) if tick else value
    return Resolved(value, text, reference, quote.at if quote else None)


def _upwards(price: Price, request: AddOrder) -> bool:
    """Which way a relative price points.

    A trailing stop's ``+`` is the distance of its reversal, so the side decides; ``#`` points to where the
    order does not trade at once.
    """
    buys = request.type == "buy"
    if price.sign == "-":
        return False
    if request.ordertype.startswith("trailing-stop"):
        return buys
    return price.sign != "#" or buys == request.ordertype.startswith("stop-loss")


def _reckoned(
    limit: Resolved | None, stop: Resolved | None, request: AddOrder, quote: Quote | None
) -> Decimal | None:
    resolved = limit or stop
    if resolved is not None:
        return resolved.value
    return quote.opposite(request.type) if quote and request.price is None else None


def _takes(request: AddOrder, limit: Resolved | None, quote: Quote | None, now: float) -> bool | None:
    start = moment_of(request.starttm, now)
    if request.ordertype not in ("market", "limit") or (start is not None and start > now):
        return False
    if request.ordertype == "market":
        return True
    return None if limit is None or quote is None else quote.crossed_by(request.type, limit.value)


def _distance(price: Resolved | None, quote: Quote | None) -> Decimal | None:
    if price is None or quote is None or not quote.mid:
        return None
    return (price.value - quote.mid) / quote.mid * HUNDRED


def _fees(
    request: AddOrder, instrument: Instrument | None, notional: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """The fee as maker and as taker. ``post`` never takes; what has no limit never makes."""
    if instrument is None or notional is None:
        return None, None
    maker = _share(instrument.maker_percent, notional)
    taker = _share(instrument.taker_percent, notional)
    makes = request.ordertype == "limit" or request.ordertype.endswith("-limit")
    return (maker if makes else None), (None if "post" in flags_of(request) else taker)


def _share(percent: Decimal | None, amount: Decimal) -> Decimal | None:
    return None if percent is None else amount * percent / HUNDRED
