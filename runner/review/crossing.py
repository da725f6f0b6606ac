"""Orders of one batch that would trade against each other, or against an open order of the account.

The exchange prevents self-trades by canceling one of the two orders.
Source: https://docs.kraken.com/api/docs/websocket-v1/addorder (``stp_type``)
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from .findings import Finding, FindingRule, Severity
from .prices import price_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from .snapshot import PlanSnapshot, ReviewedCancel, ReviewedOrder


@dataclass(frozen=True, slots=True)
class _RestingOrder:
    """A limit order that waits. ``name`` is what it is called in a message."""

    price: Decimal
    name: str


def crossing_findings(snapshot: PlanSnapshot) -> Iterator[Finding]:
    """Each order that would meet one of the same account, in the order in which a run sends them."""
    books = _Books()
    for resting in (snapshot.account.orders if snapshot.account else None) or ():
        if resting.ordertype == "limit" and resting.price is not None:
            books.put(resting.pair, resting.type, resting.txid, _RestingOrder(resting.price, resting.txid))
    for group in snapshot.sequence():
        for filled in snapshot.filled_before(group):
            _drop_order(filled, books)
        for order in group.orders:
            yield from _met(order, books, snapshot)
        for cancel in group.cancel:
            _take_away(cancel, books)


def _met(order: ReviewedOrder, books: _Books, snapshot: PlanSnapshot) -> Iterator[Finding]:
    terms, limit = order.terms, order.priced.limit
    waits_for_trigger = order.priced.stop is not None and not order.priced.triggered
    if not order.sent or limit is None or waits_for_trigger or not order.priced.rests:
        return
    if order.priced.through is not None:
        return  # It will start later, and meet the market before it meets anything that waits behind it.
    best = books.best_against(terms.pair, terms.type)
    name = str(order.order.key)
    buys = terms.type == "buy"
    if best is not None and (limit.value >= best.price if buys else limit.value <= best.price):
        price = _price_text(best.price, order)
        message = f"it would trade against {best.name} at {price}, and the exchange cancels one of the two"
        yield Finding(
            file=snapshot.plan.file,
            place=order.order.place,
            subject=name,
            rule=FindingRule.SELF_CROSS,
            severity=Severity.ERROR,
            message=message,
            hint=f"a {terms.type} {'below' if buys else 'above'} {price} does not",
        )
        return
    named = f"{name} (line {order.order.place.line})"
    books.put(terms.pair, terms.type, name, _RestingOrder(limit.value, named))


def _price_text(price: Decimal, order: ReviewedOrder) -> str:
    return price_text(price, order.instrument.tick_size if order.instrument else price)


def _drop_order(order: ReviewedOrder, books: _Books) -> None:
    books.drop(str(order.order.key))
    if order.resting is not None:
        books.drop(order.resting.txid)


def _take_away(cancel: ReviewedCancel, books: _Books) -> None:
    if cancel.sent:
        for resting in cancel.removes:
            books.drop(resting.txid)
        if cancel.order is not None:
            books.drop(str(cancel.order.order.key))


class _Books:
    """The account's own waiting orders by pair and side, the best price of each on top of a heap."""

    def __init__(self) -> None:
        self._sides: dict[tuple[str, str], list[tuple[Decimal, int, str]]] = {}
        self._open: dict[str, _RestingOrder] = {}
        self._count = count()

    def put(self, pair: str, type: str, name: str, order: _RestingOrder) -> None:
        """Add an order that begins to wait."""
        rank = -order.price if type == "buy" else order.price
        heapq.heappush(self._sides.setdefault((pair, type), []), (rank, next(self._count), name))
        self._open[name] = order

    def drop(self, name: str) -> None:
        """Remove an order; an unknown one is ignored."""
        self._open.pop(name, None)

    def best_against(self, pair: str, type: str) -> _RestingOrder | None:
        """Return the order that one of this ``type`` would meet first."""
        side = self._sides.get((pair, "sell" if type == "buy" else "buy"), [])
        while side and side[0][2] not in self._open:
            heapq.heappop(side)
        return self._open[side[0][2]] if side else None
