"""Trades: through the crowd's prices, never with oneself, and what is charged for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.paper import Options
from runner.paper.options.kinds import FeeCurrency
from runner.paper.options.options import FeeOptions, MarketOptions, OrderOptions
from tests.paper.builders import Desk, table

LADDER = Options(market=MarketOptions(depth=Decimal("0.1"), levels=3))


def test_a_market_order_goes_through_the_prices() -> None:
    """Each price gives its volume; the rest is canceled when they are used up."""
    desk = Desk(options=LADDER)
    desk.placed("A", ordertype="market", price=None, volume="0.25")
    desk.placed("B", ordertype="market", price=None, volume="0.25")

    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ market 0.00000
        A open
        A - 0.10000000 at 150.20000, 15.02000 + 0.06008
        A - 0.20000000 at 150.20500, 30.04100 + 0.12016
        A - 0.25000000 at 150.20800, 37.55200 + 0.15020
        A closed 0.25000000 at 150.20800, 37.55200 + 0.15020
        B pending buy 0.25000000 ETH/EUR @ market 0.00000
        B open
        B - 0.05000000 at 150.22000, 7.51100 + 0.03004
        B canceled 0.05000000 at 150.22000, 7.51100 + 0.03004 (Insufficient liquidity)
    """)


def test_a_limit_order_stops_at_its_limit_and_rests() -> None:
    """The rest beyond the prices up to the limit stays in the book."""
    desk = Desk(options=LADDER)
    txid = desk.placed(price="150.21", volume="0.25")

    assert desk.exchange.state().live[txid].remaining == Decimal("0.05")


STP = [("cancel_newest", "B"), (None, "B"), ("cancel_oldest", "A"), ("cancel_both", "AB")]


@pytest.mark.parametrize(("stp_type", "gone"), STP)
def test_no_order_trades_with_its_own_account(stp_type: str | None, gone: str) -> None:
    """Inside the spread the own order would be met first; ``stp_type`` of the newer one says who goes."""
    desk = Desk()
    desk.placed("A", type="sell", price="150.15")
    desk.placed("B", price="150.15", stp_type=stp_type)

    live = {desk.names[txid] for txid in desk.exchange.state().live}
    assert live == set("AB") - set(gone)
    assert desk.exchange.state().trades == ()
    assert desk.table().count("(Self trade prevented)") == len(gone)


def test_a_better_price_of_the_crowd_comes_first() -> None:
    """And so does the crowd at the same price: both orders may stay then."""
    desk = Desk()
    desk.placed("A", type="sell", price="150.20")
    desk.placed("B", price="151")

    assert "B closed" in desk.table()
    assert len(desk.exchange.state().live) == 1


def test_an_order_that_gets_past_its_own_account_trades_on() -> None:
    """With ``cancel_oldest`` the way is free after the other has gone."""
    desk = Desk()
    desk.placed("A", type="sell", price="150.15")
    desk.placed("B", price="151", stp_type="cancel_oldest")

    assert desk.table() == table("""
        A pending sell 0.25000000 ETH/EUR @ limit 150.15000
        A open
        B pending buy 0.25000000 ETH/EUR @ limit 151.00000
        B open
        A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Self trade prevented)
        B - 0.25000000 at 150.20000, 37.55000 + 0.15020
        B closed 0.25000000 at 150.20000, 37.55000 + 0.15020
    """)


FEES: list[tuple[FeeCurrency, dict[str, Any], str, str]] = [
    (FeeCurrency.WRITTEN, {}, "0.25", "-37.7002"),
    (FeeCurrency.WRITTEN, {"oflags": "fciq"}, "0.25", "-37.7002"),
    (FeeCurrency.WRITTEN, {"oflags": "fcib"}, "0.249", "-37.55"),
    (FeeCurrency.QUOTE, {"oflags": "fcib"}, "0.25", "-37.7002"),
    (FeeCurrency.WRITTEN, {"type": "sell"}, "-0.25", "37.3749"),
    (FeeCurrency.WRITTEN, {"type": "sell", "oflags": "fcib"}, "-0.251", "37.525"),
    (FeeCurrency.DEFAULTS, {"type": "sell"}, "-0.251", "37.525"),
    (FeeCurrency.DEFAULTS, {"type": "sell", "oflags": "fciq"}, "-0.25", "37.3749"),
]


@pytest.mark.parametrize(("preference", "fields", "base", "quote"), FEES)
def test_the_fee_currency(preference: FeeCurrency, fields: dict[str, Any], base: str, quote: str) -> None:
    """``fcib`` takes the fee in base units; the feed says its worth in the quote currency all the same."""
    desk = Desk(options=Options(fees=FeeOptions(currency=preference)))
    before = desk.exchange.state().balances
    desk.placed("A", ordertype="market", price=None, **fields)
    after = desk.exchange.state().balances

    assert (after["ETH"] - before["ETH"], after["EUR"] - before["EUR"]) == (Decimal(base), Decimal(quote))
    assert desk.table().splitlines()[-1].endswith(("+ 0.15020", "+ 0.15010"))


CLOSES = [
    ({}, "sell 0.25000000 ETH/EUR @ limit 160.00000"),
    ({"close_ordertype": "stop-loss", "close_price": "-5%"}, "sell 0.25000000 ETH/EUR @ stop loss 142.69000"),
    (
        {"close_ordertype": "take-profit-limit", "close_price": "#5", "close_price2": "+1"},
        "sell 0.25000000 ETH/EUR @ take profit 155.20000 -> limit 156.20000",
    ),
    (
        {"close_ordertype": "trailing-stop", "close_price": "+5"},
        "sell 0.25000000 ETH/EUR @ trailing stop 145.20000",
    ),
]


@pytest.mark.parametrize(("fields", "described"), CLOSES)
def test_a_fill_places_its_close(fields: dict[str, str], described: str) -> None:
    """The other side, as much as was filled, with ``refid`` and ``userref`` of the order that was filled."""
    desk = Desk()
    close = {"close_ordertype": "limit", "close_price": "160"} | fields
    parent = desk.placed("A", price="151", userref="7", **close)

    (secondary,) = desk.exchange.state().live.values()
    assert (secondary.terms.refid, secondary.terms.userref) == (parent, 7)
    assert desk.table().splitlines()[-2:] == [
        f"{secondary.txid} pending {described}",
        f"{secondary.txid} open",
    ]


def test_each_fill_places_its_own_close() -> None:
    """Three fills, three orders; what is below the minimum is left out if the option says so."""
    desk = Desk(options=LADDER)
    desk.placed(price="151", volume="0.201", close_ordertype="limit", close_price="160")
    volumes = [str(item.terms.volume) for item in desk.exchange.state().live.values()]
    assert volumes == ["0.1", "0.1", "0.001"] or volumes == ["0.10000000", "0.10000000", "0.00100000"]

    strict = Desk(
        options=Options(
            market=MarketOptions(depth=Decimal("0.1"), levels=3),
            orders=OrderOptions(close_below_minimum=False),
        )
    )
    strict.placed(price="151", volume="0.201", close_ordertype="limit", close_price="160")
    assert len(strict.exchange.state().live) == 2


def test_a_close_may_do_without_the_user_reference() -> None:
    """By the option."""
    desk = Desk(options=Options(orders=OrderOptions(close_inherits_userref=False)))
    desk.placed(price="151", userref="7", close_ordertype="limit", close_price="160")

    assert [item.terms.userref for item in desk.exchange.state().live.values()] == [0]


def test_a_close_that_cannot_be_paid_for_is_canceled() -> None:
    """The fee in base units leaves less than was filled."""
    desk = Desk()
    desk.placed("S", type="sell", price="200", volume="100")
    desk.placed("A", price="151", oflags="fcib", close_ordertype="limit", close_price="160")

    assert desk.table().splitlines()[-1].endswith("(Insufficient funds)")
