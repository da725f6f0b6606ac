"""A limit against its trigger, and a close against the price of its order."""

from __future__ import annotations

from tests.review.looks.looking import looks, message
from tests.review.markets import group, order
from tests.support.for_each import for_each

STOP = {"type": "sell", "ordertype": "stop-loss-limit"}
PROFIT = {"type": "sell", "ordertype": "take-profit-limit"}
SINGLE = [
    ({**STOP, "price": "140", "price2": "139.5"}, []),
    ({**STOP, "price": "140", "price2": "13.95"}, ["limit-far-from-trigger a"]),
    ({**STOP, "price": "139.5", "price2": "140"}, ["limit-before-trigger a"]),
    ({**STOP, "type": "buy", "price": "160", "price2": "161"}, []),
    ({**STOP, "type": "buy", "price": "161", "price2": "160"}, ["limit-before-trigger a"]),
    ({**PROFIT, "price": "160", "price2": "161"}, []),
    ({"close": "{ordertype: stop-loss, price: 140}"}, []),
    ({"close": "{ordertype: stop-loss, price: 160}"}, ["close-wrong-side a"]),
    ({"close": "{ordertype: take-profit, price: 120}"}, ["close-wrong-side a"]),
    ({"close": "{ordertype: limit, price: 120}"}, ["close-wrong-side a"]),
    ({"close": "{ordertype: limit, price: 1500}"}, ["close-far-away a"]),
    ({"close": "{ordertype: stop-loss, price: 14}"}, ["close-far-away a"]),
    ({"close": "{ordertype: stop-loss-limit, price: 139, price2: 140}"}, ["limit-before-trigger a"]),
]


@for_each(SINGLE)
def test_the_prices_of_an_order_against_each_other(fields: dict[str, object], expected: list[str]) -> None:
    """Each kind by itself."""
    assert looks(group(order(**fields))) == expected


def test_of_a_take_profit_the_others_show_the_side() -> None:
    """Its limit may lie on either side of its trigger, but not on another one than all others of its kind."""
    usual = [order(f"p{at}", **PROFIT, price=160 + at, price2=159 + at) for at in range(3)]
    odd = order("odd", **PROFIT, price="163", price2="164.2")
    assert looks(group(*usual, odd)) == ["limit-before-trigger odd"]
    assert looks(group(*usual[:1], odd)) == []


def test_both_prices_are_named() -> None:
    """The figure and the one that it does not fit."""
    assert message(group(order(**STOP, price="140", price2="13.95"))) == (
        "its limit 13.95 is 90.0 % through its trigger 140"
    )
    assert message(group(order(close="{ordertype: stop-loss, price: 160}"))) == (
        "its close, sell stop-loss 160, trades as soon as the order is filled at 145"
    )
