"""A plan for validation only: orders are sent to be validated, and nothing else is sent.

Each order is judged on its own. So no group waits for another, for fills or for room, none is unwound, and no
cancellation is left: the exchange cannot validate one without carrying it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.domain import OnReject

from .disposition import REQUESTED, Disposition
from .plan import decide

if TYPE_CHECKING:
    from runner.kraken import AddOrder

    from .plan import Plan
    from .planned_order import PlannedGroup, PlannedOrder

VALIDATE: Final = "true"
"""The wire value of ``validate``. It is never sent as false: its mere presence may count."""

_IN_DOUBT: Final = frozenset({Disposition.LOOK_UP, Disposition.ORPHANED})


def validation_plan(plan: Plan) -> Plan:
    """Return a plan that validates each order that the given plan would place.

    If there is none, its groups remain, without orders.
    """
    groups = tuple(_group(group, plan) for group in plan.groups)
    groups = tuple(group for group in groups if group.orders) or groups
    return decide(structs.replace(plan, groups=groups, switch_left_s=0))


def orders_in_doubt(plan: Plan) -> tuple[PlannedOrder, ...]:
    """Return the orders that must first be looked up at the exchange."""
    return tuple(order for order in plan.orders() if plan.becomes(order) in _IN_DOUBT and not order.listed)


def _group(group: PlannedGroup, plan: Plan) -> PlannedGroup:
    orders = [order for order in group.orders if plan.becomes(order) in REQUESTED]
    return structs.replace(
        group,
        needs=(),
        on_reject=OnReject.CONTINUE,
        orders=tuple(structs.replace(order, request=_as_validation(order)) for order in orders),
        cancel=(),
        unwound=False,
        went_well=False,
        hold=False,
        barriers=(),
    )


def _as_validation(order: PlannedOrder) -> AddOrder:
    return structs.replace(order.request, validate=VALIDATE)
