"""The content of the openOrders feed so far, merged by txid and bounded.

Sequence numbers increase by one. Ended orders are kept, so that late updates can be recognised, up to a
limit. Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from runner.kraken.wire.events import SequenceGap
from runner.kraken.wire.open_order import TERMINAL_STATUSES, OpenOrder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.kraken.wire.open_order import OrderNews

MAX_TERMINAL_ORDERS = 10_000
"""Closed, canceled and expired orders that are remembered; each takes less than 2 kB."""


class OrderFeed:
    """The orders of one subscription after its last message."""

    def __init__(self, *, max_terminal: int = MAX_TERMINAL_ORDERS) -> None:
        self._max_terminal = max_terminal
        self._orders: dict[str, OpenOrder] = {}
        self._terminal: dict[str, None] = {}  # txids in the order in which they ended
        self._expected: int | None = None
        self._gap_reported = False

    @property
    def orders(self) -> Mapping[str, OpenOrder]:
        """Every order that is known, by txid: a view that follows the feed."""
        return MappingProxyType(self._orders)

    def gap(self, sequence: int | None) -> SequenceGap | None:
        """Count one message; return the gap before it, once. The first message may have any number."""
        if sequence is None:
            return None
        expected, self._expected = self._expected, sequence + 1
        if expected == sequence or expected is None or self._gap_reported:
            return None
        self._gap_reported = True
        return SequenceGap(expected, sequence)

    def merge(self, txid: str, news: OrderNews) -> OpenOrder:
        """Merge one entry of a message; return the current order."""
        known = self._orders.get(txid)
        order = OpenOrder.first(txid, news) if known is None else known.after(news)
        self._orders[txid] = order
        if order.status in TERMINAL_STATUSES:
            self._terminal.setdefault(txid)
            self._forget()
        elif self._terminal:
            self._terminal.pop(txid, None)
        return order

    def _forget(self) -> None:
        while len(self._terminal) > self._max_terminal:
            txid = next(iter(self._terminal))
            del self._terminal[txid], self._orders[txid]
