"""Orphaned cancellations: left open by an earlier run and no longer in the file; compared with the records.

A plan shows what the records say now; a run queries until they are up to date (``orphan_track``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.domain import CancelOutcome
from runner.execution.turn import MAX_QUERY_IDS, QueryOrders
from runner.planning import CLOCK_SLACK_S, OrderEnd, end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.kraken import OpenOrder
    from runner.planning import Plan, PlannedCancel


def orphaned_cancels(plan: Plan) -> tuple[PlannedCancel, ...]:
    """Return the orphaned cancellations of a plan."""
    return tuple(cancel for group in plan.groups for cancel in group.cancel if cancel.left_open)


def queries_for(cancels: Iterable[PlannedCancel]) -> Iterator[QueryOrders]:
    """Yield the queries to the records that show the outcome of some cancellations."""
    cancels = tuple(cancels)
    txids = tuple(dict.fromkeys(txid for cancel in cancels for txid in _txids(cancel)))
    for start in range(0, len(txids), MAX_QUERY_IDS):
        yield QueryOrders(txids[start : start + MAX_QUERY_IDS])
    for cancel in cancels:
        if cancel.userref and cancel.sent_as:
            yield QueryOrders((), (cancel.sent_as,), cancel.sent_before - CLOCK_SLACK_S)


def with_recorded_ends(plan: Plan, orders: Sequence[OpenOrder]) -> Plan:
    """Return the plan with what the records show of the orders of each such cancellation."""
    groups = tuple(
        structs.replace(group, cancel=tuple(_with_end(cancel, orders) for cancel in group.cancel))
        if group.orphaned
        else group
        for group in plan.groups
    )
    return structs.replace(plan, groups=groups)


def _with_end(cancel: PlannedCancel, orders: Sequence[OpenOrder]) -> PlannedCancel:
    txids = set(_txids(cancel))
    matching = [order for order in orders if order.txid in txids or _carries(order, cancel)]
    if not matching:
        end = OrderEnd(CancelOutcome.GONE)
    elif all(order.terminal for order in matching):
        end = end_of(matching)
    else:
        end = OrderEnd(CancelOutcome.OPEN)
    return structs.replace(cancel, recorded_end=end)


def _txids(cancel: PlannedCancel) -> tuple[str, ...]:
    if cancel.userref:
        return cancel.left_open.matched if cancel.left_open else ()
    return (cancel.ref,)


def _carries(order: OpenOrder, cancel: PlannedCancel) -> bool:
    return cancel.userref and order.userref == cancel.sent_as
