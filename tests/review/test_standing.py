"""What is open at the exchange: too much of it, or not what is to be canceled."""

from __future__ import annotations

from runner.domain import Account
from tests.review.markets import account, found, group, order, resting, reviewed

RUNGS = [order(f"rung-{number}", price=140 - number) for number in range(60)]
POOR = {"EUR": "100000"}


def test_sixty_orders_may_be_open_on_a_pair() -> None:
    """The sixty-first is said once, however many follow; other pairs have their own count."""
    more = [order("more", price="50"), order("most", price="51"), order("xbt", pair="XBT/EUR", price="8000")]
    assert found(reviewed(group(*RUNGS))) == []
    assert found(reviewed(group(*RUNGS, *more))) == ["open-orders one/more"]


def test_what_is_open_counts_until_it_is_canceled() -> None:
    """An old order takes a place, and gives it back when a group before cancels it."""
    old = account(resting("OUEMWD-CUO73-YYCBEK"), **POOR)
    away = group(name="away", cancel="[OUEMWD-CUO73-YYCBEK]")
    assert found(reviewed(group(*RUNGS), account=old)) == ["open-orders one/rung-59"]
    assert found(reviewed(away, group(*RUNGS), account=old)) == []


def test_what_trades_at_once_takes_no_place() -> None:
    """A market order is never open."""
    market = order("market", ordertype="market", price=None)
    assert found(reviewed(group(*RUNGS, market))) == []


def test_cancellations_of_what_is_not_open() -> None:
    """An id or a reference that no open order has; what the batch places itself may be meant."""
    cancel = "[OUEMWD-CUO73-YYCBEK, OAAAAA-BBBBB-CCCCCC, {userref: 7}, {userref: 8}, {userref: 9}]"
    old = account(resting("OUEMWD-CUO73-YYCBEK", userref="7"), **POOR)
    batch = group(order(userref=9), cancel=cancel)
    assert found(reviewed(batch, account=old)) == [
        "cancel-not-open OAAAAA-BBBBB-CCCCCC",
        "cancel-not-open userref 8",
    ]


def test_nobody_says_what_is_open_without_having_looked() -> None:
    """Without the account's orders no cancellation is doubted."""
    batch = group(cancel="[OAAAAA-BBBBB-CCCCCC]")
    assert found(reviewed(batch)) == []
    assert found(reviewed(batch, account=Account(balances={}))) == []
