"""A fixed market, for rules that need prices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import Market, Quote

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = 1_795_000_000.0
"""A Wednesday at eleven in the morning."""


def quote(bid: str, ask: str, last: str) -> Quote:
    """The best prices and the last trade of one pair."""
    return Quote(bid=Decimal(bid), ask=Decimal(ask), last=Decimal(last), at=NOW)


QUOTES = {
    "ETH/EUR": quote("149.9", "150.1", "150"),
    "XBT/EUR": quote("8990", "9010", "9000"),
    "EUR/USD": quote("1.09", "1.11", "1.1"),
    "ETH/USD": quote("159", "161", "163.2"),
    "XBT/USD": quote("9900", "10600", "10000"),
    "ETH/XBT": quote("0.0166", "0.0168", "0.0167"),
}


def market_of(quotes: Mapping[str, Quote] = QUOTES, at: float = NOW) -> Market:
    """These quotes, read at this time."""
    return Market(quotes=quotes, at=at)


NOTHING_KNOWN = market_of({})
