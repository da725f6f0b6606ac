"""Funds for a batch. That the exchange agrees is tested in `test_review.py`."""

from __future__ import annotations

from decimal import Decimal

from runner.domain import Account
from runner.review.funds import funds_of
from tests.review.markets import account, found, group, order, plan_of, resting, reviewed, snapshot

SELL_NOW = order("sell", type="sell", ordertype="market", price=None, volume="1")
BUY = order("buy", price="100", volume="1")


def hints(*groups: str, **balances: str) -> list[str]:
    """Return what is said to those who have too little."""
    return [finding.hint for finding in reviewed(*groups, account=account(**balances)).findings]


def test_sells_pay_for_what_comes_after_them() -> None:
    """A trade at once brings its proceeds before the next order; later is too late, and that is reported."""
    assert found(reviewed(group(SELL_NOW, BUY), account=account(ETH="1"))) == []
    later = "one/sell on line 7, which brings 149.50 EUR, comes after it: put it before"
    assert hints(group(BUY, SELL_NOW), ETH="1") == [later]


def test_a_sell_that_waits_pays_nothing_yet() -> None:
    """It brings its proceeds some day, and that is said."""
    waits = order("sell", type="sell", price="155", volume="1")
    before = "one/sell on line 6, which brings 154.38 EUR, comes before it, but waits to trade"
    apart = "put it into a separate group, which this one needs with `until: filled`"
    assert hints(group(waits, BUY), ETH="1") == [f"{before}: {apart}"]
    wait = "its group can wait for that, with `needs: [{group: one, until: filled, within: 15m}]`"
    assert hints(group(waits), group(BUY, name="two"), ETH="1") == [f"{before}: {wait}"]
    after = (
        "one/sell on line 7, which brings 154.38 EUR, comes after it: put it before, and wait until it trades"
    )
    assert hints(group(BUY, waits), ETH="1") == [after]


def barrier(otherwise: str) -> str:
    """Return what a group needs filled."""
    return f"[{{group: one, until: filled, within: 15m, otherwise: {otherwise}}}]"


def test_what_is_waited_for_has_traded_before_the_next_group() -> None:
    """At its limit, less the fee; but a group that proceeds all the same may find nothing."""
    waits = order("sell", type="sell", price="155", volume="1")
    for otherwise, lacking in (("stop", []), ("cancel", []), ("proceed", ["balance two/buy"])):
        batch = (group(waits), group(BUY, name="two", needs=barrier(otherwise)))
        assert found(reviewed(*batch, account=account(ETH="1"))) == lacking, otherwise
    dear = (group(waits), group(order("buy", price="160", volume="1"), name="two", needs=barrier("stop")))
    assert hints(*dear, ETH="1") == [""]
    flows = funds_of(snapshot(group(waits), group(BUY, name="two", needs=barrier("stop")))).flows
    assert (flows["ETH"].paid, flows["ETH"].held) == (1, 0)
    assert flows["EUR"].received == Decimal(155) * Decimal("0.996")


def test_what_is_open_from_an_earlier_run_brings_its_rest() -> None:
    """Its executed part is in the balance already, and its sold asset is held."""
    sell, buy = (
        group(order("sell", type="sell", price="155", volume="1")),
        order("buy", price="100", volume="1"),
    )
    batch = (sell, group(buy, name="two", needs=barrier("stop")))
    placed = plan_of(*batch).groups[0].orders[0]
    for executed, lacking in ((0, []), (Decimal("0.5"), ["balance two/buy"])):
        standing = resting("O1", "sell", "155", cl_ord_id=placed.cl_ord_id, executed=Decimal(executed))
        assert found(reviewed(*batch, account=account(standing, ETH="0"))) == lacking, executed


def test_two_groups_that_wait_for_one_are_paid_once() -> None:
    """Fills for the first are not filled again for the second."""
    waits = order("sell", type="sell", price="155", volume="1")
    both = (group(BUY, name=name, needs=barrier("stop")) for name in ("two", "three"))
    assert found(reviewed(group(waits), *both, account=account(ETH="1"))) == ["balance three/buy"]


def test_an_order_that_finds_too_little_takes_nothing_from_the_next() -> None:
    """The exchange would reject it, so what comes after it may still fit."""
    orders = (order("big", price="100", volume="9"), BUY)
    assert found(reviewed(group(*orders), account=account(EUR="101"))) == ["balance one/big"]


def test_what_is_canceled_can_be_spent_by_the_next_group() -> None:
    """An old order gives back what it held, once, even if it is canceled twice; so does one of the batch."""
    old = resting("OUEMWD-CUO73-YYCBEK", "sell", "180")
    away = group(name="away", cancel="[OUEMWD-CUO73-YYCBEK]")
    again = group(name="again", cancel="[OUEMWD-CUO73-YYCBEK]")
    sell = group(order("sell", type="sell", price="170", volume="1"), order("more", type="sell", price="170"))
    batch = reviewed(away, again, sell, account=account(old, ETH="0"))
    assert found(batch) == ["balance one/more"]
    own = (group(BUY, name="first"), group(name="second", cancel="[{order: first/buy}]"), group(BUY))
    assert found(reviewed(*own, account=account(EUR="101"))) == []


def test_margin_is_another_matter() -> None:
    """No balance says what an order on margin needs."""
    assert found(reviewed(group(order(volume="100", leverage="2")), account=account(EUR="1"))) == []


def test_nothing_is_short_where_no_balance_is_known() -> None:
    """Neither without an account, nor with one whose balances the key may not see."""
    for unknown in (None, Account(orders=())):
        assert found(reviewed(group(order(volume="1000")), account=unknown)) == []


def test_flows_are_kept_by_currency() -> None:
    """Waiting orders are held, trades are paid and received, with the fee in the quote currency."""
    flows = funds_of(snapshot(group(SELL_NOW, BUY))).flows
    assert (flows["ETH"].paid, flows["ETH"].change) == (1, -1)
    assert flows["EUR"].received == Decimal("150.10") * Decimal("0.996")
    assert flows["EUR"].held == Decimal("100.4")
