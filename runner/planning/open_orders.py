"""The account's open orders under each name that a plan may have for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from runner.domain import OrderKey, RestingOrder

    from .planned_order import PlannedOrder

_UUID_LENGTH: Final = 32


class OpenAtExchange:
    """The account's open orders, looked up by id; false if there are none.

    ``read``: the account was read. ``not_ours``: orders of the plan whose id another's order carries.
    """

    def __init__(
        self, orders: Iterable[RestingOrder] = (), *, read: bool = True, not_ours: Collection[OrderKey] = ()
    ) -> None:
        self.read = read
        self._not_ours = frozenset(not_ours)
        orders = tuple(orders)
        self._by_txid = {order.txid: order for order in orders}
        self._by_cl_ord_id = {_fold(order.cl_ord_id): order for order in orders if order.cl_ord_id}
        self._by_userref: dict[str, list[RestingOrder]] = {}
        for order in orders:
            if order.userref:
                self._by_userref.setdefault(order.userref, []).append(order)

    def __bool__(self) -> bool:
        return bool(self._by_txid)

    def with_txid(self, txid: str) -> tuple[RestingOrder, ...]:
        """Return the open order with this transaction id, if there is one."""
        return (self._by_txid[txid],) if txid in self._by_txid else ()

    def with_userref(self, userref: str) -> tuple[RestingOrder, ...]:
        """Return all open orders with this user reference."""
        return tuple(self._by_userref.get(userref, ()))

    def of(self, order: PlannedOrder) -> RestingOrder | None:
        """Return the open order that matches an order of a plan, or None."""
        if order.known and order.known.txid:
            return self._by_txid.get(order.known.txid)
        request = order.request
        if order.key in self._not_ours:
            return None
        if request.cl_ord_id:
            return self._by_cl_ord_id.get(_fold(request.cl_ord_id))
        # A reference that the author gave may be on other orders as well.
        alike = () if order.own_id or not request.userref else self.with_userref(request.userref)
        pair_and_side = (request.pair, request.type)
        return next((resting for resting in alike if (resting.pair, resting.type) == pair_and_side), None)


NOTHING_OPEN: Final = OpenAtExchange(read=False)


def _fold(cl_ord_id: str) -> str:
    # A UUID is the same order with and without dashes.
    return cl_ord_id.replace("-", "").lower() if len(cl_ord_id) >= _UUID_LENGTH else cl_ord_id
