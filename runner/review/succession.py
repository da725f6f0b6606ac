"""Several plans, one after another: what each leaves behind for the next, and the sums of all.

The next one finds the account as the plans before it leave it: their orders wait, what they buy and sell at
once has traded, and what they cancel is gone. What is not known of the account stays unknown.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from runner.domain import Account, Balance, Otherwise, RestingOrder

from .totals import CurrencyTotal, PairTotal, Totals, known_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from runner.domain import OrderKey
    from runner.planning import Plan

    from .review import Review
    from .snapshot import ReviewedOrder

NOTHING = Decimal()
T = TypeVar("T")


def account_after(review: Review) -> Account | None:
    """Return the account as a plan leaves it, None if it was not read."""
    account = review.account
    if account is None:
        return None
    return Account(balances=_balances(account, review), orders=_orders(account, review))


def ids_taken(plan: Plan, before: Iterable[Review]) -> dict[OrderKey, str]:
    """Return a reason for each order whose own client order id is that of an order of a plan before it."""
    taken = {
        order.order.cl_ord_id: f"{review.plan.file}: {order.order.key}"
        for review in before
        for order in _waiting(review)
        if order.order.own_id and order.order.cl_ord_id
    }
    return {
        order.key: f"its cl_ord_id is on another order by then, {taken[order.cl_ord_id]}"
        for order in plan.orders()
        if order.own_id and order.cl_ord_id in taken
    }


def totals_over(reviews: Sequence[Review]) -> Totals | None:
    """Return the totals of plans that are carried out in this order; None if there is none.

    All have to be in one reporting currency. *Before* is what the first of them finds, *after* what the last
    of them leaves.
    """
    if not reviews:
        return None
    totals = [review.totals for review in reviews]
    return Totals(
        reporting=totals[0].reporting,
        pairs=tuple(_merged([pair for each in totals for pair in each.pairs], _pair_key, _pair)),
        currencies=tuple(
            _merged([flow for each in totals for flow in each.currencies], lambda flow: flow.currency, _flow)
        ),
        reported=known_sum(each.reported for each in totals),
        fee_least=known_sum(each.fee_least for each in totals),
        fee_most=known_sum(each.fee_most for each in totals),
    )


def _balances(account: Account, review: Review) -> Mapping[str, Balance] | None:
    if account.balances is None:
        return None
    balances = dict(account.balances)
    for flow in review.totals.currencies:
        old = balances.get(flow.currency, Balance(NOTHING))
        balances[flow.currency] = Balance(
            old.total + flow.received - flow.paid, old.held + flow.held - flow.released
        )
    return balances


def _orders(account: Account, review: Review) -> tuple[RestingOrder, ...] | None:
    if account.orders is None:
        return None
    cancels = [cancel for group in review.groups for cancel in group.cancel if cancel.sent]
    gone = {resting.txid for cancel in cancels for resting in cancel.removes}
    gone |= {order.resting.txid for order in _filled(review) if order.resting is not None}
    left = (resting for resting in account.orders if resting.txid not in gone)
    return (*left, *(_resting(order, review.plan.run.batch) for order in _waiting(review)))


def _waiting(review: Review) -> Iterator[ReviewedOrder]:
    """Yield the orders that a plan places and leaves open."""
    cancels = [cancel for group in review.groups for cancel in group.cancel if cancel.sent]
    own = {cancel.order.order.key for cancel in cancels if cancel.order is not None}
    own |= {order.order.key for order in _filled(review)}
    for order in review.orders():
        if order.sent and order.priced.rests and order.order.key not in own:
            yield order


def _filled(review: Review) -> Iterator[ReviewedOrder]:
    """Yield the orders that are filled by the end: what needs them filled is not sent before."""
    barriers = [barrier for group in review.groups for barrier in group.group.barriers]
    awaited = {barrier.group for barrier in barriers if barrier.otherwise is not Otherwise.PROCEED}
    return (order for group in review.groups if group.group.name in awaited for order in group.orders)


def _resting(order: ReviewedOrder, batch: str) -> RestingOrder:
    """Return an order as it will be open. It has no id of the exchange yet, so it is called by its names."""
    limit, stop = order.priced.limit, order.priced.stop
    return RestingOrder(
        txid=f"{batch}/{order.order.key}",
        pair=order.terms.pair,
        type=order.terms.type,
        ordertype=order.terms.ordertype,
        volume=order.priced.volume or NOTHING,
        price=None if limit is None else limit.value,
        stop=None if stop is None else stop.value,
        userref=order.order.userref,
        cl_ord_id=order.order.cl_ord_id,
        leverage=order.terms.leverage or None,
    )


# --- sums ------------------------------------------------------------------------------------


def _merged(parts: Iterable[T], key: Callable[[T], object], add: Callable[[T, T], T]) -> Iterable[T]:
    found: dict[object, T] = {}
    for part in parts:
        name = key(part)
        found[name] = add(found[name], part) if name in found else part
    return found.values()


def _pair_key(total: PairTotal) -> tuple[str, str]:
    return total.pair, total.type


def _pair(first: PairTotal, next: PairTotal) -> PairTotal:
    return replace(
        first,
        orders=first.orders + next.orders,
        volume=known_sum((first.volume, next.volume)),
        notional=known_sum((first.notional, next.notional)),
        reported=known_sum((first.reported, next.reported)),
        after=next.after,
    )


def _flow(first: CurrencyTotal, next: CurrencyTotal) -> CurrencyTotal:
    return replace(
        first,
        held=first.held + next.held,
        paid=first.paid + next.paid,
        received=first.received + next.received,
        released=first.released + next.released,
        after=next.after,
    )
