"""The last known state of an accepted order, and the ends that are no placement."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import OrderState
from runner.execution.orders.accepted import end_reason, executed_text, may_be_ours, state_of
from tests.execution.builders import at_exchange, group, order, plan_of
from tests.support.for_each import for_each

OPEN, FILLED, ENDED = OrderState.OPEN, OrderState.FILLED, OrderState.ENDED
WHOLE, PART, NOTHING = "0.25000000", "0.10000000", "0.00000000"


@for_each(
    [
        ("open", {}, OPEN),
        ("pending", {}, None),
        ("", {}, None),
        ("canceled", {"vol_exec": NOTHING}, ENDED),
        ("canceled", {}, ENDED),
        ("canceled", {"vol_exec": PART}, ENDED),
        ("canceled", {"vol_exec": WHOLE}, FILLED),
        ("expired", {"vol_exec": NOTHING}, ENDED),
        ("closed", {"vol_exec": WHOLE}, FILLED),
        ("closed", {"vol_exec": PART, "cancel_reason": "Insufficient volume remaining"}, FILLED),
        ("closed", {"vol_exec": PART, "cancel_reason": "Insufficient margin"}, ENDED),
        ("closed", {"vol_exec": PART}, ENDED),
        ("closed", {"vol_exec": NOTHING}, ENDED),
        ("closed", {}, None),
        ("closed", {"vol_exec": "much"}, None),
    ]
)
def test_a_state_is_decided_by_volumes(status: str, shown: dict[str, Any], state: OrderState | None) -> None:
    """Never by the status alone; and what is not said decides nothing."""
    request = next(plan_of(group("g", "a")).orders()).request
    assert state_of(at_exchange(status=status, **shown), request) is state


@pytest.mark.parametrize(
    ("fields", "state"),
    [({"timeinforce": "IOC"}, None), ({"ordertype": "market", "price": None}, None), ({}, OPEN)],
)
def test_an_order_that_ends_at_once_is_not_open(fields: dict[str, Any], state: OrderState | None) -> None:
    """It may be shown open for the moment that it takes."""
    request = next(plan_of(group("g", order("a", **fields))).orders()).request
    assert state_of(at_exchange(status="open"), request) is state


def test_a_scheduled_order_is_accepted_while_it_is_pending() -> None:
    """Nothing more will be said of it until its time has come."""
    request = next(plan_of(group("g", order("a", starttm="+60"))).orders()).request
    assert state_of(at_exchange(status="pending"), request) is OPEN


def test_a_volume_in_the_quote_currency_is_no_measure() -> None:
    """The amount spent on it is another number."""
    text = order("a", ordertype="market", price=None, volume="100", oflags="[viqc]")
    request = next(plan_of(group("g", text)).orders()).request
    assert state_of(at_exchange(status="closed", vol="100", vol_exec="0.5"), request) is FILLED
    assert state_of(at_exchange(status="canceled", vol="100", vol_exec="0.5"), request) is ENDED


@pytest.mark.parametrize(
    ("shown", "text"), [(None, None), ("0.00000000", None), ("0.10", "0.10"), (0, None), ("x", None)]
)
def test_executed(shown: object, text: str | None) -> None:
    """In the exchange's own spelling."""
    assert executed_text(at_exchange(vol_exec=shown)) == text


def test_why_it_ended() -> None:
    """The exchange's reason where there is one; a client's cancellation has another."""
    assert end_reason(at_exchange(status="canceled", cancel_reason="Post only order")) == "Post only order"
    assert end_reason(at_exchange(status="expired")) == "expired by the exchange, which gives no reason"
    assert may_be_ours(at_exchange(status="canceled", cancel_reason="User requested"))
    assert may_be_ours(at_exchange(status="canceled"))
    assert not may_be_ours(at_exchange(status="canceled", cancel_reason="Post only order"))
    assert not may_be_ours(at_exchange(status="expired"))
