"""The totals of a batch, before and after."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from runner.review import OpenOrderTotals
from tests.review.markets import MARKET, QUOTES, account, group, order, resting, reviewed

OLD = resting("OUEMWD-CUO73-YYCBEK", "sell", "180", volume=Decimal("1.5"), executed=Decimal("0.5"))


def test_totals_by_pair_and_side() -> None:
    """Volume and notional in the pair's own currencies, and in the reporting currency."""
    totals = reviewed(group(order("a"), order("b"), order("c", type="sell", price="155"))).totals
    buy, sell = totals.pairs
    assert (buy.pair, buy.type, buy.orders, buy.volume, buy.notional) == (
        "ETH/EUR",
        "buy",
        2,
        Decimal("0.5"),
        Decimal("72.5"),
    )
    assert buy.reported == Decimal("79.75")
    assert (sell.type, sell.notional) == ("sell", Decimal("38.75"))
    assert totals.reported == Decimal("122.375")


def test_open_orders_before_and_after() -> None:
    """Waiting orders are added, canceled ones are gone, and trades at once were never open."""
    orders = (
        order("sell", type="sell", price="155"),
        order("now", type="sell", ordertype="market", price=None),
        order("away", type="sell", price="156"),
    )
    batch = (
        group(*orders, cancel="[OUEMWD-CUO73-YYCBEK]"),
        group(name="tidy", cancel="[{order: one/away}]"),
    )
    (sell,) = reviewed(*batch, account=account(OLD, ETH="10")).totals.pairs
    assert (sell.before, sell.after) == (OpenOrderTotals(1, Decimal(1)), OpenOrderTotals(1, Decimal("0.25")))
    (alone,) = reviewed(*batch).totals.pairs
    assert (alone.before, alone.after) == (None, None)


def test_a_side_that_only_loses_orders_is_shown() -> None:
    """Nothing is sent there, and yet it changes."""
    (sell,) = reviewed(group(cancel="[OUEMWD-CUO73-YYCBEK]"), account=account(OLD)).totals.pairs
    assert (sell.orders, sell.before, sell.after) == (
        0,
        OpenOrderTotals(1, Decimal(1)),
        OpenOrderTotals(0, Decimal(0)),
    )


def test_balances_before_and_after() -> None:
    """The available amount before, the changes of the batch, and the rest for others."""
    batch = reviewed(group(order(), cancel="[OUEMWD-CUO73-YYCBEK]"), account=account(OLD, EUR="100", ETH="3"))
    euro, ether = batch.totals.currencies
    assert (euro.currency, euro.before, euro.held) == ("EUR", 100, Decimal("36.395"))
    assert euro.after == Decimal("63.605")
    assert (ether.currency, ether.released, ether.after) == ("ETH", 1, 4)


def test_fees_lie_between_the_cheapest_and_the_dearest() -> None:
    """An order that may rest may pay less; one that trades at once pays as a taker either way."""
    totals = reviewed(group(order("rests"), order("now", ordertype="market", price=None))).totals
    taken = Decimal("150.20") * Decimal("0.25") * Decimal("0.004") * Decimal("1.1")
    assert totals.fee_least == Decimal("36.25") * Decimal("0.0025") * Decimal("1.1") + taken
    assert totals.fee_most == Decimal("36.25") * Decimal("0.004") * Decimal("1.1") + taken


def test_a_sum_with_something_unknown_in_it_is_unknown() -> None:
    """No total is given that leaves something out in silence."""
    dear = replace(MARKET, quotes={"ETH/EUR": QUOTES["ETH/EUR"]})
    totals = reviewed(group(order()), market=dear).totals
    assert (totals.reported, totals.fee_most) == (None, None)
    assert totals.pairs[0].notional == Decimal("36.25")
