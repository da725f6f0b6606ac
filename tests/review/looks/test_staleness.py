"""Prices that are too old."""

from __future__ import annotations

from dataclasses import replace

from tests.review.looks.looking import looks, message
from tests.review.markets import MARKET, NOW, QUOTES, group, order


def test_prices_older_than_a_minute_are_said_once_a_pair() -> None:
    """At the first order of the pair; a minute is not too old."""
    orders = group(order("a"), order("b", price="144"))
    for age, expected in ((60.0, []), (61.0, ["stale-price a"])):
        old = replace(MARKET, quotes={**QUOTES, "ETH/EUR": replace(QUOTES["ETH/EUR"], at=NOW - age)})
        assert looks(orders, market=old) == expected
    assert message(orders, market=old) == (
        "the prices of ETH/EUR, its own, and of 1 more orders, are of 09:58:59 UTC, 61 seconds old"
    )
