"""The newest figures of an order: of the exchange's records, or else of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.domain import Executed
from runner.journal import OrderIntent, OrderPlaced, OrdersExecuted, fold
from runner.kraken import OpenOrder
from runner.planning import newest_execution
from tests.execution.builders import group, plan_of

if TYPE_CHECKING:
    from runner.planning import PlannedOrder

AT, LATER = "2026-11-22T07:00:10.000000Z", "2026-11-22T08:00:00.000000Z"
FULL = {"vol_exec": "0.25000000", "cost": "37.5", "fee": "0.1"}
WRITTEN = Executed(status="closed", avg_price="150", seen_at=AT, **FULL)


def order_with(executed: Executed | None) -> PlannedOrder:
    """An order that an earlier run placed, with what its journal has of its execution."""
    request = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "100", "volume": "0.25"}
    about = {"at": AT, "group": "g", "id": "a"}
    entries = [OrderIntent(**about, reqid=1, content="c", request=request, plan_price="149")]
    entries += [OrderPlaced(**about, txid="O1", source="reply")]
    entries += [OrdersExecuted(at=AT, group="g", orders={"a": executed})] if executed else []
    return next(plan_of(group("g", "a"), ledger=fold(entries)).orders())


def record(**fields: str) -> OpenOrder:
    """The order in the exchange's records."""
    return OpenOrder.read("O1", {"status": "closed", "price": "150", **FULL, **fields})


def test_the_records_are_read_anew():
    """With the time at which they were read, beside the plan's price."""
    shown = newest_execution(order_with(None), record(), LATER)
    assert shown is not None
    assert (shown["cost"], shown["seen_at"], shown["slippage"]) == ("37.5", LATER, "1")


@pytest.mark.parametrize("lagging", [{"vol_exec": "0.1", "status": "open"}, {"vol_exec": ""}, {"cost": ""}])
def test_records_that_lag_behind_the_journal_say_nothing(lagging):
    """The journal has seen more."""
    shown = newest_execution(order_with(WRITTEN), record(**lagging), LATER)
    assert shown is not None
    assert (shown["vol_exec"], shown["cost"], shown["seen_at"]) == ("0.25000000", "37.5", AT)


def test_without_records_the_journal_counts():
    """As without a connection."""
    shown = newest_execution(order_with(WRITTEN), None, "")
    assert shown is not None
    assert shown["seen_at"] == AT
    assert newest_execution(order_with(None), None, "") is None
