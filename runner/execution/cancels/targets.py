"""The ids of one cancellation and the orders behind them, as feed and records together show them.

The feed and the records lag behind each other: of two views of one order the one nearer to its end counts.
Decides no outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.execution.orders.inquiry import Inquiry
from runner.planning import CLOCK_SLACK_S, is_volume_final, latest, opened_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.kraken import OpenOrder

    Feed = Mapping[str, OpenOrder]


class CancelTarget(Struct, frozen=True):
    """One id to be canceled: ``ref`` names it in the journal, ``text`` is its text on the wire.

    A user reference means all orders that carried it and were open when the message was sent. ``recent``:
    this run placed the order, so that the records may not know it yet. ``retry_lookup``: an earlier run found
    no such order; it is looked up before anything is sent. ``opened_until``: only orders with the user
    reference that were opened by then (Unix seconds) are meant; 0 means all. ``excluded``: orders of this
    batch that were sent later. ``sent_before``: the time of the earlier request that is queried now,
    in Unix seconds, else 0; ``matched``: the orders that a user reference meant then.
    """

    ref: str
    text: str
    userref: bool = False
    recent: bool = False
    retry_lookup: bool = False
    opened_until: float = 0.0
    excluded: frozenset[str] = frozenset()
    sent_before: float = 0.0
    matched: tuple[str, ...] = ()

    def may_include(self, order: OpenOrder) -> bool:
        """Return whether an order with the user reference may be one of those that are meant."""
        opened = opened_at(order)
        if not self.opened_until:
            return True
        return order.txid not in self.excluded and (
            opened is None or opened <= self.opened_until + CLOCK_SLACK_S
        )

    def may_exclude(self, order: OpenOrder) -> bool:
        """Return whether an order with the user reference may be one that is not meant."""
        opened = opened_at(order)
        if not self.opened_until:
            return False
        return order.txid in self.excluded or opened is None or opened > self.opened_until - CLOCK_SLACK_S


@dataclass(slots=True)
class TargetOrders:
    """The orders behind the ids. ``matched``: the orders of each user reference, by its ``ref``."""

    matched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    records: Inquiry = field(default_factory=Inquiry)

    def txids(self, target: CancelTarget) -> tuple[str, ...]:
        """Return the txids of a target, as far as known."""
        return self.matched.get(target.ref, ()) if target.userref else (target.text,)

    def order(self, txid: str, feed: Feed) -> OpenOrder | None:
        """Return the latest view of an order; None if it was never shown."""
        return latest(feed.get(txid), self.records.order(txid))

    def of(self, target: CancelTarget, feed: Feed) -> list[OpenOrder]:
        """Return the orders of a target that were shown."""
        orders = [self.order(txid, feed) for txid in self.txids(target)]
        return [order for order in orders if order is not None]

    def is_clear(self, txid: str, feed: Feed) -> bool:
        """Return whether the end of an order and its executed volume are known."""
        order = self.order(txid, feed)
        return order is not None and order.terminal and is_volume_final(order)

    def is_unclear(self, target: CancelTarget, feed: Feed) -> bool:
        """Return whether an order of a target has ended with an unknown executed volume."""
        return any(order.terminal and not is_volume_final(order) for order in self.of(target, feed))

    def is_recorded_open(self, target: CancelTarget, feed: Feed) -> bool:
        """Return whether the records show an order of a target open, and the feed does not show its end."""
        recorded = [txid for txid in self.txids(target) if self.records.order(txid) is not None]
        return any((order := self.order(txid, feed)) is not None and not order.terminal for txid in recorded)

    def is_unknown(self, target: CancelTarget, feed: Feed) -> bool:
        """Return whether no order of a target was ever shown, and the records answered that there is none."""
        if self.of(target, feed):
            return False
        if target.userref:
            return self.records.covers_userref(target.text)
        return self.records.is_absent(target.text)

    def open_count(self, target: CancelTarget, feed: Feed) -> int:
        """Return the number of a target's orders that are known to be open."""
        return sum(not order.terminal for order in self.of(target, feed))

    def possible_count(self, targets: Iterable[CancelTarget], feed: Feed) -> int:
        """Return the number of orders that may be behind some targets."""
        return sum(self.open_count(target, feed) or 1 for target in targets)

    def open_with_userref(self, userref: str, feed: Feed) -> Iterator[str]:
        """Yield the open orders with a user reference."""
        for txid in dict.fromkeys((*feed, *self.records.known)):
            order = self.order(txid, feed)
            if order is not None and order.userref == userref and not order.terminal:
                yield txid

    def included(self, target: CancelTarget, feed: Feed) -> Iterator[str]:
        """Yield the open orders with a target's user reference that it may mean."""
        for txid in self.open_with_userref(target.text, feed):
            order = self.order(txid, feed)
            if order is not None and target.may_include(order):
                yield txid

    def excluded(self, target: CancelTarget, feed: Feed) -> Iterator[str]:
        """Yield the open orders with a target's user reference that it may not mean, but would cancel."""
        for txid in self.open_with_userref(target.text, feed) if target.opened_until else ():
            order = self.order(txid, feed)
            if order is not None and target.may_exclude(order):
                yield txid

    def to_cancel(self, targets: Iterable[CancelTarget], feed: Feed) -> list[OpenOrder]:
        """Return the known open orders that a ``cancelOrder`` with these targets would cancel."""
        txids = [
            txid
            for target in targets
            for txid in (self.open_with_userref(target.text, feed) if target.userref else (target.text,))
        ]
        known = [self.order(txid, feed) for txid in dict.fromkeys(txids)]
        return [order for order in known if order is not None and not order.terminal]

    def match(self, targets: Iterable[CancelTarget], feed: Feed) -> None:
        """Add the open orders of the user references to those that are known already."""
        for target in targets:
            if target.userref:
                self._add(target, self.included(target, feed))

    def match_records(self, targets: Iterable[CancelTarget], orders: Iterable[OpenOrder]) -> None:
        """Add the orders of an answer to the user references, if the answer covered them."""
        for target in targets:
            if target.userref and self.records.covers_userref(target.text):
                carrying = (order for order in orders if order.userref == target.text)
                self._add(target, (order.txid for order in carrying if target.may_include(order)))

    def _add(self, target: CancelTarget, txids: Iterable[str]) -> None:
        self.matched[target.ref] = tuple(dict.fromkeys((*self.matched.get(target.ref, ()), *txids)))
