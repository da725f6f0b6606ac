"""The review as a whole: what it finds is what the simulated exchange then does."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Account, Market
from runner.kraken import AddOrderStatus, balances_from, instruments_from, parse_envelope, quotes_from
from runner.paper.api.rest.calls import RestCall
from runner.paper.exchange.opening import OPENING, Opening
from runner.review import OpenOrderTotals, review
from runner.review.findings import FindingRule
from tests.kraken.open_orders import resting_orders
from tests.paper.builders import NOW, Desk
from tests.review.markets import account, found, group, order, plan_of, resting, reviewed

if TYPE_CHECKING:
    from collections.abc import Iterable

REASONS = {
    FindingRule.UNKNOWN_PAIR: "EQuery:Unknown asset pair",
    FindingRule.TICK_SIZE: "EOrder:Tick size check failed",
    FindingRule.LOT_DECIMALS: "EGeneral:Invalid arguments:volume",
    FindingRule.ORDERMIN: "EOrder:Order minimum not met",
    FindingRule.COSTMIN: "EOrder:Cost minimum not met",
    FindingRule.LEVERAGE: "EGeneral:Invalid arguments:leverage",
    FindingRule.POST_CROSSES: "EOrder:Post only order",
    FindingRule.BALANCE: "EOrder:Insufficient funds",
}
"""What the exchange answers where a rule finds something."""

POOR = Opening(balances=(("EUR", "300"), ("ETH", "2"), ("XBT", "0.01")), quotes=OPENING.quotes)
SIDE = st.sampled_from(["buy", "sell"])
AT_MARKET = {"ordertype": st.just("market"), "price": st.none()}
ANYHOW = st.fixed_dictionaries(
    {
        "type": SIDE,
        "pair": st.sampled_from(["ETH/EUR", "ETH/EUR", "ETH/EUR", "EHT/EUR"]),
        "price": st.sampled_from(["140", "145.123", "150.15", "150.20", "150.10", "155.5"]),
        "volume": st.sampled_from(["0.1", "0.25", "0.0001", "0.0025", "0.1234567891", "1000"]),
        "oflags": st.sampled_from([None, "post"]),
        "leverage": st.sampled_from([None, None, "7"]),
    }
)
"""Orders with all kinds of mistakes."""

SOUND = st.one_of(
    st.fixed_dictionaries(
        {
            "type": SIDE,
            "price": st.decimals("140", "160", places=1),
            "volume": st.decimals("0.1", "1", places=1),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": SIDE,
            "pair": st.just("XBT/EUR"),
            "price": st.decimals("8900", "9100", places=1),
            "volume": st.decimals("0.001", "0.02", places=3),
        }
    ),
    st.fixed_dictionaries({"type": SIDE, **AT_MARKET, "volume": st.sampled_from(["0.1", "0.5", "1.2"])}),
    st.fixed_dictionaries(
        {
            "type": SIDE,
            "price": st.sampled_from(["100", "149", "150.10", "151", "200"]),
            "volume": st.sampled_from(["0.1", "0.5"]),
            "oflags": st.sampled_from(["fcib", "fciq"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("sell"),
            "ordertype": st.sampled_from(["stop-loss", "take-profit"]),
            # The batch's own trades move the last price by the spread, and these stay on their side of it.
            "price": st.sampled_from(["140", "160"]),
            "volume": st.sampled_from(["0.1", "0.5"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("sell"),
            "ordertype": st.sampled_from(["stop-loss-limit", "take-profit-limit"]),
            "price": st.sampled_from(["140", "160"]),
            "price2": st.sampled_from(["120", "149", "165"]),
            "volume": st.sampled_from(["0.1", "0.5"]),
        }
    ),
    st.fixed_dictionaries(
        {"type": SIDE, "timeinforce": st.just("IOC"), "price": st.sampled_from(["145", "155"])}
    ),
)
"""Orders with which nothing can be wrong but that they are too much for an account."""


def orders_of(several: list[dict[str, Any]]) -> str:
    """A group of these orders."""
    return group(*(order(f"o{number}", **fields) for number, fields in enumerate(several)))


@cache
def opening_market() -> Market:
    """The market as a client reads it before anything has happened."""
    desk = Desk()
    pairs, ticker = (
        parse_envelope(desk.exchange.rest(RestCall("GET", f"/0/public/{call}"), NOW).body)
        for call in ("AssetPairs", "Ticker")
    )
    instruments = instruments_from(pairs)
    return Market(instruments=instruments, quotes=quotes_from(ticker, instruments.values(), NOW), at=NOW)


def account_at(desk: Desk, market: Market) -> Account:
    """The account as a client reads it."""
    orders = resting_orders(desk.ask("OpenOrders"), market.instruments.values())
    return Account(balances=balances_from(desk.ask("BalanceEx")), orders=orders)


def reasons_for(finding_rules: Iterable[FindingRule]) -> set[str | None]:
    """Return what the exchange may answer, given what was found; it lets an account trade with itself."""
    return {REASONS[rule] for rule in finding_rules if rule is not FindingRule.SELF_CROSS} or {None}


@given(ANYHOW)
def test_the_exchange_rejects_what_was_found_and_nothing_else(fields: dict[str, Any]) -> None:
    """An error of ours is an error there, for one of the same reasons, and what passes is placed."""
    desk = Desk()
    plan, market = plan_of(orders_of([fields])), opening_market()
    findings = review(plan, market, account_at(desk, market), NOW).findings
    (planned,) = plan.orders()
    (status,) = (item for item in desk.send(planned.request) if isinstance(item, AddOrderStatus))
    assert status.errorMessage in reasons_for(finding.rule for finding in findings)


@given(st.lists(SOUND, min_size=1, max_size=8))
def test_money_runs_out_where_the_exchange_says_so(several: list[dict[str, Any]]) -> None:
    """Order by order in sequence, and what is left afterwards is what the review says."""
    desk = Desk(opening=POOR)
    plan, market = plan_of(orders_of(several)), opening_market()
    result = review(plan, market, account_at(desk, market), NOW)
    rules: dict[str, list[FindingRule]] = {}
    for finding in result.findings:
        rules.setdefault(finding.subject, []).append(finding.rule)
    for planned in plan.orders():
        (status,) = (item for item in desk.send(planned.request) if isinstance(item, AddOrderStatus))
        assert status.errorMessage in reasons_for(rules.get(str(planned.key), []))
    after = account_at(desk, market)
    assert after.balances is not None
    for currency in result.totals.currencies:
        left = after.balances[currency.currency].available
        assert currency.after == pytest.approx(left, abs=Decimal("1e-8"))


@given(st.lists(SOUND, min_size=1, max_size=8))
def test_open_orders_afterwards_are_as_forecast(several: list[dict[str, Any]]) -> None:
    """Their number on each side of a pair, and their remaining volume."""
    desk = Desk()
    plan, market = plan_of(orders_of(several)), opening_market()
    result = review(plan, market, account_at(desk, market), NOW)
    for planned in plan.orders():
        desk.send(planned.request)
    after = account_at(desk, market).orders
    assert after is not None
    for side in result.totals.pairs:
        there = [item for item in after if (item.pair, item.type) == (side.pair, side.type)]
        assert side.after == OpenOrderTotals(len(there), sum((item.remaining for item in there), Decimal()))


def test_findings_come_in_the_files_order() -> None:
    """Whichever check found them."""
    orders = (
        order("a", volume="100"),
        order("b", price="145.123"),
        order("c", expiretm="1500000000", volume="0.001"),
    )
    there = account(EUR="10")
    assert found(reviewed(group(*orders), account=there)) == [
        "balance one/a",
        "tick-size one/b",
        "balance one/b",
        "ordermin one/c",
        "costmin one/c",
        "expiretm one/c",
    ]


def test_what_was_not_checked_is_named() -> None:
    """Nothing is left out in silence."""
    assert reviewed(group(order()), account=account()).unchecked == ()
    assert reviewed(group(order()), account=Account(balances={})).unchecked == (
        "open orders, what is canceled",
    )
    assert len(reviewed(group(order()), market=None).unchecked) == 3


def test_what_is_there_already_is_not_checked_again() -> None:
    """An open order will not be sent, so nothing can be wrong with sending it."""
    batch = group(order(price="145.123"))
    (planned,) = plan_of(batch).orders()
    there = resting("O1", cl_ord_id=planned.request.cl_ord_id)
    assert found(reviewed(batch, account=account(there))) == []
