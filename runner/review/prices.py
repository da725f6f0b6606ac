"""The money of an order at a market: its prices, notional, fees, distance, and its close.

What trades at once, and what a unit is worth then, is computed where the rules of a policy compute it too.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import Quote, decimal_text
from runner.policy import HUNDRED, Resolved, base_volume, money_of, worth_of

if TYPE_CHECKING:
    from runner.domain import Instrument, OrderTerms
    from runner.policy import Worth

MOST_DECIMALS = 18
"""As many as a batch file may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The money of an order. Each value is None if the market data lacks it, or if the order has none.

    ``price`` is what a unit of it trades at: the market's, where it trades at once or once its trigger is
    reached, else its limit. ``volume`` is in base units; ``notional``, ``most`` (what it may cost or bring at
    most) and the fees are in quote units. ``named`` is the price at which the exchange compares it with its
    minimums: its limit, else its trigger. ``distance`` is how far that lies above the middle of the
    market, in percent.

    ``takes``: it would trade at once, ``through`` so many percent through the market; ``refused``: it would,
    and ``post`` forbids it, ``through`` being the same. ``rests``: it would
    stay open. ``triggered``: its trigger has been passed. ``beyond``: how many percent its limit is through
    its trigger. ``close`` is the worth of its conditional close once the order trades. A fee is None if
    the order can never pay it.
    """

    limit: Resolved | None = None
    stop: Resolved | None = None
    price: Decimal | None = None
    named: Decimal | None = None
    volume: Decimal | None = None
    notional: Decimal | None = None
    most: Decimal | None = None
    distance: Decimal | None = None
    takes: bool | None = None
    refused: bool = False
    rests: bool = True
    triggered: bool | None = None
    through: Decimal | None = None
    beyond: Decimal | None = None
    close: Worth | None = None
    fee_maker: Decimal | None = None
    fee_taker: Decimal | None = None


def price_order(terms: OrderTerms, instrument: Instrument | None, quote: Quote | None, now: float) -> Priced:
    """Return the money of an order at a quote, as far as quote and instrument are known."""
    tick = instrument.tick_size if instrument else None
    waits = terms.starts_later(now)
    worth = worth_of(terms.order, quote, tick, waits=waits)
    volume = base_volume(terms, quote)
    notional = money_of(terms, volume, worth.price)
    maker, taker = _fees(terms, instrument, notional)
    own = worth.limit or worth.stop
    return Priced(
        limit=worth.limit,
        stop=worth.stop,
        price=worth.price,
        named=worth.price if own is None else own.value,
        volume=volume,
        notional=notional,
        most=money_of(terms, volume, worth.most),
        distance=_distance(own, quote),
        takes=worth.at_once,
        refused=worth.refused,
        rests=not worth.at_once and not worth.refused and (not terms.ends_at_once or waits),
        triggered=worth.triggered,
        through=worth.through,
        beyond=worth.beyond,
        close=worth_of(terms.close, _met(worth, quote), tick) if terms.close else None,
        fee_maker=maker,
        fee_taker=taker,
    )


def fee_in_base(terms: OrderTerms) -> bool:
    """Return whether the author has the fee taken in the base currency."""
    return "fcib" in terms.flags and not terms.on_margin


def price_text(price: Decimal, tick: Decimal) -> str:
    """Return a price with as many decimals as its tick size has, more only where it needs them."""
    text, decimals = decimal_text(price, MOST_DECIMALS), decimal_text(tick, MOST_DECIMALS).partition(".")[2]
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(len(decimals), "0")
    return f"{whole}.{fraction}" if fraction else whole


def _met(worth: Worth, quote: Quote | None) -> Quote | None:
    """Return the market that a conditional close meets: its last trade is at its parent's price."""
    if quote is None or worth.price is None:
        return None
    return replace(quote, bid=worth.price, ask=worth.price, last=worth.price)


def _distance(price: Resolved | None, quote: Quote | None) -> Decimal | None:
    mid = quote.mid if quote is not None else None
    return None if price is None or mid is None else (price.value - mid) / mid * HUNDRED


def _fees(
    terms: OrderTerms, instrument: Instrument | None, notional: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Return the fee as maker and as taker. ``post`` never takes; what has no limit never makes."""
    if instrument is None or notional is None:
        return None, None
    maker = _share(instrument.maker_percent, notional)
    taker = _share(instrument.taker_percent, notional)
    makes = terms.ordertype == "limit" or terms.ordertype.endswith("-limit")
    return (maker if makes else None), (None if "post" in terms.flags else taker)


def _share(percent: Decimal | None, amount: Decimal) -> Decimal | None:
    return None if percent is None else amount * percent / HUNDRED
