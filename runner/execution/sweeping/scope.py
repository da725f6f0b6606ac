"""The open orders of an account that a sweep is about, where it is not about all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from runner.planning import normal_cl_ord_id

if TYPE_CHECKING:
    from runner.kraken import OpenOrder


class OurOrders(Struct, frozen=True):
    """The orders of this tool, by their ids; ``userrefs`` are those of orders in doubt.

    ``cl_ord_ids`` are spelled as ``normal_cl_ord_id`` does.
    """

    txids: frozenset[str] = frozenset()
    cl_ord_ids: frozenset[str] = frozenset()
    userrefs: frozenset[str] = frozenset()

    def owns(self, order: OpenOrder, refid: str | None = None) -> bool:
        """Return True for one of these orders, and for one that the fill of such an order has opened."""
        label = normal_cl_ord_id(order.cl_ord_id or "")
        by_label = label in self.cl_ord_ids or order.userref in self.userrefs
        return order.txid in self.txids or refid in self.txids or by_label


class AllButStops(Struct, frozen=True):
    """All orders but those that limit a loss."""

    def owns(self, order: OpenOrder, refid: str | None = None) -> bool:
        """Return True for an order that is described and no stop."""
        return order.descr is not None and not order.protective


Scope = OurOrders | AllButStops
