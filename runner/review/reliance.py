"""Orders on which a cancellation relies, and that an earlier run placed and are not open any more.

A run asks the exchange before it cancels: one that was filled protects, any other stops the group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import OnReject, OrderState
from runner.planning import Disposition

from .findings import Finding, FindingRule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import OrderKey

    from .snapshot import PlanSnapshot, ReviewedGroup, ReviewedOrder


def reliance_findings(snapshot: PlanSnapshot) -> Iterator[Finding]:
    """Yield a finding for each such order, at the order; none if the account's orders were not read."""
    if snapshot.account is None or snapshot.account.orders is None:
        return
    relying: dict[OrderKey, list[str]] = {}
    for group in snapshot.groups:
        if any(cancel.sent and not cancel.cancel.retry_lookup for cancel in group.cancel):
            for order in _gone(group, snapshot):
                relying.setdefault(order.order.key, []).append(group.group.name)
    for order in snapshot.orders():
        names = " and ".join(relying.get(order.order.key, ()))
        if not names:
            continue
        yield Finding(
            file=snapshot.plan.file,
            place=order.order.place,
            subject=str(order.order.key),
            rule=FindingRule.RELIES_ON_ENDED,
            severity=Severity.WARNING,
            message=f"it is not open any more: unless it was filled, nothing is canceled in {names}",
            hint="see `order-batch status`; place it again under another id if it has to protect",
        )


def _gone(group: ReviewedGroup, snapshot: PlanSnapshot) -> Iterator[ReviewedOrder]:
    """Yield the orders on which a group's cancellation relies, and that rested and are gone."""
    for needed in snapshot.relied_on(group):
        if needed.group.on_reject is not OnReject.CONTINUE:
            yield from (order for order in needed.orders if _is_gone(order, snapshot))


def _is_gone(order: ReviewedOrder, snapshot: PlanSnapshot) -> bool:
    planned = order.order
    if snapshot.plan.becomes(planned) is not Disposition.PLACED or order.resting:
        return False
    final = planned.known is not None and planned.known.state in (OrderState.FILLED, OrderState.ENDED)
    return not (final or planned.cancel_sent or planned.was_unwound)
