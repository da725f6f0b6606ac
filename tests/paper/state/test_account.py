"""Balances and holds, and a machine that trades at will and then counts the money."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runner.kraken import AddOrder, AmendOrder, CancelAll, CancelOrder, EditOrder, encode_reply
from runner.kraken.wire.codec import decode_reply
from runner.paper import Options
from runner.paper.exchange.opening import Opening
from runner.paper.options.options import MarketOptions, RestOptions
from runner.paper.state.account import Account, Hold, rounded_down, rounded_up
from runner.paper.state.instruments import INSTRUMENTS
from tests.paper.builders import Desk, exchange

CASH = Opening(
    balances=(("EUR", "1000"), ("ETH", "10"), ("XBT", "0.1")),
    quotes=(("ETH/EUR", "150.10", "150.20"), ("ETH/XBT", "0.01667", "0.01668")),
)
DEPTH = Options(market=MarketOptions(depth=Decimal("0.7"), levels=2), rest=RestOptions(lag_s=30.0))
TRIGGERED = {
    "stop-loss": (True, False),
    "take-profit": (True, False),
    "stop-loss-limit": (True, True),
    "take-profit-limit": (True, True),
    "trailing-stop": (False, False),
    "trailing-stop-limit": (False, True),
}


def test_a_hold_replaces_the_one_before() -> None:
    """The available balance is the balance without the holds of orders."""
    account = Account({"EUR": Decimal(100)})
    account.hold("A", Hold("EUR", Decimal(30)))
    account.hold("B", Hold("EUR", Decimal(20)))
    account.hold("A", Hold("EUR", Decimal(10)))

    assert account.available("EUR") == 70
    account.release("A")
    account.release("A")
    assert (account.held("EUR"), account.available("EUR"), account.balance("EUR")) == (20, 80, 100)


def test_a_balance_never_goes_below_zero() -> None:
    """That would be our mistake, and is caught as one."""
    with pytest.raises(AssertionError, match="EUR"):
        Account({"EUR": Decimal(1)}).move("EUR", Decimal(-2))


@given(
    price=st.integers(1, 10**7).map(lambda steps: steps * Decimal("0.00001")),
    parts=st.lists(st.integers(1, 10**9).map(lambda steps: steps * Decimal("0.00000001")), min_size=1),
    rate=st.sampled_from([Decimal("0.0025"), Decimal("0.00333333")]),
)
def test_a_hold_covers_every_way_to_be_filled(price: Decimal, parts: list[Decimal], rate: Decimal) -> None:
    """Holds are rounded up and charges are rounded down, however many parts there are."""
    held = rounded_up(sum(parts) * price)
    charged = [rounded_down(part * price) for part in parts]

    assert sum(charged) <= sum(parts) * price <= held
    assert sum(rounded_down(cost * rate) for cost in charged) <= held * rate <= rounded_up(held * rate)


def prices(pair: str) -> st.SearchStrategy[Decimal]:
    """Prices around the opening quote, in whole ticks."""
    tick, middle = (("0.01", 15000), ("0.00001", 1667))[pair == "ETH/XBT"]
    return st.integers(middle * 8 // 10, middle * 12 // 10).map(lambda steps: steps * Decimal(tick))


PAIRS = st.sampled_from([pair for pair, _, _ in CASH.quotes])


@st.composite
def orders(draw: st.DrawFn) -> AddOrder:
    """Orders that are mostly taken."""
    pair = draw(PAIRS)
    ordertype = draw(st.sampled_from(["limit"] * 6 + ["market", *TRIGGERED]))
    price, price2 = draw(prices(pair)), draw(prices(pair))
    absolute, second = TRIGGERED.get(ordertype, (True, False))
    closes = draw(st.sampled_from([None, None, "limit", "stop-loss"]))
    return AddOrder(
        pair=pair,
        type=draw(st.sampled_from(["buy", "sell"])),
        ordertype=ordertype,
        price=None if ordertype == "market" else str(price) if absolute else "+1%",
        price2=(str(price2) if absolute else "+0") if second else None,
        close_ordertype=closes,
        close_price=closes and str(draw(prices(pair))),
        stp_type=draw(st.sampled_from([None, "cancel_oldest", "cancel_both"])),
        volume=str(draw(st.integers(10_000_000, 200_000_000)) * Decimal("0.00000001")),
        timeinforce=draw(st.sampled_from([None, "GTC", "IOC"])),
        starttm=draw(st.sampled_from([None, None, "+10"])),
        expiretm=draw(st.sampled_from([None, None, "+5", "+20"])),
        userref=draw(st.sampled_from([None, "1", "2"])),
        oflags=draw(
            st.sampled_from([None, "post", "fciq", "fcib"] if ordertype == "limit" else [None, "fcib"])
        ),
    )


class Trading(RuleBasedStateMachine):
    """After any actions the money adds up, and the records are complete."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(options=DEPTH, opening=CASH)
        self.records: list[dict[str, Any]] = []

    @rule(request=orders())
    def place(self, request: AddOrder) -> None:
        """Place an order."""
        self.desk.send(request)

    @rule(pair=PAIRS, data=st.data())
    def move(self, pair: str, data: st.DataObject) -> None:
        """Move a market."""
        bid = data.draw(prices(pair))
        self.desk.quote(str(bid), str(bid + INSTRUMENTS[pair].tick), pair)

    @rule(seconds=st.integers(1, 12))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.desk.wait(seconds)

    @precondition(lambda self: self.desk.exchange.state().live)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Cancel an order, one that is gone, or all with a user reference."""
        txid = data.draw(st.sampled_from([*self.desk.exchange.state().live, "OABCDE-FGHIJ-KLMNOP", "1", "2"]))
        self.desk.send(CancelOrder(txid=(txid,)))

    @precondition(lambda self: self.desk.exchange.state().live)
    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Amend an order, or put another one in its place."""
        order = data.draw(st.sampled_from(list(self.desk.exchange.state().live.values())))
        price, volume = (
            str(data.draw(prices(order.terms.pair))),
            data.draw(st.sampled_from(["0.2", "1.5", None])),
        )
        if data.draw(st.booleans()):
            self.desk.send(AmendOrder(txid=order.txid, limit_price=price, volume=volume))
        else:
            edit = EditOrder(orderid=order.txid, pair=order.terms.pair, price=price, volume=volume)
            self.desk.send(edit)

    @rule()
    def cancel_all(self) -> None:
        """Cancel everything."""
        self.desk.send(CancelAll())

    @invariant()
    def value_is_conserved_but_for_fees(self) -> None:
        """Balances are the first ones, moved by the reported trades."""
        state = self.desk.exchange.state()
        expected = {asset: Decimal(amount) for asset, amount in CASH.balances}
        for trade in state.trades:
            base, quote = trade.order.pair.split("/")
            sign = 1 if trade.order.type == "buy" else -1
            expected[base] += sign * trade.volume - trade.base_fee
            expected[quote] -= sign * trade.cost + (0 if trade.base_fee else trade.fee)
            assert 0 <= trade.price * trade.volume - trade.cost < Decimal("1e-10")
        assert state.balances == expected

    @invariant()
    def holds_are_those_of_live_orders(self) -> None:
        """Each live order holds something, nothing else does, and all holds together are covered."""
        state = self.desk.exchange.state()
        assert set(state.holds) == set(state.live)
        for asset, balance in state.balances.items():
            held = sum(hold.amount for hold in state.holds.values() if hold.asset == asset)
            assert 0 <= held <= balance

    @invariant()
    def no_order_is_open_and_closed(self) -> None:
        """An order is in one half of the book, with the status of that half."""
        state = self.desk.exchange.state()
        assert not set(state.live) & set(state.ended)
        assert {order.status for order in state.live.values()} <= {"pending", "open"}
        assert {order.status for order in state.ended.values()} <= {"closed", "canceled", "expired"}
        assert all(order.remaining for order in state.live.values())
        assert all(not order.remaining for order in state.ended.values() if order.status == "closed")

    @invariant()
    def replay_builds_the_same_state(self) -> None:
        """The records so far, through JSON, on a fresh exchange."""
        self.records += json.loads(json.dumps(self.desk.exchange.take_record()))
        again = exchange(options=DEPTH, opening=CASH)
        again.replay(self.records)
        assert again.state() == self.desk.exchange.state()

    def teardown(self) -> None:
        """Check that the client got what the wire can carry, and that it adds up to the same book."""
        fed: dict[str, dict[str, Any]] = {}
        for message in self.desk.messages:
            assert decode_reply(encode_reply(message)) == message
            for txid, fields in getattr(message, "orders", ()):
                fed.setdefault(txid, {}).update(fields)
        state = self.desk.exchange.state()
        for txid, order in {**state.live, **state.ended}.items():
            assert fed[txid]["status"] == order.status
            assert Decimal(fed[txid]["vol_exec"]) == order.executed


TestTrading = Trading.TestCase
TestTrading.settings = settings(stateful_step_count=30)
