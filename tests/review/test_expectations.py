"""The price that a review expects of each order, and whether it expects it to trade at once."""

from __future__ import annotations

import pytest

from runner.domain import OrderKey
from runner.planning import Expectation
from runner.review import expectations
from tests.review.markets import group, order, reviewed

KEY = OrderKey("one", "a")


@pytest.mark.parametrize(
    ("fields", "price", "at_once"),
    [
        ({}, "145", False),
        ({"price": "151"}, "150.20", True),
        ({"price": "151", "oflags": "[post]"}, "151", False),
        ({"ordertype": "market", "price": None}, "150.20", True),
        ({"ordertype": "market", "price": None, "type": "sell"}, "150.10", True),
        ({"timeinforce": "IOC"}, "145", False),
        ({"ordertype": "stop-loss", "type": "sell", "price": "140"}, "140", False),
        ({"ordertype": "stop-loss", "type": "sell", "price": "155"}, "150.10", True),
        ({"price": '"-2%"'}, "147.10", False),
        ({"price": "151", "starttm": '"+60"'}, "150.20", False),
    ],
)
def test_an_order_is_expected_at_the_price_it_would_trade_at(fields, price, at_once):
    """The market's if it would trade at once, or else its own limit or trigger."""
    assert expectations(reviewed(group(order(**fields)))) == {KEY: Expectation(price, at_once)}


@pytest.mark.parametrize(
    ("fields", "price"),
    [({}, "145"), ({"ordertype": "market", "price": None}, None), ({"price": '"-2%"'}, None)],
)
def test_without_a_market_only_a_limit_is_known(fields, price):
    """A price that depends on the market is not guessed."""
    assert expectations(reviewed(group(order(**fields)), market=None))[KEY].price == price


def test_a_price_is_a_plain_decimal():
    """Of any size: journals and manifests hold no exponent."""
    expected = expectations(reviewed(group(order(price="0.0000000001")), market=None))
    assert expected[KEY].price == "0.0000000001"
