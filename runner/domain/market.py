"""The nouns of a market and of an account, as they were read at one moment.

What a pair allows, what it is quoted at, what one currency is worth in another, what an account owns. It
knows no wire form, and it judges no order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

CURRENCY = "currency"
TOKENIZED = "tokenized_asset"
NO_MONEY = Decimal()
_CURRENCY = re.compile(r"[A-Z0-9]{1,16}")


def is_currency(text: str) -> bool:
    """Return True if a text may be a currency as in pairs, such as ``USD`` or ``XBT``."""
    return _CURRENCY.fullmatch(text) is not None


class MarketStatus(StrEnum):
    """The exchange's words for the state of a market: of one pair, or of all."""

    ONLINE = "online"
    CANCEL_ONLY = "cancel_only"
    POST_ONLY = "post_only"
    LIMIT_ONLY = "limit_only"
    REDUCE_ONLY = "reduce_only"


@dataclass(frozen=True, slots=True)
class FeeTier:
    """The trading fee from a 30-day ``volume`` in US dollars on, in percent of an order's cost."""

    volume: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """The fees of an account in one pair, as shares of an order's cost.

    ``maker`` is that of an order that rests first, ``taker`` of one that trades at once.
    """

    maker: Decimal
    taker: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The exchange's description of one pair.

    ``wsname`` is its name on the socket (``XBT/USD``), ``altname`` the one in ``descr`` (``XBTUSD``),
    ``rest_id`` its key in REST answers (``XXBTZUSD``); ``base`` and ``quote`` are the parts of ``wsname``,
    ``base_code`` and ``quote_code`` the same currencies in REST answers (``XXBT``). ``tick_size`` and
    ``costmin`` are in quote units, ``ordermin`` in base units; None where the exchange does not say.
    ``asset_class`` is what its base is: a currency, or a tokenized asset such as a stock (``NVDAx/USD``).
    ``status`` is a ``MarketStatus``, or a word that was added later.
    Source: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs
    """

    wsname: str
    altname: str
    base: str
    quote: str
    tick_size: Decimal
    lot_decimals: int
    rest_id: str = ""
    base_code: str = ""
    quote_code: str = ""
    asset_class: str = CURRENCY
    ordermin: Decimal | None = None
    costmin: Decimal | None = None
    status: str = MarketStatus.ONLINE
    leverage_buy: tuple[int, ...] = ()
    leverage_sell: tuple[int, ...] = ()
    fees_taker: tuple[FeeTier, ...] = ()
    fees_maker: tuple[FeeTier, ...] = ()

    @property
    def taker_percent(self) -> Decimal | None:
        """The fee of an order that trades at once, before any discount for volume."""
        return self.fees_taker[0].percent if self.fees_taker else None

    @property
    def maker_percent(self) -> Decimal | None:
        """The fee of an order that rests first; pairs without their own schedule use the taker's."""
        return self.fees_maker[0].percent if self.fees_maker else self.taker_percent

    def fee_schedule(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Return the volume of each tier, and what takers and makers pay in percent.

        A maker without a tier of their own pays as in the one below, and without a schedule as a taker.
        """
        makers = {tier.volume: tier.percent for tier in self.fees_maker or self.fees_taker}
        rows: list[tuple[Decimal, Decimal, Decimal]] = []
        for tier in self.fees_taker:
            below = rows[-1][2] if rows else tier.percent
            rows.append((tier.volume, tier.percent, makers.get(tier.volume, below)))
        return rows

    def leverages(self, type: str) -> tuple[int, ...]:
        """Return the leverages that are offered to a ``buy`` or a ``sell``."""
        return self.leverage_buy if type == "buy" else self.leverage_sell


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The best prices of a pair and its last trade, in quote units, as read ``at`` (Unix seconds).

    Each is above 0, or None where there is none: an empty side of the book, or what could not be read. The
    exchange writes 0 for that, and 0 is no price here either.
    """

    bid: Decimal | None
    ask: Decimal | None
    last: Decimal | None
    at: float

    def __post_init__(self) -> None:
        for name in ("bid", "ask", "last"):
            price = getattr(self, name)
            if price is not None and (price.is_nan() or price <= 0):
                object.__setattr__(self, name, None)

    @property
    def complete(self) -> bool:
        """True if none of them is missing."""
        return None not in (self.bid, self.ask, self.last)

    @property
    def mid(self) -> Decimal | None:
        """Half way between bid and ask."""
        return None if self.bid is None or self.ask is None else (self.bid + self.ask) / 2

    def opposite(self, type: str) -> Decimal | None:
        """Return the price at which an order of this ``type`` would trade at once."""
        return self.ask if type == "buy" else self.bid


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Pairs and quotes by ``wsname``, read at ``at`` (Unix seconds) at ``source``, a venue or a URL.

    It holds the requested pairs: those of a batch, and those for currency conversion. A pair of the batch
    that is not in ``instruments`` does not exist. ``names`` are all existing pairs if they were read, else
    empty.
    """

    instruments: Mapping[str, Instrument] = field(default_factory=lambda: MappingProxyType({}))
    quotes: Mapping[str, Quote] = field(default_factory=lambda: MappingProxyType({}))
    at: float
    source: str = ""
    names: tuple[str, ...] = ()

    def rate(self, currency: str, into: str) -> Decimal | None:
        """Return the worth of one unit of a currency in another, at mid prices; via a third if need be.

        None if the quotes do not say.
        """
        direct = self._direct(currency, into)
        if direct is not None:
            return direct
        for via in dict.fromkeys(part for pair in self.quotes for part in pair.split("/")):
            first, second = self._direct(currency, via), self._direct(via, into)
            if first is not None and second is not None:
                return first * second
        return None

    def _direct(self, currency: str, into: str) -> Decimal | None:
        if currency == into:
            return Decimal(1)
        quote = self.quotes.get(f"{currency}/{into}")
        if quote is not None and quote.mid is not None:
            return quote.mid
        inverse = self.quotes.get(f"{into}/{currency}")
        return 1 / inverse.mid if inverse is not None and inverse.mid is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotesAt:
    """The quotes that have changed by a moment, ``after_s`` seconds after the beginning, by ``wsname``."""

    after_s: Decimal
    quotes: Mapping[str, Quote]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRecord:
    """A market as it was recorded: its beginning, and ``series`` in the order of time.

    Every pair of it has a bid below its ask, and says its minima.
    """

    market: Market
    series: tuple[QuotesAt, ...] = ()


@dataclass(frozen=True, slots=True)
class OpeningBalances:
    """The amounts by currency that the account of a simulated exchange opens with."""

    amounts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Balance:
    """The amount of a currency that an account owns, and how much of it its open orders hold."""

    total: Decimal
    held: Decimal = NO_MONEY

    @property
    def available(self) -> Decimal:
        """The amount that a new order may take."""
        return self.total - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingOrder:
    """An order that is open at the exchange, whoever placed it.

    ``pair`` is a ``wsname`` where the pair is known, else the exchange's own name for it. ``price`` is the
    limit and ``stop`` the trigger, None where it has none; ``opened`` is Unix seconds. ``descr`` is the
    exchange's text.
    """

    txid: str
    pair: str
    type: str
    ordertype: str
    volume: Decimal
    executed: Decimal = NO_MONEY
    price: Decimal | None = None
    stop: Decimal | None = None
    userref: str | None = None
    cl_ord_id: str | None = None
    leverage: str | None = None
    opened: float | None = None
    descr: str = ""

    @property
    def remaining(self) -> Decimal:
        """Base units that are still to be traded."""
        return self.volume - self.executed


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The holdings of an account: balances by currency, named as in ``wsname``, and its open orders.

    Either is None if it was not read, or if the key has no permission.
    """

    balances: Mapping[str, Balance] | None = None
    orders: tuple[RestingOrder, ...] | None = None


class Subject(StrEnum):
    """A part of the exchange's data that is read before anything is sent; the value names it for people."""

    PAIRS = "pairs, tick sizes, minimums, prices, leverage"
    PRICES = "prices"
    WORTH = "what money is worth in another currency"
    BALANCES = "balances"
    ORDERS = "open orders, what is canceled"
    CLAIMS = "what the journal calls placed or canceled was not held against the exchange"
    HISTORY = "whether orders of this batch are among the account's closed orders"
    KEY = "what the API key may do"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read, and why: it is unknown, which is neither zero nor empty."""

    subject: Subject
    reason: str

    def __str__(self) -> str:
        return f"{self.subject.value} ({self.reason})"
