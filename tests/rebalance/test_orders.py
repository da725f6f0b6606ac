"""The orders: prices, volumes, limits, and why there is none or a smaller one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.rebalance.compute import compute
from runner.rebalance.orders import Line, Trade, Why
from tests.rebalance.cases import snapshot, targets
from tests.support.for_each import for_each

EVEN = {"ETH": {"bid": "99", "ask": "101"}, "XBT": {"bid": "999", "ask": "1001"}}
RICH = {"XBT": "7", "ETH": "30", "EUR": "0"}
"""XBT is over its target of 50 % by 2000."""
POOR = {"XBT": "3", "ETH": "30", "EUR": "4000"}
"""XBT is under it by 2000."""


def line(held: dict[str, str], market: dict[str, Any] | None = None, **parts: str) -> Line:
    """The line of XBT. ``market`` are changed fields of its pair."""
    found = snapshot(held, **{**EVEN, "XBT": {**EVEN["XBT"], **(market or {})}})
    (own,) = [line for line in compute(targets(**parts), found).lines if line.weight.currency == "XBT"]
    return own


def trade(held: dict[str, str], market: dict[str, Any] | None = None, **parts: str) -> Trade:
    """The order that follows for XBT."""
    found = line(held, market, **parts).trade
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("price", "oflags", "sell", "buy"),
    [
        ("{from: mid, offset: 0.1%}", "[]", "1001", "999"),
        ("{from: mid, offset: 0.12345%}", "[]", "1001.3", "998.7"),
        ("{from: mid}", "[post]", "1000", "1000"),
        ("{from: bid}", "[]", "999", "999"),
        ("{from: bid}", "[post]", "999.1", "999"),
        ("{from: ask}", "[post]", "1001", "1000.9"),
        ("{from: last}", "[]", "1003", "1003"),
        ("{from: last}", "[post]", "1003", "1000.9"),
        ("{from: mid, offset: -0.5%}", "[]", "995", "1005"),
    ],
)
def test_prices_are_rounded_away_from_the_market(price: str, oflags: str, sell: str, buy: str) -> None:
    """And keep off the other side where they must not trade at once."""
    parts = {"price": price, "order": f"{{oflags: {oflags}}}"}
    assert trade(RICH, {"last": "1003"}, **parts).price == Decimal(sell)
    assert trade(POOR, {"last": "1003"}, **parts).price == Decimal(buy)


@pytest.mark.parametrize("tick", ["0.5", "0.3", "7", "0.00001"])
def test_prices_are_whole_ticks(tick: str) -> None:
    """With any tick."""
    for held in (RICH, POOR):
        found = trade(held, {"tick": tick, "bid": "999.123", "ask": "1001.877"})
        assert found.price % Decimal(tick) == 0
        assert found.price > Decimal("999.123") if found.type == "sell" else found.price < Decimal("1001.877")


def test_volumes_are_whole_lots_and_never_more() -> None:
    """2000 at the mid of 1000 are 2; a buy is reckoned at its own price where that is higher."""
    assert trade(RICH).volume == 2
    assert trade(RICH, {"lot_decimals": 0, "bid": "1001.1", "ask": "1001.3"}, band=EVEN_BAND).volume == 2
    assert trade(POOR, price="{from: mid, offset: -0.5%}", order="{}").volume == Decimal("1.99004975")
    assert trade(POOR).volume == 2


EVEN_BAND = "{absolute: 5%, relative: 25%}"


@for_each(
    [
        (RICH, {}, {"method": "buy"}, (Why.NO_SELLS,)),
        (POOR, {}, {"method": "sell"}, (Why.NO_BUYS,)),
        (RICH, {}, {"keep": "{XBT: 7}"}, (Why.KEPT,)),
        (RICH, {}, {"keep": "{XBT: 8}"}, (Why.KEPT,)),
        (RICH, {}, {"keep": "{XBT: 6.99999}"}, (Why.KEPT, Why.UNDER_ORDERMIN)),
        (RICH, {"ordermin": "2.00000001"}, {}, (Why.UNDER_ORDERMIN,)),
        (RICH, {"costmin": "2002.1"}, {}, (Why.UNDER_COSTMIN,)),
        (RICH, {}, {"order": "{minimum: 2002.1}"}, (Why.UNDER_MINIMUM,)),
        (RICH, {"lot_decimals": 0}, {"order": "{maximum: 1000.9}"}, (Why.OVER_MAXIMUM, Why.UNDER_ORDERMIN)),
        (RICH, {"status": "cancel_only"}, {}, (Why.CLOSED,)),
        (RICH, {"status": "reduce_only"}, {}, (Why.CLOSED,)),
        (RICH, {"status": "a word of tomorrow"}, {}, (Why.CLOSED,)),
        (RICH, {"status": "post_only"}, {"order": "{}"}, (Why.CLOSED,)),
        (POOR, {}, {"cash": "{target: 20%, floor: 4000}"}, (Why.NO_MONEY,)),
        (POOR, {}, {"cash": "{target: 20%, floor: 5000}"}, (Why.NO_MONEY,)),
        ({"XBT": "4.9", "ETH": "10", "EUR": "4100"}, {}, {}, (Why.INSIDE,)),
        (
            {"XBT": "4.5", "ETH": "15", "EUR": "3000"},
            {"lot_decimals": 0, "ordermin": None},
            {"scope": "all"},
            (Why.AT_GOAL,),
        ),
    ]
)
def test_no_order_has_its_reason(
    held: dict[str, str], market: dict[str, Any], parts: dict[str, str], why: tuple[Why, ...]
) -> None:
    """One that the table can say."""
    found = line(held, market, **parts)
    assert (found.trade, found.why) == (None, why)


def test_there_is_no_price_below_the_lowest() -> None:
    """A coin that costs a tick cannot be bid for without taking."""
    found = line({"XBT": "1", "EUR": "5000"}, {"bid": "0.05", "ask": "0.1"}, weights="{XBT: 80%}")
    assert (found.trade, found.why) == (None, (Why.NO_PRICE,))


@pytest.mark.parametrize(
    ("held", "parts", "volume", "why"),
    [
        (RICH, {"keep": "{XBT: 6.5}"}, "0.5", (Why.KEPT,)),
        (RICH, {"order": "{maximum: 1001}"}, "1", (Why.OVER_MAXIMUM,)),
        (POOR, {"order": "{maximum: 999}"}, "1", (Why.OVER_MAXIMUM,)),
        (POOR, {"cash": "{target: 20%, floor: 2995}", "fees": "0.5%"}, "1", (Why.LESS_MONEY,)),
        (
            POOR,
            {"cash": "{target: 20%, floor: 2995}", "fees": "0.5%", "order": "{maximum: 499.5}"},
            "0.5",
            (Why.LESS_MONEY, Why.OVER_MAXIMUM),
        ),
    ],
)
def test_a_smaller_order_has_its_reason(
    held: dict[str, str], parts: dict[str, str], volume: str, why: tuple[Why, ...]
) -> None:
    """All of them, where there are several."""
    found = line(held, **parts)
    assert found.trade is not None
    assert (found.trade.volume, found.why) == (Decimal(volume), why)


@pytest.mark.parametrize(("status", "oflags"), [("online", ""), ("limit_only", ""), ("post_only", "post")])
def test_a_pair_that_takes_such_orders_is_open(status: str, oflags: str) -> None:
    """Also one that takes no others."""
    assert trade(RICH, {"status": status}, order=f"{{oflags: [{oflags}]}}").volume == 2


def test_all_is_sold_of_a_target_of_nothing() -> None:
    """But for what is less than a lot."""
    parts = {"weights": "{XBT: 0%, ETH: 80%}"}
    assert trade({"XBT": "1.2345678919", "ETH": "80"}, **parts).volume == Decimal("1.23456789")


def test_an_order_is_named_after_what_it_does() -> None:
    """In small letters."""
    found = trade(RICH)
    assert (found.id, found.pair, found.type, found.cost) == ("sell-xbt", "XBT/EUR", "sell", 2002)


@pytest.mark.parametrize(
    ("market", "parts"),
    [
        ({"ordermin": "2"}, {}),
        ({"costmin": "2002"}, {}),
        ({}, {"order": "{minimum: 2002, oflags: [post]}"}),
        ({}, {"order": "{maximum: 2002, oflags: [post]}"}),
        ({}, {"keep": "{XBT: 5}"}),
    ],
)
def test_a_limit_that_is_just_met_changes_nothing(market: dict[str, Any], parts: dict[str, str]) -> None:
    """Neither the order nor a reason."""
    found = line(RICH, market, **parts)
    assert found.trade is not None
    assert (found.trade.volume, found.trade.cost, found.why) == (2, 2002, ())
