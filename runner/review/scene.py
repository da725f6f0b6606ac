"""A plan laid beside the market and the account: each order with its price, each cancellation with its prey.

Everything that the checks and the totals look at. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from runner.engine import Standing, unreached, will_be_sent

from .prices import Priced, price_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.domain import Account, Instrument, Market, OrderKey, Quote, RestingOrder
    from runner.engine import Plan, PlannedCancel, PlannedGroup, PlannedOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedOrder:
    """An order of the plan at the market. ``sent``: a run would send it. ``resting`` is the order as it
    stands at the exchange already, None where it does not or nobody asked.
    """

    order: PlannedOrder
    priced: Priced
    instrument: Instrument | None
    quote: Quote | None
    sent: bool
    resting: RestingOrder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedCancel:
    """A cancellation. ``removes`` are the open orders that it would take away, ``order`` is the one of this
    batch that it names; ``sent``: a run would send it.
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
class Scene:
    """The plan, what it meets, and the time (Unix seconds). ``groups`` are in the file's order."""

    plan: Plan
    market: Market | None
    account: Account | None
    now: float
    groups: tuple[ReviewedGroup, ...]

    def orders(self) -> Iterator[ReviewedOrder]:
        """All orders in the file's order."""
        return (order for group in self.groups for order in group.orders)

    def sequence(self) -> Iterator[ReviewedGroup]:
        """The groups as a run comes to them: each after those that it needs."""
        by_name = {group.group.name: group for group in self.groups}
        needs = {name: group.group.needs for name, group in by_name.items()}
        return (by_name[name] for name in TopologicalSorter(needs).static_order())


def scene_of(plan: Plan, market: Market | None, account: Account | None, now: float) -> Scene:
    """Lay a plan beside what was read of the market and the account; None for what was not."""
    skipped = unreached(plan)
    resting = (account.orders if account else None) or ()
    known = _Resting(resting)
    orders = {order.key: _order(order, market, known, skipped, now) for order in plan.orders()}
    groups = tuple(
        ReviewedGroup(
            group=group,
            orders=tuple(orders[order.key] for order in group.orders),
            cancel=tuple(_cancel(cancel, group, known, orders, skipped) for cancel in group.cancel),
        )
        for group in plan.groups
    )
    return Scene(plan=plan, market=market, account=account, now=now, groups=groups)


class _Resting:
    """The account's open orders under each name that a plan may have for them."""

    def __init__(self, orders: tuple[RestingOrder, ...]) -> None:
        self._by_txid = {order.txid: order for order in orders}
        self._by_cl_ord_id = {_folded(order.cl_ord_id): order for order in orders if order.cl_ord_id}
        self._by_userref: dict[str, list[RestingOrder]] = {}
        for order in orders:
            if order.userref:
                self._by_userref.setdefault(order.userref, []).append(order)

    def with_txid(self, txid: str) -> tuple[RestingOrder, ...]:
        """The one with this transaction id, if it is open."""
        return (self._by_txid[txid],) if txid in self._by_txid else ()

    def with_userref(self, userref: str) -> tuple[RestingOrder, ...]:
        """All that carry this user reference."""
        return tuple(self._by_userref.get(userref, ()))

    def of(self, order: PlannedOrder) -> RestingOrder | None:
        """An order of the plan as it stands at the exchange."""
        if order.known and order.known.txid:
            return self._by_txid.get(order.known.txid)
        request = order.request
        if request.cl_ord_id:
            return self._by_cl_ord_id.get(_folded(request.cl_ord_id))
        # A reference that the author gave may stand on other orders as well.
        alike = () if order.own_id or not request.userref else self.with_userref(request.userref)
        return next((one for one in alike if (one.pair, one.type) == (request.pair, request.type)), None)


def _folded(cl_ord_id: str) -> str:
    # A UUID is the same order with and without dashes.
    return cl_ord_id.replace("-", "").lower() if len(cl_ord_id) >= 32 else cl_ord_id


def _order(
    order: PlannedOrder, market: Market | None, known: _Resting, skipped: Mapping[str, str], now: float
) -> ReviewedOrder:
    pair = order.request.pair
    instrument = market.instruments.get(pair) if market else None
    quote = market.quotes.get(pair) if market else None
    resting = known.of(order)
    new = order.standing is Standing.NEW and order.key.group not in skipped
    return ReviewedOrder(
        order=order,
        priced=price_order(order.request, instrument, quote, now),
        instrument=instrument,
        quote=quote,
        sent=new and resting is None,
        resting=resting,
    )


def _cancel(
    cancel: PlannedCancel,
    group: PlannedGroup,
    known: _Resting,
    orders: Mapping[OrderKey, ReviewedOrder],
    skipped: dict[str, str],
) -> ReviewedCancel:
    own = orders.get(cancel.order) if cancel.order else None
    removes: tuple[RestingOrder, ...] = ()
    if own is not None and own.resting is not None:
        removes = (own.resting,)
    elif cancel.sent_as is not None:
        removes = (known.with_userref if cancel.userref else known.with_txid)(cancel.sent_as)
    return ReviewedCancel(
        cancel=cancel, removes=removes, order=own, sent=will_be_sent(cancel, group, skipped)
    )
