"""A plan narrowed to some of its groups and orders, for whoever looks at these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .plan import Plan
    from .planned_order import PlannedGroup


def names_in(plan: Plan) -> tuple[str, ...]:
    """Return the names of a plan's groups, each followed by those of its orders, as ``group/id``."""
    return tuple(_names(plan))


def _names(plan: Plan) -> Iterator[str]:
    for group in plan.groups:
        yield group.name
        yield from (str(order.key) for order in group.orders)


def narrowed(plan: Plan, names: Collection[str]) -> Plan:
    """Return a plan with the groups and orders of these names alone; unknown names do not matter.

    A group that is named comes with the groups whose orders it waits for; of one whose order is named, only
    that order is left.
    """
    waited = {barrier.group for group in plan.groups if group.name in names for barrier in group.barriers}
    parts = (_part(group, names, whole=group.name in waited) for group in plan.groups)
    return structs.replace(plan, groups=tuple(group for group in parts if group is not None))


def _part(group: PlannedGroup, names: Collection[str], *, whole: bool) -> PlannedGroup | None:
    """Return what is left of a group; ``whole``: another one waits for all of its orders."""
    if group.name in names:
        return group
    orders = group.orders if whole else tuple(order for order in group.orders if str(order.key) in names)
    return structs.replace(group, orders=orders, cancel=(), barriers=()) if orders else None
