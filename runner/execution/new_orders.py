"""The orders of an edited file that an unfinished run does not know, so that they were not checked.

What an unfinished run has listed was checked when that run began, and it is brought to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.planning import REQUESTED, decide

if TYPE_CHECKING:
    from collections.abc import Collection

    from runner.domain import OrderKey
    from runner.journal import Ledger
    from runner.planning import Plan


def find_new_orders(plan: Plan, ledger: Ledger, *, since: int) -> tuple[OrderKey, ...]:
    """Return the orders to be sent that no run after the run ``since`` has listed with the same content."""
    listed = {
        (group["name"], order["id"], order.get("content"))
        for run in ledger.runs[since:]
        for group in run.groups
        for order in group["orders"]
    }
    return tuple(
        order.key
        for order in plan.orders()
        if plan.becomes(order) in REQUESTED and (order.key.group, order.key.id, order.content) not in listed
    )


def without(plan: Plan, keys: Collection[OrderKey]) -> Plan:
    """Return the plan without some of its orders."""
    groups = tuple(
        structs.replace(group, orders=tuple(order for order in group.orders if order.key not in keys))
        for group in plan.groups
    )
    return decide(structs.replace(plan, groups=groups))
