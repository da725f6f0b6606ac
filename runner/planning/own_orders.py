"""Cancellations by user reference that would cancel orders of their own batch, according to the journal.

The check of the file knows the file alone. Here earlier runs count too: their orders may be open, whatever
group they belong to, and may no longer be in the file. Derived references are those of the run key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import OWN_ORDERS_HINT, OrderOutcome, Problem, own_orders_message

from .planned_order import JournalState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.journal import Ledger

    from .plan import Plan
    from .planned_cancel import PlannedCancel
    from .planned_order import PlannedGroup

_NOT_OPEN = frozenset({JournalState.ABANDONED, JournalState.ENDED})


def find_reached_own_orders(plan: Plan, ledger: Ledger) -> tuple[Problem, ...]:
    """Return a problem, at its line, for each cancellation that reaches own orders without saying so."""
    return tuple(
        Problem(
            plan.file,
            cancel.place.line,
            cancel.place.column,
            f"{group.name}: cancel",
            own_orders_message(cancel.sent_as or "", names),
            OWN_ORDERS_HINT,
            "cancel-reaches-own",
        )
        for group in plan.groups
        for cancel in group.cancel
        if cancel.userref and not (cancel.settled or cancel.retry_lookup or cancel.including_own)
        if cancel.left_open is None
        if (names := [*_in_the_file(cancel, group, plan), *_out_of_the_file(cancel, plan, ledger)])
    )


def _in_the_file(cancel: PlannedCancel, group: PlannedGroup, plan: Plan) -> Iterator[str]:
    """Yield the orders of the file that may be open when the cancellation is sent."""
    later = _groups_after(group, plan)
    for order in plan.orders():
        if order.request.userref != cancel.sent_as or order.journal_state in _NOT_OPEN or order.was_unwound:
            continue
        if order.journal_state is not JournalState.UNSENT or order.key.group not in later:
            yield str(order.key)


def _groups_after(group: PlannedGroup, plan: Plan) -> set[str]:
    """Return the groups that begin only after this one."""
    after: set[str] = set()
    grown = True
    while grown:
        following = {g.name for g in plan.groups if group.name in g.needs or not after.isdisjoint(g.needs)}
        grown = not following <= after
        after |= following
    return after


def _out_of_the_file(cancel: PlannedCancel, plan: Plan, ledger: Ledger) -> Iterator[str]:
    """Yield the orders that an earlier run placed, or may have, and that the file no longer names."""
    named = {order.key for order in plan.orders()}
    for key, record in ledger.orders.items():
        may_be_open = record.in_doubt or record.outcome is OrderOutcome.PLACED
        if key not in named and may_be_open and (record.request or {}).get("userref") == cancel.sent_as:
            yield str(key)
