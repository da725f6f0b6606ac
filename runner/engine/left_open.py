"""The cancellations that an earlier run left open and that the file has no more, held against the records.

A plan shows what the records say now; a run asks until they are sure (``left_cancels``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.domain import CancelOutcome

from .matching import CLOCK_SLACK_S
from .order_ends import OrderEnd, end_of
from .turn import MAX_QUERY_IDS, QueryOrders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.protocol import OpenOrder

    from .plan import Plan
    from .planned_cancel import PlannedCancel


def left_open(plan: Plan) -> tuple[PlannedCancel, ...]:
    """Return the cancellations that an earlier run left open and that the file has no more."""
    return tuple(cancel for group in plan.groups for cancel in group.cancel if cancel.left_open)


def questions_about(cancels: Iterable[PlannedCancel]) -> Iterator[QueryOrders]:
    """Yield the questions to the records that show what became of them."""
    cancels = tuple(cancels)
    txids = tuple(dict.fromkeys(txid for cancel in cancels for txid in _txids(cancel)))
    for start in range(0, len(txids), MAX_QUERY_IDS):
        yield QueryOrders(txids[start : start + MAX_QUERY_IDS])
    for cancel in cancels:
        if cancel.userref and cancel.sent_as:
            yield QueryOrders((), (cancel.sent_as,), cancel.asked_before - CLOCK_SLACK_S)


def with_ends(plan: Plan, orders: Sequence[OpenOrder]) -> Plan:
    """Return the plan, each of these cancellations with what the records say of its orders: open, how they
    ended, or that they are not known.
    """
    groups = tuple(
        structs.replace(group, cancel=tuple(_told(cancel, orders) for cancel in group.cancel))
        if group.abandoned
        else group
        for group in plan.groups
    )
    return structs.replace(plan, groups=groups)


def _told(cancel: PlannedCancel, orders: Sequence[OpenOrder]) -> PlannedCancel:
    wanted = set(_txids(cancel))
    found = [order for order in orders if order.txid in wanted or _carries(order, cancel)]
    if not found:
        end = OrderEnd(CancelOutcome.GONE)
    elif all(order.terminal for order in found):
        end = end_of(found)
    else:
        end = OrderEnd(CancelOutcome.OPEN)
    return structs.replace(cancel, told=end)


def _txids(cancel: PlannedCancel) -> tuple[str, ...]:
    if cancel.userref:
        return cancel.left_open.matched if cancel.left_open else ()
    return (cancel.ref,)


def _carries(order: OpenOrder, cancel: PlannedCancel) -> bool:
    return cancel.userref and order.userref == cancel.sent_as
