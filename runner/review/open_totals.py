"""The open orders at the exchange: too many on one pair, and cancellations of what is not open.

Source: https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.domain import OnReject
from runner.kraken import LIMITS

from .findings import Finding, FindingRule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .snapshot import PlanSnapshot, ReviewedCancel, ReviewedGroup, ReviewedOrder


def open_order_findings(snapshot: PlanSnapshot) -> Iterator[Finding]:
    """Pairs with more open orders than the account's tier may have, then ids that are not open."""
    yield from _too_many_open(snapshot)
    for group in snapshot.groups:
        for cancel in group.cancel:
            yield from _not_open(cancel, snapshot)


def _too_many_open(snapshot: PlanSnapshot) -> Iterator[Finding]:
    """One finding for each pair, at the first order beyond the limit; none for what may wait for room."""
    most = LIMITS[snapshot.tier].open_orders_max
    open_orders = _OpenOrders(snapshot)
    beyond: dict[str, list[tuple[ReviewedOrder, ReviewedGroup]]] = {}
    for group in snapshot.sequence():
        open_orders.drop_filled(snapshot.filled_before(group))
        for order in group.orders:
            if not (order.sent and order.priced.rests):
                continue
            if open_orders.counts[order.order.pair] < most:
                open_orders.add(order)
            elif not group.group.hold:
                beyond.setdefault(order.order.pair, []).append((order, group))
        for cancel in group.cancel:
            if cancel.sent:
                open_orders.drop_canceled(cancel)
    for orders in beyond.values():
        yield _beyond(orders, snapshot)


class _OpenOrders:
    """The number of open orders of each pair, and which orders of the batch are among them."""

    def __init__(self, snapshot: PlanSnapshot) -> None:
        known = (snapshot.account.orders if snapshot.account else None) or ()
        self.counts = Counter(order.pair for order in known)
        self._own = {order.order.key: order.order.pair for order in snapshot.orders() if order.resting}

    def add(self, order: ReviewedOrder) -> None:
        """Count an order that is sent and rests."""
        self.counts[order.order.pair] += 1
        self._own[order.order.key] = order.order.pair

    def drop_filled(self, orders: Iterable[ReviewedOrder]) -> None:
        """Count orders no longer that have been filled; each once."""
        self.counts.subtract(
            self._own.pop(order.order.key) for order in orders if order.order.key in self._own
        )

    def drop_canceled(self, cancel: ReviewedCancel) -> None:
        """Count no longer what a cancellation removes."""
        self.counts.subtract(_pairs_freed(cancel))
        if cancel.order is not None:
            self._own.pop(cancel.order.order.key, None)


def _beyond(orders: list[tuple[ReviewedOrder, ReviewedGroup]], snapshot: PlanSnapshot) -> Finding:
    (first, _), *others = orders
    most = LIMITS[snapshot.tier].open_orders_max
    pair, tier = first.order.pair, snapshot.tier.value.capitalize()
    more = f"; nor is there for {len(others)} after it" if others else ""
    # If all of their groups continue after a reject, the author expects rejects.
    expected = all(group.group.on_reject is OnReject.CONTINUE for _, group in orders)
    return Finding(
        file=snapshot.plan.file,
        place=first.order.place,
        subject=str(first.order.key),
        rule=FindingRule.OPEN_ORDERS,
        severity=Severity.WARNING if expected else Severity.ERROR,
        message=f"there is no room for it: {most} orders are open on {pair} by then, "
        f"all that {tier} allows{more}",
        hint=f"cancel some in a group before, or write `hold: true` in its group{_higher(snapshot)}",
    )


def _higher(snapshot: PlanSnapshot) -> str:
    tiers = list(LIMITS)[list(LIMITS).index(snapshot.tier) + 1 :]
    allowed = [f"tier {tier.value} allows {LIMITS[tier].open_orders_max}" for tier in tiers]
    return f"; {', '.join(allowed)}" if allowed else ""


def _pairs_freed(cancel: ReviewedCancel) -> list[str]:
    pairs = [resting.pair for resting in cancel.removes]
    own = cancel.order
    if own is not None and own.sent and own.priced.rests:
        pairs.append(own.order.pair)
    return pairs


def _not_open(cancel: ReviewedCancel, snapshot: PlanSnapshot) -> Iterator[Finding]:
    orders_known = snapshot.account is not None and snapshot.account.orders is not None
    if not orders_known or not cancel.sent or cancel.removes or cancel.order is not None:
        return
    planned, sent_as = cancel.cancel, cancel.cancel.sent_as
    if planned.userref and any(order.order.userref == sent_as for order in snapshot.orders()):
        return
    subject = f"userref {sent_as}" if planned.userref else planned.ref
    message = "no open order carries it" if planned.userref else "it is not open"
    yield Finding(
        file=snapshot.plan.file,
        place=planned.place,
        subject=subject,
        rule=FindingRule.CANCEL_NOT_OPEN,
        severity=Severity.WARNING,
        message=f"{message}: there is nothing to cancel",
        hint="remove it if it is done with",
    )
