"""A plan with the market and the account: each order with its price, each cancellation with its targets.

The input of the checks and the totals. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from runner.domain import Otherwise
from runner.kraken import Tier
from runner.planning import REQUESTED, CancelDisposition, decide

from .prices import Priced, price_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.domain import Account, Instrument, Market, OrderKey, OrderTerms, Quote, RestingOrder
    from runner.planning import Plan, PlannedCancel, PlannedGroup, PlannedOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedOrder:
    """An order of the plan with market data.

    ``sent``: a run would send it. ``resting`` is the order as it is open at the exchange, None if it is not
    or if the account was not read.
    """

    order: PlannedOrder
    terms: OrderTerms
    priced: Priced
    instrument: Instrument | None
    quote: Quote | None
    sent: bool
    resting: RestingOrder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedCancel:
    """A cancellation.

    ``removes`` are the open orders that it would remove, ``order`` is the one of this batch that it names;
    ``sent``: a run would send it.
    """

    cancel: PlannedCancel
    removes: tuple[RestingOrder, ...]
    order: ReviewedOrder | None
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedGroup:
    """A group with its orders and cancellations, in the file's order."""

    group: PlannedGroup
    orders: tuple[ReviewedOrder, ...]
    cancel: tuple[ReviewedCancel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSnapshot:
    """The plan, market, account, and the time (Unix seconds).

    ``groups`` are in the file's order; ``tier`` is the account's.
    """

    plan: Plan
    market: Market | None
    account: Account | None
    now: float
    groups: tuple[ReviewedGroup, ...]
    tier: Tier = Tier.STARTER

    def orders(self) -> Iterator[ReviewedOrder]:
        """All orders in the file's order."""
        return (order for group in self.groups for order in group.orders)

    def sequence(self) -> Iterator[ReviewedGroup]:
        """Yield the groups in the order of a run: each after those that it needs."""
        by_name = {group.group.name: group for group in self.groups}
        needs = {name: group.group.needs for name, group in by_name.items()}
        return (by_name[name] for name in TopologicalSorter(needs).static_order())

    def relied_on(self, group: ReviewedGroup) -> list[ReviewedGroup]:
        """Return a group and all that it needs, directly or not."""
        by_name = {item.group.name: item for item in self.groups}
        groups = {group.group.name: group}
        pending = [group]
        while pending:
            for name in pending.pop().group.needs:
                if name not in groups:
                    pending.append(groups.setdefault(name, by_name[name]))
        return list(groups.values())

    def filled_before(self, group: ReviewedGroup) -> Iterator[ReviewedOrder]:
        """Yield the orders that are filled before a group is sent, since it needs them filled."""
        filled = {
            barrier.group for barrier in group.group.barriers if barrier.otherwise is not Otherwise.PROCEED
        }
        return (order for other in self.groups if other.group.name in filled for order in other.orders)


def take_snapshot(
    plan: Plan,
    market: Market | None,
    account: Account | None,
    now: float,
    tier: Tier = Tier.STARTER,
    *,
    not_ours: Collection[OrderKey] = (),
) -> PlanSnapshot:
    """Combine a plan with the market and the account; None for one that was not read.

    The returned plan knows the open orders of the account. ``not_ours``: orders whose own id another's order
    carries.
    """
    plan = decide(plan, account.orders if account else None, not_ours=not_ours)
    orders = {order.key: _order(order, plan, market, now) for order in plan.orders()}
    groups = tuple(
        ReviewedGroup(
            group=group,
            orders=tuple(orders[order.key] for order in group.orders),
            cancel=tuple(_cancel(cancel, group, plan, orders) for cancel in group.cancel),
        )
        for group in plan.groups
    )
    return PlanSnapshot(plan=plan, market=market, account=account, now=now, groups=groups, tier=tier)


def _order(order: PlannedOrder, plan: Plan, market: Market | None, now: float) -> ReviewedOrder:
    terms = order.terms
    instrument = market.instruments.get(terms.pair) if market else None
    quote = market.quotes.get(terms.pair) if market else None
    return ReviewedOrder(
        order=order,
        terms=terms,
        priced=price_order(terms, instrument, quote, now),
        instrument=instrument,
        quote=quote,
        sent=plan.becomes(order) in REQUESTED,
        resting=plan.dispositions.open.of(order),
    )


def _cancel(
    cancel: PlannedCancel, group: PlannedGroup, plan: Plan, orders: Mapping[OrderKey, ReviewedOrder]
) -> ReviewedCancel:
    own, known = orders.get(cancel.order) if cancel.order else None, plan.dispositions.open
    removes: tuple[RestingOrder, ...] = ()
    if own is not None and own.resting is not None:
        removes = (own.resting,)
    elif cancel.sent_as is not None:
        removes = (known.with_userref if cancel.userref else known.with_txid)(cancel.sent_as)
    becomes = plan.cancel_becomes(group, cancel)
    return ReviewedCancel(
        cancel=cancel,
        removes=removes,
        order=own,
        sent=becomes in (CancelDisposition.SEND, CancelDisposition.DENIED),
    )
