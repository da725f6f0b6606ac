"""The terms of an order: its legs, its money, its times."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Leg, OrderTerms, Price, is_in_quote, named_worth, parse_price

NOW = 1_795_000_000.0


def terms(**fields: Any) -> OrderTerms:
    """A buy of two ETH at 145 EUR."""
    usual: dict[str, Any] = {
        **{"pair": "ETH/EUR", "order": Leg.of("", "buy", "limit", "145", None), "close": None},
        **{"volume": Decimal(2), "flags": (), "leverage": None, "margin": False, "reduce_only": False},
        **{"starttm": None, "expiretm": None, "timeinforce": None},
    }
    return OrderTerms(**{**usual, **fields})


def test_a_leg_has_its_prices_as_numbers() -> None:
    """With their author's text; a missing one is none."""
    leg = Leg.of("", "sell", "stop-loss-limit", "+2.50%", "139")
    assert leg.price == Price("+", Decimal("2.5"), percent=True)
    assert leg.price2 == Price("", Decimal(139), percent=False)
    assert [price and price.text for price in (leg.price, leg.price2)] == ["+2.50%", "139"]
    assert Leg.of("", "sell", "market", None, None) == Leg("", "sell", "market")
    with pytest.raises(ValueError, match="not a price"):
        Leg.of("", "buy", "limit", "cheap", None)


@pytest.mark.parametrize(
    ("ordertype", "price", "priced"),
    [
        ("limit", "145", True),
        ("limit", None, False),
        ("market", "145", False),
        ("settle-position", "145", False),
    ],
)
def test_an_order_at_market_has_no_own_price(ordertype: str, price: str | None, priced: bool) -> None:
    """With any text there."""
    assert Leg.of("", "buy", ordertype, price, None).priced is priced


def test_a_close_is_a_second_leg() -> None:
    """The order itself comes first."""
    close = Leg.of("close", "sell", "stop-loss", "140", None)
    assert terms().legs == (terms().order,)
    assert terms(close=close).legs == (terms().order, close)


@pytest.mark.parametrize(
    ("fields", "on_margin", "ends_at_once"),
    [
        ({}, False, False),
        ({"leverage": "2"}, True, False),
        ({"margin": True}, True, False),
        ({"timeinforce": "IOC"}, False, True),
        ({"order": Leg("", "sell", "market")}, False, True),
        ({"order": Leg("", "sell", "settle-position")}, True, True),
    ],
)
def test_kinds_of_orders(fields: dict[str, Any], on_margin: bool, ends_at_once: bool) -> None:
    """Borrowed money is paid back with borrowed money; what has no price never rests."""
    assert (terms(**fields).on_margin, terms(**fields).ends_at_once) == (on_margin, ends_at_once)


def test_the_currencies_of_a_pair() -> None:
    """The first is bought and sold, the second pays."""
    assert (terms().base, terms().quote, terms().type, terms().ordertype) == ("ETH", "EUR", "buy", "limit")


@pytest.mark.parametrize(
    ("prices", "flags", "worth"),
    [
        (["145", None], (), 290),
        (["140", "150.5"], (), 301),
        (["140", "+10"], (), 280),
        (["-2%", None], (), None),
        ([None, None], (), None),
        ([None, None], ("viqc",), 2),
        (["145", None], ("fciq", "viqc"), 2),
    ],
)
def test_the_worth_by_its_own_prices(
    prices: list[str | None], flags: tuple[str, ...], worth: int | None
) -> None:
    """A volume of money is its worth; where only the market says a price, there is none."""
    order = terms(order=Leg.of("", "buy", "stop-loss-limit", *prices), flags=flags)
    assert order.named_worth == worth
    assert order.in_quote is is_in_quote(flags) is ("viqc" in flags)
    parsed = [price and parse_price(price) for price in prices]
    assert named_worth(None, parsed, in_quote=False) is None


@pytest.mark.parametrize(
    ("text", "moment", "later"),
    [
        (None, None, False),
        ("0", None, False),
        ("+60", NOW + 60, True),
        ("1795341500", 1795341500, True),
        ("1794000000", 1794000000, False),
    ],
)
def test_times(text: str | None, moment: float | None, later: bool) -> None:
    """Zero and nothing are no time, a plus counts from now."""
    order = terms(starttm=text, expiretm=text)
    assert (order.starts_at(NOW), order.expires_at(NOW)) == (moment, moment)
    assert order.starts_later(NOW) is later
