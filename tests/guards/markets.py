"""A market that stands still, for whoever has to know what things cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

NOW = 1_795_000_000.0
"""A Wednesday at eleven in the morning."""


@dataclass(frozen=True)
class Quote:
    """The best prices and the last trade of one pair."""

    bid: Decimal
    ask: Decimal
    last: Decimal
    at: float = NOW


def quote(bid: str, ask: str, last: str) -> Quote:
    """From texts."""
    return Quote(Decimal(bid), Decimal(ask), Decimal(last))


QUOTES = {
    "ETH/EUR": quote("149.9", "150.1", "150"),
    "XBT/EUR": quote("8990", "9010", "9000"),
    "EUR/USD": quote("1.09", "1.11", "1.1"),
    "ETH/USD": quote("159", "161", "163.2"),
    "XBT/USD": quote("9900", "10600", "10000"),
    "ETH/XBT": quote("0.0166", "0.0168", "0.0167"),
}


@dataclass(frozen=True)
class Market:
    """Quotes, and what they make of one currency in another."""

    quotes: Mapping[str, Quote] = field(default_factory=lambda: QUOTES)

    def rate(self, currency: str, into: str) -> Decimal | None:
        """By the pair of the two, whichever way round it is quoted."""
        if f"{currency}/{into}" in self.quotes:
            found = self.quotes[f"{currency}/{into}"]
            return (found.bid + found.ask) / 2
        found_inverse = self.quotes.get(f"{into}/{currency}")
        return None if found_inverse is None else 2 / (found_inverse.bid + found_inverse.ask)
