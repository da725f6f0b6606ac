"""What the openOrders feed has said so far, merged by txid and bounded.

Rules: a value that is given replaces the one before; a null, or a ``userref`` of 0 (the feed's word for
none), never replaces what is known. Sequence numbers go up by one. Orders at their end are kept, so that
late news of them can be told apart, and the oldest are forgotten beyond a limit.
Source: https://docs.kraken.com/api/docs/websocket-v1/openorders
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .events import OpenOrder, SequenceGap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .messages import JsonObject

    _Share = Callable[[str, str], str]

MAX_TERMINAL_ORDERS = 10_000
"""Closed, canceled and expired orders that are remembered; each takes less than 2 kB."""

_SHARED_TEXTS = 1_024


class OrderFeed:
    """The orders of one subscription, as they stand after the last message."""

    def __init__(self, *, max_terminal: int = MAX_TERMINAL_ORDERS) -> None:
        self._max_terminal = max_terminal
        self._orders: dict[str, OpenOrder] = {}
        self._terminal: dict[str, None] = {}  # txids in the order in which they ended
        self._shared: dict[str, str] = {}  # texts that many orders have in common
        self._expected: int | None = None
        self._gap_told = False

    @property
    def orders(self) -> Mapping[str, OpenOrder]:
        """Every order that is known, by txid: a view that follows the feed."""
        return MappingProxyType(self._orders)

    def gap(self, sequence: int | None) -> SequenceGap | None:
        """Count one message; the gap before it, told once. The first message may have any number."""
        if sequence is None:
            return None
        expected, self._expected = self._expected, sequence + 1
        if self._gap_told or expected in (None, sequence):
            return None
        self._gap_told = True
        return SequenceGap(expected, sequence)

    def merge(self, txid: str, news: JsonObject) -> OpenOrder:
        """Take one entry of a message in; the order as it stands now."""
        known = self._orders.get(txid)
        # What comes once the shared texts are many is kept by its order alone.
        share = self._shared.setdefault if len(self._shared) < _SHARED_TEXTS else self._shared.get
        order = OpenOrder(txid, _merged(known.fields, news, share) if known else _new(news, share))
        self._orders[txid] = order
        if order.terminal:
            self._terminal.setdefault(txid)
            self._forget()
        else:
            self._terminal.pop(txid, None)
        return order

    def _forget(self) -> None:
        while len(self._terminal) > self._max_terminal:
            txid = next(iter(self._terminal))
            del self._terminal[txid], self._orders[txid]


def _merged(known: JsonObject, news: JsonObject, share: _Share) -> JsonObject:
    given = _new(news, share)
    if given.get("userref") in (0, "0"):
        given["userref"] = known.get("userref", given["userref"])
    return {**known, **given}


def _new(news: JsonObject, share: _Share) -> dict[str, Any]:
    """What is given, with its texts shared: most orders say ``0.00000`` and ``limit``.

    The names are shared already, by whoever has decoded them.
    """
    return {
        name: share(value, value)
        if value.__class__ is str
        else _described(value, share)
        if value.__class__ is dict
        else value
        for name, value in news.items()
        if value is not None
    }


def _described(descr: JsonObject, share: _Share) -> dict[str, Any]:
    return {name: share(text, text) if text.__class__ is str else text for name, text in descr.items()}
