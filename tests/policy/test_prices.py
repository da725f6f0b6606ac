"""The prices of an order as numbers, and its highest worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Against, Collar, Leg, MaxNotional, MaxVolume, Per
from runner.kraken import terms_of
from runner.policy.prices import NoPrice, highest_price, notional, prices, volume
from tests.policy.builders import KEY, gate, request, rule, terms
from tests.policy.markets import NOTHING_KNOWN, NOW, QUOTES, market_of, quote
from tests.support.for_each import for_each

ETH = QUOTES["ETH/EUR"]


def leg(ordertype: str, price: str | None, price2: str | None = None, type: str = "buy") -> Leg:
    """One order of ETH/EUR, whose last price is 150."""
    return Leg.of("", type, ordertype, price, price2)


@for_each(
    [
        (leg("market", None), {}),
        (leg("limit", "145"), {"limit": 145}),
        (leg("limit", "+2%"), {"limit": 153}),
        (leg("limit", "-10"), {"limit": 140}),
        (leg("limit", "#10"), {"limit": 140}),
        (leg("limit", "#10", type="sell"), {"limit": 160}),
        (leg("stop-loss", "#10"), {"trigger": 160}),
        (leg("stop-loss", "#10", type="sell"), {"trigger": 140}),
        (leg("take-profit", "#10"), {"trigger": 140}),
        (leg("stop-loss-limit", "160", "161"), {"trigger": 160, "limit": 161}),
        (leg("stop-loss-limit", "160", "+1%"), {"trigger": 160, "limit": Decimal("161.6")}),
        (leg("trailing-stop", "+10"), {"trigger": 160}),
        (leg("trailing-stop", "+2%", type="sell"), {"trigger": 147}),
        (leg("trailing-stop-limit", "+10", "-2", type="sell"), {"trigger": 140, "limit": 138}),
    ]
)
def test_prices_come_to_what_the_exchange_makes_of_them(order: Leg, found: dict[str, Any]) -> None:
    """Absolute ones mean themselves; the others hang on the last price, and price2 on the trigger."""
    assert prices(order, ETH, "ETH/EUR") == found


def test_a_relative_price_without_a_market_is_not_known() -> None:
    """An absolute one is, market or not."""
    assert prices(leg("limit", "145"), None, "ETH/EUR") == {"limit": 145}
    assert prices(leg("limit", "+1"), None, "ETH/EUR") == NoPrice("no price of ETH/EUR is known")


def test_a_close_is_a_leg_on_the_other_side() -> None:
    """It brings other prices."""
    close = request(close_ordertype="stop-loss-limit", close_price="140", close_price2="139")
    order, leg = terms_of(close).legs
    assert (order.name, leg) == ("", Leg.of("close", "sell", "stop-loss-limit", "140", "139"))


@for_each(
    [
        (leg("limit", "145"), "145"),
        (leg("limit", "1000"), "1000"),
        (leg("limit", "155", type="sell"), "155"),
        (leg("limit", "1", type="sell"), "149.9"),
        (leg("market", None), "150.1"),
        (leg("market", None, type="sell"), "149.9"),
        (leg("stop-loss", "160"), "160"),
        (leg("stop-loss-limit", "160", "170"), "170"),
        (leg("stop-loss-limit", "140", "1", type="sell"), "140"),
        (leg("stop-loss-limit", "160", "1", type="sell"), "149.9"),
        (leg("stop-loss", "160", type="sell"), "149.9"),
        (leg("stop-loss", "140"), "150.1"),
        (leg("take-profit", "160"), "150.1"),
    ]
)
def test_worth_is_the_most_that_a_unit_could_trade_at(order: Leg, most: str) -> None:
    """A buy pays its limit at most; a low limit does not make a sell worth less than the market pays."""
    assert highest_price(order, ETH, "ETH/EUR") == Decimal(most)


def test_without_a_market_only_a_limited_buy_has_a_worth() -> None:
    """All else says which price is missing."""
    assert notional(terms(), None, "EUR") == 145
    for item in (terms(type="sell"), terms(ordertype="market", price=None)):
        assert notional(item, NOTHING_KNOWN, "EUR") == NoPrice("no price of ETH/EUR is known")


def test_money_is_its_own_worth() -> None:
    """With viqc the volume is in quote currency, and what it buys depends on the ask."""
    money = terms(ordertype="market", price=None, volume="300.2", oflags="fciq,viqc")
    assert notional(money, None, "EUR") == Decimal("300.2")
    assert volume(money, ETH) == 2
    assert volume(money, None) == NoPrice("no price of ETH/EUR is known")
    assert volume(terms(volume="1.5"), None) == Decimal("1.5")


def test_worth_in_another_currency() -> None:
    """At the rate of the market; without one it is not known."""
    assert notional(terms(pair="ETH/USD", price="110"), market_of(), "EUR") == Decimal(110) * 2 / Decimal(
        "2.2"
    )
    assert notional(terms(pair="ETH/USD"), None, "EUR") == NoPrice("no price of USD in EUR is known")
    assert notional(terms(pair="ETH/GBP"), market_of(), "EUR") == NoPrice("no price of GBP in EUR is known")


MOST = Decimal(10**9)
CHECKS = {
    "notional": MaxNotional(MOST, "EUR", Per.ORDER),
    "notional of a day": MaxNotional(MOST, "EUR", Per.DAY),
    "notional in another currency": MaxNotional(MOST, "USD", Per.ORDER),
    "collar around the last": Collar(Against.LAST, MOST, MOST),
    "collar around the mid": Collar(Against.MID, MOST, MOST),
}


@for_each(CHECKS, ["bid", "ask", "last"], ["buy", "sell"], ["market", "stop-loss"])
def test_without_a_whole_quote_every_check_denies(
    check: str, missing: str, type: str, ordertype: str
) -> None:
    """A bid, ask or last of 0 is no price: a thousand units are not worth nothing."""
    known = {"bid": "149.9", "ask": "150.1", "last": "150", missing: "0"}
    market = market_of({**QUOTES, "ETH/EUR": quote(**known)})
    sent = request(
        type=type, ordertype=ordertype, price=None if ordertype == "market" else "150", volume="1000"
    )
    (violation,) = gate(rule(CHECKS[check]), market=market).ask(KEY, sent, NOW)
    assert violation.denies
    assert violation.detail == "no price of ETH/EUR is known"


@pytest.mark.parametrize("missing", ["bid", "ask", "last"])
def test_without_a_whole_quote_no_money_has_a_volume(missing: str) -> None:
    """The volume of so much money is not known."""
    market = market_of({"ETH/EUR": quote(**{"bid": "149.9", "ask": "150.1", "last": "150", missing: "0"})})
    sent = request(ordertype="market", price=None, oflags="viqc", volume="1000")
    (violation,) = gate(rule(MaxVolume(MOST, Per.ORDER)), market=market).ask(KEY, sent, NOW)
    assert violation.denies


def test_a_relative_price_below_nothing_is_no_price() -> None:
    """It is not counted as a negative worth."""
    for price in ("-150%", "-150", "-151"):
        assert isinstance(notional(terms(price=price), market_of(), "EUR"), NoPrice)
        assert isinstance(prices(leg("limit", price), ETH, "ETH/EUR"), NoPrice)


_PRICE = st.decimals("0.01", "1000000", places=2).map(str)


@given(type=st.sampled_from(["buy", "sell"]), limit=_PRICE, amount=st.decimals("0.001", "1000", places=3))
def test_no_limit_hides_what_an_order_is_worth(type: str, limit: str, amount: Decimal) -> None:
    """With any limit, an order that trades at once now costs or brings no more than it is counted for."""
    worth = notional(terms(type=type, price=limit, volume=str(amount)), market_of(), "EUR")
    assert isinstance(worth, Decimal)
    crosses = Decimal(limit) >= ETH.ask if type == "buy" else Decimal(limit) <= ETH.bid
    if crosses:
        assert worth >= amount * (ETH.ask if type == "buy" else ETH.bid)
    assert worth >= amount * Decimal(limit)
