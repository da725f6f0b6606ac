"""The group of orders that have left the file: its position, and the groups that wait for it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec import structs

from runner.domain import RestingOrder, derived_cl_ord_id
from runner.journal import OrderIntent, OrderRejected, RunEnded, RunStarted, fold
from runner.kraken import fields_of
from runner.planning import Plan, decide
from runner.planning.orphans import with_orphans
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE
from tests.execution.builders import group, order, plan_of

AT = {"at": "2026-11-22T07:00:10.000000Z"}
ABOUT = {**AT, "group": "enter", "id": "a"}
STARTED = RunStarted(
    **AT,
    tool="t",
    batch="b",
    run_key="",
    venue="paper",
    file="f",
    digest="0" * 64,
    groups=({"name": "enter"},),
)


def refused(**fields: str) -> Plan:
    """The plan of a file that holds another order, after a run that ended with ``enter/a`` refused."""
    sent = next(plan_of(group("enter", order("a", **fields))).orders())
    request = {**fields_of(sent.request), "reqid": 3, "deadline": "2026-11-22T07:00:20.000Z"}
    intent = OrderIntent(**ABOUT, reqid=3, content=sent.content, request=request)
    no = OrderRejected(**ABOUT, error="EOrder:Insufficient funds")
    ledger = fold([STARTED, intent, no, RunEnded(**AT, outcome="incomplete")])
    return plan_of(group("enter", "b"), group("then", "c"), ledger=ledger)


def resting(**fields: str) -> RestingOrder:
    """An order that the account has open."""
    known = {"txid": "O1", "pair": "ETH/EUR", "type": "buy", "ordertype": "limit"}
    return RestingOrder(**known, volume=Decimal("0.25"), **fields)


def test_a_refused_order_is_none_of_the_plan_unless_the_account_has_it_open() -> None:
    """Then all else waits for it."""
    plan = refused()
    (key,) = [item.key for item in plan.refused]
    for orders in ((), (resting(cl_ord_id="somebody"),)):
        assert [item.name for item in decide(plan, orders).groups] == ["enter", "then"]
    shown = decide(plan, [resting(cl_ord_id=derived_cl_ord_id(plan.run, key))])
    first, *others = shown.groups
    assert (first.name, [str(item.key) for item in first.orders]) == (NO_LONGER_IN_THE_FILE, ["enter/a"])
    assert [item.needs[0] for item in others] == [NO_LONGER_IN_THE_FILE] * 2
    assert shown.refused == ()
    assert shown.changes


def test_a_reference_of_the_authors_own_may_be_on_any_order() -> None:
    """So that nothing open is taken for one that was refused."""
    assert refused(userref="17").refused == ()


@pytest.mark.parametrize("listed", [True, False])
def test_listed_orders_come_last_until_something_else_is_found(listed: bool) -> None:
    """Nothing waits for it then; each group names the first one once."""
    plan = refused()
    (orphan,) = plan.refused
    groups = with_orphans(plan.groups, [structs.replace(orphan, listed=True)])
    assert [each.name for each in groups] == ["enter", "then", NO_LONGER_IN_THE_FILE]
    assert all(NO_LONGER_IN_THE_FILE not in each.needs for each in groups)
    again = with_orphans(groups, [structs.replace(orphan, listed=listed)])
    assert [each.name for each in again].index(NO_LONGER_IN_THE_FILE) == (2 if listed else 0)
    assert [each.needs.count(NO_LONGER_IN_THE_FILE) for each in again if each.orders[0].key.id != "a"] == (
        [0, 0] if listed else [1, 1]
    )
