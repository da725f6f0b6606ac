"""The state of the exchange when it opens for the first time.

The prices are those of the time when the exchange's own examples were written, so that these work
literally: a buy of ETH/EUR at 150 rests, and so does a buy of XBT/USD at 9000. The first two resting
orders are the ids of the exchange's own ``cancelOrder`` example, the third is there to be canceled by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runner.paper.state.instruments import INSTRUMENTS, Instruments
from runner.paper.state.listing import instruments_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from runner.domain import Market, Quote


@dataclass(frozen=True, slots=True)
class InitialOrder:
    """An order that was there before anyone connected."""

    txid: str
    pair: str
    type: str
    price: str
    volume: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The initial state: balances by currency, pairs with their prices, open orders, and the listing.

    Prices are bid, ask and, if it is known, the last one. ``opened`` is the ``opentm`` of these orders, Unix
    seconds. ``market`` names what the prices were read from, empty for the standing market.
    """

    balances: tuple[tuple[str, str], ...]
    quotes: tuple[tuple[str, ...], ...]
    orders: tuple[InitialOrder, ...] = ()
    opened: float = 1577836800.0
    market: str = ""
    instruments: Instruments = field(default_factory=lambda: INSTRUMENTS)


_BALANCES = (
    ("EUR", "100000"),
    ("USD", "100000"),
    ("GBP", "100000"),
    ("USDT", "100000"),
    ("USDC", "100000"),
    ("XBT", "10"),
    ("ETH", "100"),
    ("SOL", "1000"),
    ("XRP", "100000"),
    ("ADA", "100000"),
    ("DOT", "10000"),
    ("LTC", "1000"),
    ("XDG", "1000000"),
    ("LINK", "10000"),
    ("AVAX", "1000"),
    ("XLM", "100000"),
    ("TRX", "100000"),
    ("ATOM", "10000"),
    ("UNI", "10000"),
    ("BCH", "100"),
    ("XMR", "1000"),
    ("ETC", "1000"),
    ("ALGO", "100000"),
    ("AAVE", "1000"),
    ("ZEC", "1000"),
    ("NEAR", "10000"),
    ("FIL", "10000"),
    ("SUI", "10000"),
    ("PEPE", "1000000000"),
    ("SHIB", "1000000000"),
    ("NVDAx", "100"),
    ("SPYx", "100"),
)

_QUOTES = (
    ("XBT/USD", "9900.0", "9900.1"),
    ("XBT/EUR", "9000.0", "9000.1"),
    ("XBT/GBP", "7900.0", "7900.1"),
    ("XBT/USDT", "9905.0", "9905.1"),
    ("ETH/USD", "165.10", "165.20"),
    ("ETH/EUR", "150.10", "150.20"),
    ("ETH/USDT", "165.15", "165.25"),
    ("ETH/XBT", "0.01667", "0.01668"),
    ("SOL/USD", "22.00", "22.02"),
    ("SOL/EUR", "20.00", "20.02"),
    ("XRP/USD", "0.22000", "0.22005"),
    ("XRP/EUR", "0.20000", "0.20005"),
    ("ADA/USD", "0.045000", "0.045010"),
    ("DOT/USD", "4.5000", "4.5020"),
    ("LTC/USD", "45.00", "45.02"),
    ("XDG/USD", "0.0024000", "0.0024010"),
    ("LINK/USD", "2.50000", "2.50050"),
    ("AVAX/USD", "4.00", "4.01"),
    ("USDT/USD", "0.99990", "1.00010"),
    ("USDC/USD", "0.9999", "1.0001"),
    ("EUR/USD", "1.10000", "1.10010"),
    ("XLM/USD", "0.060000", "0.060010"),
    ("TRX/USD", "0.015000", "0.015010"),
    ("ATOM/USD", "4.2000", "4.2020"),
    ("UNI/USD", "3.200", "3.202"),
    ("BCH/USD", "230.00", "230.10"),
    ("XMR/USD", "62.00", "62.05"),
    ("ETC/USD", "6.500", "6.502"),
    ("ALGO/USD", "0.22000", "0.22010"),
    ("AAVE/USD", "53.00", "53.05"),
    ("ZEC/USD", "38.00", "38.05"),
    ("NEAR/USD", "1.100", "1.102"),
    ("FIL/USD", "25.000", "25.010"),
    ("SUI/USD", "1.0000", "1.0010"),
    ("PEPE/USD", "0.000001000", "0.000001002"),
    ("SHIB/USD", "0.00000800", "0.00000802"),
    ("NVDAx/USD", "180.00", "180.10"),
    ("SPYx/USD", "650.00", "650.20"),
)

_ORDERS = (
    InitialOrder("OUEMWD-CUO73-YYCBEK", "ETH/EUR", "buy", "120", "0.5"),
    InitialOrder("OBW5ID-MAGEW-HENTE7", "ETH/EUR", "buy", "110", "0.5"),
    InitialOrder("OQCLML-BW3P3-BUCMWZ", "ETH/EUR", "sell", "180", "1"),
)

OPENING = Opening(balances=_BALANCES, quotes=_QUOTES, orders=_ORDERS)
"""The paper exchange's account and market on its first day."""


def opening_at(
    market: Market | None, balances: Mapping[str, Decimal] | None = None, *, name: str = ""
) -> Opening:
    """Return an opening with the pairs and prices of a market (None: the standing one), without orders.

    Each pair has a complete quote. ``balances`` are the account's by currency, by default those of the
    exchange's first day; ``name`` is that of the market.
    """
    owned = _BALANCES if balances is None else tuple((name, f"{each:f}") for name, each in balances.items())
    if market is None:
        return replace(OPENING, balances=owned, orders=())
    quotes = ((pair, market.quotes[pair]) for pair in market.instruments)
    return Opening(
        balances=owned,
        quotes=tuple((pair, str(quote.bid), str(quote.ask), *_last(quote)) for pair, quote in quotes),
        market=name,
        instruments=instruments_of(market),
    )


def _last(quote: Quote) -> tuple[str, ...]:
    return () if quote.last is None else (str(quote.last),)
