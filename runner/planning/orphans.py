"""The group of what the journal holds and the file does not: before all other groups, which wait for it.

Once all of it was listed by a completed run, it comes after them, and nothing waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.domain import OnReject, Place

from .planned_order import NO_LONGER_IN_THE_FILE, PlannedGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .planned_cancel import PlannedCancel
    from .planned_order import PlannedOrder

NO_PLACE = Place(0, 0)


def with_orphans(
    groups: Iterable[PlannedGroup], orders: Iterable[PlannedOrder], cancel: Iterable[PlannedCancel] = ()
) -> tuple[PlannedGroup, ...]:
    """Return the groups of a plan with these orders and cancellations in the group of what the file lacks."""
    known = [group for group in groups if group.name == NO_LONGER_IN_THE_FILE]
    orphans = PlannedGroup(
        name=NO_LONGER_IN_THE_FILE,
        needs=(),
        on_reject=OnReject.STOP,
        orders=(*(order for group in known for order in group.orders), *orders),
        cancel=(*(cancellation for group in known for cancellation in group.cancel), *cancel),
        unwound=False,
        place=NO_PLACE,
    )
    others = [_with_needs(group, waits=not orphans.listed) for group in groups if group not in known]
    return (*others, orphans) if orphans.listed else (orphans, *others)


def _with_needs(group: PlannedGroup, *, waits: bool) -> PlannedGroup:
    needs = tuple(name for name in group.needs if name != NO_LONGER_IN_THE_FILE)
    return structs.replace(group, needs=(NO_LONGER_IN_THE_FILE, *needs) if waits else needs)
