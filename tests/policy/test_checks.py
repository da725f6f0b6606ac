"""The checks one by one, at their edges; whole batches are among the acceptance cases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner.domain import (
    Against,
    AllowedOrdertypes,
    AllowedPairs,
    AllowedTypes,
    AllowedVenues,
    Check,
    Collar,
    MaxLeverage,
    MaxRejects,
    RequiredFields,
)
from runner.policy.checks import find_breaches
from runner.policy.context import Answers, OrderContext
from runner.policy.prices import NoPrice
from tests.policy.builders import context, rule
from tests.policy.markets import market_of, quote
from tests.support.for_each import for_each

CLOSE = {"close_ordertype": "stop-loss", "close_price": "140"}
FIVE = Decimal(5)


def said(check: Check, about: OrderContext | None = None) -> list[object]:
    """Return what a check says of an order."""
    return list(find_breaches(rule(check), about or context()))


@for_each(
    [
        (AllowedPairs(("ETH/EUR",)), context(), context(pair="ETH/USD"), "ETH/USD is none of ETH/EUR"),
        (AllowedTypes(("buy",)), context(), context(type="sell"), "sell is not buy"),
        (AllowedTypes(("buy",)), context(), context(**CLOSE), "close sell is not buy"),
        (AllowedOrdertypes(("limit",)), context(), context(**CLOSE), "close stop-loss is none of limit"),
        (AllowedVenues(("paper",)), context(), context(venue="kraken"), "kraken is not paper"),
        (MaxLeverage(None), context(), context(leverage="2"), "leverage 2; none is allowed"),
        (MaxLeverage(3), context(leverage="3"), context(leverage="4"), "leverage 4; at most 3 is allowed"),
        (
            MaxLeverage(3),
            context(),
            context(margin=True),
            "margin, with the most leverage of the pair; at most 3 is allowed",
        ),
        (
            MaxLeverage(None),
            context(),
            context(ordertype="settle-position"),
            "settle-position, of a position on margin; none is allowed",
        ),
        (RequiredFields(("post",)), context(oflags="fciq,post"), context(oflags="fciq"), "without post"),
        (RequiredFields(("close",)), context(**CLOSE), context(), "without close"),
        (RequiredFields(("expiretm",)), context(expiretm="+60"), context(expiretm="0"), "without expiretm"),
        (RequiredFields(("reduce_only",)), context(reduce_only=True), context(), "without reduce_only"),
    ]
)
def test_what_a_check_passes_and_what_it_does_not(
    check: Check, passing: OrderContext, failing: OrderContext, words: str
) -> None:
    """One order on each side of it, and what is said of the other."""
    assert said(check, passing) == []
    assert said(check, failing) == [words]


@pytest.mark.parametrize(("price", "wrong"), [("157.5", 0), ("157.51", 1), ("142.5", 0), ("142.49", 1)])
def test_a_collar_ends_at_its_edge(price: str, wrong: int) -> None:
    """The edge itself is inside."""
    assert len(said(Collar(Against.LAST, FIVE, FIVE), context(price=price))) == wrong


def test_an_open_side_of_a_collar_holds_nothing_back() -> None:
    """Above and below are said apart."""
    assert said(Collar(Against.LAST, FIVE, None), context(price="1")) == []
    assert said(Collar(Against.LAST, None, FIVE), context(price="1000")) == []


def test_a_collar_says_how_far_off_a_price_is() -> None:
    """The name of the price, its distance, and the reference with its name."""
    (words,) = said(Collar(Against.MID, FIVE, None), context(price="180"))
    assert words == "limit 180 is 20% above the mid price 150, more than 5%"


def test_a_collar_without_a_price_does_not_know() -> None:
    """No quote, or one of 0, is never inside of a collar."""
    collar = Collar(Against.LAST, FIVE, FIVE)
    assert said(collar, context(pair="DOT/EUR")) == [NoPrice("no price of DOT/EUR is known")]
    nothing = market_of({"ETH/EUR": quote("0", "0", "0")})
    assert said(collar, context(market=nothing)) == [NoPrice("no price of ETH/EUR is known")]


@pytest.mark.parametrize(
    ("check", "answered", "rejected", "stops"),
    [
        (MaxRejects(2, None, 10), 5, 2, 0),
        (MaxRejects(2, None, 10), 5, 3, 1),
        (MaxRejects(0, None, 10), 1, 1, 1),
        (MaxRejects(None, Decimal(20), 10), 9, 9, 0),
        (MaxRejects(None, Decimal(20), 10), 10, 2, 0),
        (MaxRejects(None, Decimal(20), 10), 10, 3, 1),
        (MaxRejects(2, Decimal(20), 10), 10, 3, 2),
    ],
)
def test_rejects_are_counted_and_weighed(check: MaxRejects, answered: int, rejected: int, stops: int) -> None:
    """A number of them, or a share once there are enough answers."""
    about = replace(context(), answers=Answers(answered=answered, rejected=rejected))
    assert len(said(check, about)) == stops
