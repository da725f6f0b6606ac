"""Orders that take all of a currency, and orders that are large for the account."""

from __future__ import annotations

from tests.review.looks.looking import looks, message
from tests.review.markets import account, group, order

SELL = {"type": "sell", "price": "155"}


def test_a_batch_that_sells_all_is_looked_at_once() -> None:
    """At the largest of its orders; a part of what is there is no reason."""
    orders = group(order("a", **SELL, volume="1"), order("b", **SELL, volume="3"))
    assert looks(orders, account=account(EUR="10000", ETH="4.1")) == []
    assert looks(orders, account=account(EUR="10000", ETH="4")) == ["sells-all b"]
    assert looks(orders, account=account(EUR="10000", ETH="3")) == ["sells-all b"]
    assert message(orders, account=account(EUR="10000", ETH="4")) == (
        "with 1 others it sells 4 ETH, all of the 4 in the account"
    )


def test_an_order_of_more_than_a_tenth_of_the_account_is_looked_at() -> None:
    """The account is worth 1000 EUR and 10 ETH at 150.15."""
    owned = account(EUR="1000", ETH="10")
    assert looks(group(order(volume="1.5")), account=owned) == []
    assert looks(group(order(volume="1.8")), account=owned) == ["large-share a"]


def test_without_balances_nothing_is_said() -> None:
    """Unknown is not zero."""
    assert looks(group(order(**SELL, volume="100")), account=None) == []


def test_what_has_no_price_is_named() -> None:
    """The account is larger than what is known of it."""
    found = message(group(order(volume="1.8")), account=account(EUR="1000", XYZ="7"))
    assert found == "it is worth 270.36 EUR, 27.0 % of the account's 1,000.00 EUR, without its XYZ"
