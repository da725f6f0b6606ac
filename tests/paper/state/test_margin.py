"""Positions: opened, closed, taken over, and closed by the exchange; and a machine that counts the money."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import AddOrder, CancelAll, OwnTrades, Subscribe
from runner.paper import Options
from runner.paper.options.options import MarginOptions, MarketOptions
from tests.paper.builders import exchange, order
from tests.paper.margin import CASH, MARKET, desk


def test_a_position_ties_its_margin_up_and_moves_no_units() -> None:
    """A buy of 4 for 400.40 with leverage 2."""
    it = desk()
    it.placed(**MARKET, volume="4")
    state = it.exchange.state()

    (position,) = state.positions.values()
    assert (position.volume, position.cost, position.margin) == (4, Decimal("400.4"), Decimal("200.2"))
    assert state.balances == {"EUR": 1000, "ETH": 1}
    assert sum(hold.amount for hold in state.holds.values()) == Decimal("200.2")


@pytest.mark.parametrize(("type", "bid", "profit"), [("buy", "110.00", "39.6"), ("sell", "90.00", "39.6")])
def test_closing_earns_the_difference(type: str, bid: str, profit: str) -> None:
    """Bought at the ask and sold at the bid, or the other way round."""
    it = desk()
    other = "sell" if type == "buy" else "buy"
    it.placed(**MARKET, type=type, volume="4")
    it.quote(bid, str(Decimal(bid) + Decimal("0.10")))
    it.placed(**MARKET, type=other, volume="4")
    state = it.exchange.state()

    assert state.positions == {}
    assert state.holds == {}
    assert state.balances["EUR"] == 1000 + Decimal(profit)
    assert state.trades[-1].profit == Decimal(profit)


def test_positions_are_closed_first_in_first_out() -> None:
    """Half of the second is left, with its share of cost and margin."""
    it = desk()
    it.placed(**MARKET, volume="1")
    it.quote("110.00", "110.10")
    it.placed(**MARKET, volume="2")
    it.placed(**MARKET, volume="2", type="sell")

    (position,) = it.exchange.state().positions.values()
    assert (position.volume, position.cost, position.margin) == (1, Decimal("110.1"), Decimal("55.05"))


def test_the_rest_of_a_closing_order_opens_the_other_side() -> None:
    """Unless the option forbids it."""
    it = desk()
    it.placed(**MARKET, volume="1")
    it.placed(**MARKET, volume="3", type="sell")
    (position,) = it.exchange.state().positions.values()
    assert (position.type, position.volume) == ("sell", 2)

    strict = desk(Options(margin=MarginOptions(opposing_position=False)))
    strict.placed(**MARKET, volume="1")
    assert strict.error(**MARKET, volume="3", type="sell") == "EOrder:Cannot open opposing position"
    assert strict.error(**MARKET, volume="1", type="sell") is None


@pytest.mark.parametrize(("volume", "left"), [("0", 0), ("4", 0), ("3", 1), ("9", 0)])
def test_settling_takes_the_units_over(volume: str, left: int) -> None:
    """The account pays what they have cost; ``0`` is the whole position."""
    it = desk()
    it.placed(**MARKET, volume="4")
    it.placed("S", **MARKET | {"ordertype": "settle-position"}, type="sell", volume=volume)
    state = it.exchange.state()

    settled = 4 - left
    assert sum(position.volume for position in state.positions.values()) == left
    assert state.balances == {"ETH": 1 + settled, "EUR": 1000 - settled * Decimal("100.1")}
    assert "S closed" in it.table()


def test_settling_a_short_gives_units_away() -> None:
    """They have to be there."""
    it = desk()
    it.placed(**MARKET, volume="2", type="sell")
    settle = MARKET | {"ordertype": "settle-position", "type": "buy"}

    assert it.error(**settle, volume="2") == "EOrder:Insufficient funds"
    it.placed(**settle, volume="1")
    assert it.exchange.state().balances == {"ETH": 0, "EUR": 1100}


def test_reduce_only_takes_no_more_than_there_is() -> None:
    """The rest of it is canceled, and so is a resting one when the position is gone."""
    it = desk()
    it.placed(**MARKET, volume="1")
    it.placed("R", type="sell", price="120", leverage="2", reduce_only=True, volume="1")
    it.messages.clear()
    it.placed("M", **MARKET, type="sell", reduce_only=True, volume="5")
    it.quote("130.00", "130.10")

    assert [line for line in it.table().splitlines() if "canceled" in line] == [
        "M canceled 1.00000000 at 100.00000, 100.00000 + 0.00000 (Reduce only: position is closed)",
        "R canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Reduce only: position is closed)",
    ]
    assert it.exchange.state().positions == {}


def test_the_exchange_closes_what_the_account_cannot_carry() -> None:
    """Below the liquidation level it places another order, flagged so."""
    it = desk()
    it.placed(**MARKET | {"leverage": "5"}, volume="30")
    it.messages.clear()
    it.quote("90.00", "90.10")
    assert it.messages == []
    it.quote("70.00", "70.10")
    state = it.exchange.state()

    (liquidation,) = [item for item in state.ended.values() if "liquidation" in item.misc]
    assert (liquidation.terms.type, liquidation.executed, liquidation.status) == ("sell", 30, "closed")
    assert state.positions == {}
    assert state.balances["EUR"] == Decimal(1000) + 30 * (Decimal(70) - Decimal("100.1"))


def test_a_loss_that_the_account_cannot_pay_is_written_off() -> None:
    """Orders give way to it first; no balance goes below zero."""
    it = desk()
    it.placed(**MARKET | {"leverage": "5"}, volume="30")
    it.placed("A", price="50", volume="2", starttm="+60")
    it.quote("20.00", "20.10")
    state = it.exchange.state()

    assert state.balances["EUR"] == 0
    assert state.written_off == {"EUR": 30 * (Decimal("100.1") - 20) - 1000}
    assert "(Insufficient funds)" in it.table()


def test_own_trades_report_margin() -> None:
    """Used margin is in ``margin``; a spot trade has no field about borrowing."""
    it = desk()
    it.send(Subscribe(subscription={"name": "ownTrades"}))
    it.placed(**MARKET, volume="1")
    it.placed(ordertype="market", price=None, volume="1")
    trades = [
        message.trades[0][1] for message in it.messages if isinstance(message, OwnTrades) and message.trades
    ]

    assert (trades[0]["margin"], trades[0]["margin_borrow"]) == ("50.05000", True)
    assert (trades[1]["margin"], "margin_borrow" in trades[1]) == ("0.00000", False)


def test_what_margin_ties_up_is_no_hold_of_trading() -> None:
    """BalanceEx speaks of spot orders alone."""
    it = desk()
    it.placed(**MARKET, volume="4")
    assert it.ask("BalanceEx")["ZEUR"]["hold_trade"] == "0.0000000000"
    it.placed(price="50", volume="1")
    assert it.ask("BalanceEx")["ZEUR"]["hold_trade"] == "50.0000000000"


def test_a_close_on_margin_keeps_the_leverage() -> None:
    """So it closes what its parent has opened."""
    it = desk()
    it.placed("A", **MARKET, volume="1", close_ordertype="limit", close_price="120")
    (secondary,) = it.exchange.state().live.values()
    assert secondary.terms.leverage == "2"
    it.quote("120.00", "120.10")

    assert it.exchange.state().positions == {}


@st.composite
def requests(draw: st.DrawFn) -> AddOrder | CancelAll | Decimal:
    """Margin and spot orders, a market that jumps, and all canceled."""
    kind = draw(st.sampled_from(["order"] * 6 + ["move"] * 3 + ["cancel"]))
    if kind == "move":
        return draw(st.integers(40, 180)) * Decimal("1.00")
    if kind == "cancel":
        return CancelAll()
    ordertype = draw(st.sampled_from(["limit", "market", "stop-loss", "settle-position"]))
    price = str(draw(st.integers(60, 150))) if ordertype in ("limit", "stop-loss") else None
    leverage = draw(st.sampled_from([None, "2", "5"]))
    return order(
        ordertype=ordertype,
        type=draw(st.sampled_from(["buy", "sell"])),
        price=price,
        volume=draw(st.sampled_from(["0", "0.5", "1", "3", "20"])),
        leverage=leverage,
        reduce_only=draw(st.sampled_from([None, None, True])) if leverage else None,
    )


@given(st.lists(requests(), max_size=25))
def test_the_money_adds_up(steps: list[Any]) -> None:
    """Balances follow from trades, nothing goes below zero, holds are covered, and a replay agrees."""
    options = Options(market=MarketOptions(depth=Decimal(5), levels=2))
    it = desk(options)
    for step in steps:
        if isinstance(step, Decimal):
            it.quote(str(step), str(step + Decimal("0.10")))
        else:
            it.send(step)
        state = it.exchange.state()
        expected = {asset: Decimal(amount) for asset, amount in CASH.balances}
        for trade in state.trades:
            sign = 1 if trade.order.type == "buy" else -1
            if trade.profit is not None:
                expected["EUR"] += trade.profit - trade.fee
            else:
                expected["ETH"] += sign * trade.volume
                expected["EUR"] -= sign * trade.cost + trade.fee
        for item in state.ended.values():
            if item.terms.ordertype == "settle-position":
                sign = 1 if item.terms.type == "sell" else -1
                expected["ETH"] += sign * item.executed
                expected["EUR"] -= sign * item.cost
        expected["EUR"] += state.written_off.get("EUR", Decimal(0))
        assert state.balances == expected
        for asset, balance in state.balances.items():
            held = sum(hold.amount for hold in state.holds.values() if hold.asset == asset)
            assert 0 <= held <= balance
        assert set(state.holds) <= set(state.live) | set(state.positions)
        assert all(position.volume > 0 for position in state.positions.values())
    again = exchange(options=options, opening=CASH)
    again.replay(json.loads(json.dumps(it.exchange.take_record())))
    assert again.state() == it.exchange.state()
