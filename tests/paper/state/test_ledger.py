"""The ledger: an entry for each change of a balance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.paper.state.account import Account
from runner.paper.state.ledger import Ledger, LedgerEntry, LedgerType
from tests.paper.builders import Desk
from tests.paper.margin import CASH, LONG, SETTLE, SHORT, desk

TRADES = [LONG, SHORT, SETTLE, SHORT | {"leverage": None, "volume": "0.5"}]


def entries_of(desk: Desk) -> tuple[LedgerEntry, ...]:
    """The whole ledger of a desk's exchange."""
    return desk.exchange.state().ledger


def booked(desk: Desk) -> list[tuple[str, str, str, str]]:
    """What came after the deposits: type, asset, amount, fee."""
    return [
        (entry.type.value, entry.asset, f"{entry.amount:f}", f"{entry.fee:f}")
        for entry in entries_of(desk)
        if entry.type is not LedgerType.DEPOSIT
    ]


def test_it_begins_with_what_the_account_has() -> None:
    """A deposit of each currency that there is any of."""
    account = Account({"EUR": Decimal(5), "XBT": Decimal(0)})
    ledger = Ledger(account, 10)
    ledger.begin(7.0)
    assert ledger.entries == (
        LedgerEntry(1, "", 7.0, LedgerType.DEPOSIT, "EUR", Decimal(5), Decimal(0), Decimal(5)),
    )


def test_a_trade_is_two_entries() -> None:
    """What was paid with its fee, and what was got; both name the trade."""
    made = Desk()
    made.placed(ordertype="market", price=None, volume="1")
    assert booked(made) == [
        ("trade", "EUR", "-150.2000000000", "0.6008000000"),
        ("trade", "ETH", "1.00000000", "0"),
    ]
    trade = made.exchange.state().trades[0]
    assert {entry.refid for entry in entries_of(made)[-2:]} == {trade.trade_id}


def test_margin_books_fees_and_profits_alone() -> None:
    """Opening costs a fee, closing brings a profit; a position that is taken over is settled."""
    made = desk()
    made.placed(**LONG)
    assert booked(made) == []
    made.quote("110.00", "110.10")
    made.placed(**SHORT)
    assert booked(made) == [("margin", "EUR", "9.9000000000", "0.0000000000")]
    made.placed(**LONG)
    made.placed(**SETTLE)
    assert [row[:3] for row in booked(made)[1:]] == [
        ("settled", "EUR", "-110.1000000000"),
        ("settled", "ETH", "1.00000000"),
    ]


def test_memory_has_an_end() -> None:
    """The oldest entry is dropped first; nothing is entered where nothing changes."""
    account = Account({"EUR": Decimal(5)})
    ledger = Ledger(account, 2)
    for amount in (1, 0, 2, -3):
        ledger.book(LedgerType.TRADE, refid="T", now=1.0, asset="EUR", amount=Decimal(amount))
    assert [(entry.number, entry.balance) for entry in ledger.entries] == [(2, 8), (3, 5)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-9, 9)), max_size=8))
def test_it_adds_up_to_the_balances(steps: list[tuple[int, int]]) -> None:
    """Whatever is traded, on margin or not, at whatever prices, with whatever is written off."""
    made = Desk(opening=CASH)
    for kind, move in steps:
        order: dict[str, Any] = TRADES[kind]
        made.add(**order)
        made.quote(f"{100 + 10 * move}.00", f"{100 + 10 * move}.10")
    state = made.exchange.state()
    for asset, balance in state.balances.items():
        own = [entry for entry in state.ledger if entry.asset == asset]
        assert sum(entry.amount - entry.fee for entry in own) == balance
        assert own[-1].balance == balance
