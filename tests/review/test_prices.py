"""The figures of an order: prices as the exchange reads them, notional, fees, distance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import AddOrder, terms_of
from runner.paper.exchange.order_fields import limit_and_stop as simulated
from runner.paper.state.instruments import INSTRUMENTS as SIMULATED
from runner.policy.worth import resolve_prices
from runner.review.prices import Priced, price_order, price_text
from tests.review.markets import INSTRUMENTS, NOW, QUOTES, quote
from tests.support.for_each import for_each

AMOUNTS = st.decimals("0.01", "30", places=2).map(str)
PRICES = st.builds(
    "{}{}{}".format, st.sampled_from(["+", "-", "#"]), AMOUNTS, st.sampled_from(["", "%"])
) | st.decimals("100", "200", places=2).map(str)


def request(**fields: Any) -> AddOrder:
    """A buy of 0.25 ETH/EUR at 145."""
    usual = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "145", "volume": "0.25"}
    return AddOrder(**{**usual, **fields})


def priced(**fields: Any) -> Priced:
    """Return what such an order comes to."""
    return price_order(terms_of(request(**fields)), INSTRUMENTS["ETH/EUR"], QUOTES["ETH/EUR"], NOW)


@given(
    st.sampled_from(["buy", "sell"]),
    st.sampled_from(["limit", "stop-loss", "take-profit-limit", "stop-loss-limit", "trailing-stop-limit"]),
    PRICES,
    PRICES,
    st.decimals("100", "200", places=2),
)
def test_prices_are_resolved_as_the_exchange_does(
    type: str, ordertype: str, price: str, price2: str, last: Decimal
) -> None:
    """Two readings of the exchange's page, ours and the simulated exchange's, come to the same prices."""
    trailing = ordertype.startswith("trailing")
    leg = request(
        type=type,
        ordertype=ordertype,
        price="+1.5%" if trailing else price,
        price2=price2.replace("#", "+")
        if price2[0] in "+-#"
        else f"+{price2}"
        if trailing
        else price2.replace("#", "+")  # The sign is for the first price alone.
        if ordertype.endswith("t-limit") or "s-limit" in ordertype
        else None,
    )
    found = resolve_prices(terms_of(leg).order, quote(str(last), "300"), Decimal("0.01"))
    assert tuple(each and each.value for each in found) == simulated(leg, SIMULATED["ETH/EUR"], last)


def test_a_relative_price_names_its_reference() -> None:
    """The reference and its time are beside it; a price of the file has neither."""
    relative, absolute = priced(price="-1%").limit, priced().limit
    assert relative is not None
    assert absolute is not None
    assert (relative.value, relative.reference, relative.at) == (Decimal("148.60"), Decimal("150.10"), NOW)
    assert relative.relative
    assert not absolute.relative


def test_an_order_that_rests() -> None:
    """Its notional is at its limit, and it may pay either fee; below the market is a negative distance."""
    leg = priced()
    assert (leg.price, leg.volume, leg.notional, leg.takes) == (
        145,
        Decimal("0.25"),
        Decimal("36.25"),
        False,
    )
    assert (leg.fee_maker, leg.fee_taker) == (Decimal("0.090625"), Decimal("0.145"))
    assert leg.distance is not None
    assert round(leg.distance, 2) == Decimal("-3.43")


@for_each(
    [
        ({"ordertype": "market", "price": None}, "150.20", True, (False, True)),
        ({"ordertype": "market", "price": None, "type": "sell"}, "150.10", True, (False, True)),
        ({"price": "150.20"}, "150.20", True, (True, True)),
        ({"price": "150.20", "starttm": "+60"}, "150.20", False, (True, True)),
        ({"oflags": "fciq,post"}, "145", False, (True, False)),
        ({"ordertype": "stop-loss", "price": "160"}, "160", False, (False, True)),
        ({"ordertype": "stop-loss", "price": "140"}, "150.20", True, (False, True)),
        ({"ordertype": "stop-loss-limit", "price": "160", "price2": "161"}, "160", False, (True, True)),
        ({"ordertype": "stop-loss-limit", "price": "160", "price2": "155"}, "155", False, (True, True)),
        ({"ordertype": "stop-loss-limit", "price": "140", "price2": "141"}, "141", False, (True, True)),
        ({"price": "1.55", "type": "sell"}, "150.10", True, (True, True)),
        ({"price": "1550"}, "150.20", True, (True, True)),
    ]
)
def test_what_trades_when_and_pays_which_fee(
    fields: dict[str, Any], price: str, takes: bool, fees: tuple[bool, bool]
) -> None:
    """A market order takes, ``post`` never does, a trigger waits, and so does what has not started."""
    leg = priced(**fields)
    assert (leg.price, leg.takes) == (Decimal(price), takes)
    assert (leg.fee_maker is not None, leg.fee_taker is not None) == fees


def test_what_it_may_cost_at_most_is_its_limit() -> None:
    """A buy far above the market is worth the market's price, and may cost more."""
    leg = priced(price="1550")
    assert (leg.notional, leg.most) == (Decimal("37.55"), Decimal("387.5"))
    assert (leg.named, leg.through and round(leg.through, 1)) == (
        1550,
        Decimal("932.0"),
    )


@pytest.mark.parametrize(
    ("close", "takes"),
    [
        ({"close_ordertype": "stop-loss", "close_price": "160"}, True),
        ({"close_ordertype": "stop-loss", "close_price": "140"}, False),
        ({"close_ordertype": "take-profit", "close_price": "120"}, True),
        ({"close_ordertype": "take-profit", "close_price": "160"}, False),
        ({"close_ordertype": "limit", "close_price": "140"}, True),
        ({"close_ordertype": "limit", "close_price": "146"}, False),
        ({"close_ordertype": "trailing-stop", "close_price": "+5"}, False),
        ({"close_ordertype": "stop-loss-limit", "close_price": "#5%", "close_price2": "-1"}, False),
    ],
)
def test_a_close_meets_the_market_where_its_parent_trades(close: dict[str, Any], takes: bool) -> None:
    """On the wrong side of that it trades as soon as it is placed."""
    worth = priced(**close).close
    assert worth is not None
    assert worth.at_once is takes


def test_what_never_rests() -> None:
    """Immediate or cancel is no waiting order, whatever its price; nor is what trades at once."""
    assert [priced(**fields).rests for fields in ({}, {"timeinforce": "IOC"}, {"price": "151"})] == [
        True,
        False,
        False,
    ]


def test_a_volume_in_the_quote_currency() -> None:
    """With ``viqc`` the volume is what is paid."""
    leg = priced(ordertype="market", price=None, volume="150.20", oflags="viqc")
    assert (leg.volume, leg.notional) == (1, Decimal("150.20"))


def test_without_a_market_only_the_file_speaks() -> None:
    """An absolute limit has a notional, a relative price and a market order have none."""
    alone = [price_order(terms_of(request(**fields)), None, None, NOW) for fields in ({}, {"price": "+1%"})]
    market = price_order(terms_of(request(ordertype="market", price=None)), None, None, NOW)
    assert [item.notional for item in (*alone, market)] == [Decimal("36.25"), None, None]
    assert [item.takes for item in (*alone, market)] == [None, None, True]
    assert all(item.fee_taker is None and item.distance is None for item in alone)


@pytest.mark.parametrize(
    ("price", "tick", "text"),
    [
        ("150.2", "0.01", "150.20"),
        ("150", "1", "150"),
        ("0.1234", "0.01", "0.1234"),
        ("9000", "0.5", "9000.0"),
    ],
)
def test_prices_are_shown_with_the_decimals_of_their_tick(price: str, tick: str, text: str) -> None:
    """More only where a price needs them."""
    assert price_text(Decimal(price), Decimal(tick)) == text
