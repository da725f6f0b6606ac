"""The ids of one cancellation and the orders behind them, as feed and records together show them.

The feed and the records lag behind each other: of two views of one order the one nearer to its end counts.
Decides no outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from .inquiry import Inquiry
from .matching import CLOCK_SLACK_S, opened_at
from .order_ends import latest, says_how_much

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.protocol import OpenOrder

    Feed = Mapping[str, OpenOrder]


class Target(Struct, frozen=True, gc=False):
    """One id to be canceled: ``ref`` names it in the records, ``text`` is what the wire carries.

    A user reference stands for all orders that carried it and were open when the message left. ``young``:
    this run placed the order, so that the records may not know it yet. ``again``: an earlier run found no
    such order; it is looked for before anything is sent. ``meant_until``: of the orders with such a user
    reference those are meant that were opened by then, in Unix seconds; 0 where all are. ``spared``:
    orders of this batch that were sent later.
    """

    ref: str
    text: str
    userref: bool = False
    young: bool = False
    again: bool = False
    meant_until: float = 0.0
    spared: frozenset[str] = frozenset()

    def may_mean(self, order: OpenOrder) -> bool:
        """Whether an order that carries the user reference may be one of those that are meant."""
        opened = opened_at(order)
        if not self.meant_until:
            return True
        return order.txid not in self.spared and (
            opened is None or opened <= self.meant_until + CLOCK_SLACK_S
        )

    def may_spare(self, order: OpenOrder) -> bool:
        """Whether an order that carries the user reference may be one of those that are not."""
        opened = opened_at(order)
        if not self.meant_until:
            return False
        return order.txid in self.spared or opened is None or opened > self.meant_until - CLOCK_SLACK_S


@dataclass(slots=True)
class TargetOrders:
    """The orders behind the ids. ``matched``: those that a user reference stands for, by its ``ref``."""

    matched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    records: Inquiry = field(default_factory=Inquiry)

    def txids(self, target: Target) -> tuple[str, ...]:
        """The orders that a target stands for, as far as anything has shown them."""
        return self.matched.get(target.ref, ()) if target.userref else (target.text,)

    def order(self, txid: str, feed: Feed) -> OpenOrder | None:
        """An order as it is known best; None where nothing has shown it."""
        return latest(feed.get(txid), self.records.order(txid))

    def of(self, target: Target, feed: Feed) -> list[OpenOrder]:
        """The orders of a target that anything has shown."""
        orders = [self.order(txid, feed) for txid in self.txids(target)]
        return [order for order in orders if order is not None]

    def is_clear(self, txid: str, feed: Feed) -> bool:
        """Whether it is known that an order has ended, and how much of it was executed."""
        order = self.order(txid, feed)
        return order is not None and order.terminal and says_how_much(order)

    def is_unclear(self, target: Target, feed: Feed) -> bool:
        """Whether an order of a target has ended, and nothing has said how much of it was executed."""
        return any(order.terminal and not says_how_much(order) for order in self.of(target, feed))

    def is_recorded_open(self, target: Target, feed: Feed) -> bool:
        """Whether the records show an order of a target open, and the feed does not show that it ended."""
        recorded = [txid for txid in self.txids(target) if self.records.order(txid) is not None]
        return any((order := self.order(txid, feed)) is not None and not order.terminal for txid in recorded)

    def is_unknown(self, target: Target, feed: Feed) -> bool:
        """Whether nothing has shown an order of a target, and the records answered that there is none."""
        if self.of(target, feed):
            return False
        if target.userref:
            return self.records.knows_reference(target.text)
        return self.records.knows_not(target.text)

    def standing(self, target: Target, feed: Feed) -> int:
        """How many orders of a target are known to be open."""
        return sum(not order.terminal for order in self.of(target, feed))

    def places(self, targets: Iterable[Target], feed: Feed) -> int:
        """How many orders may stand behind some targets."""
        return sum(self.standing(target, feed) or 1 for target in targets)

    def carrying(self, userref: str, feed: Feed) -> Iterator[str]:
        """The open orders with a user reference."""
        for txid in dict.fromkeys((*feed, *self.records.known)):
            order = self.order(txid, feed)
            if order is not None and order.userref == userref and not order.terminal:
                yield txid

    def meant(self, target: Target, feed: Feed) -> Iterator[str]:
        """The open orders with a target's user reference that it may mean."""
        for txid in self.carrying(target.text, feed):
            order = self.order(txid, feed)
            if order is not None and target.may_mean(order):
                yield txid

    def spared(self, target: Target, feed: Feed) -> Iterator[str]:
        """The open orders with a target's user reference that it may not mean, and would cancel."""
        for txid in self.carrying(target.text, feed) if target.meant_until else ():
            order = self.order(txid, feed)
            if order is not None and target.may_spare(order):
                yield txid

    def to_cancel(self, targets: Iterable[Target], feed: Feed) -> list[OpenOrder]:
        """The orders that are known to be open and that a ``cancelOrder`` with these targets would cancel."""
        txids = [
            txid
            for target in targets
            for txid in (self.carrying(target.text, feed) if target.userref else (target.text,))
        ]
        known = [self.order(txid, feed) for txid in dict.fromkeys(txids)]
        return [order for order in known if order is not None and not order.terminal]

    def match(self, targets: Iterable[Target], feed: Feed) -> None:
        """Note which open orders the user references stand for, beside those that are known already."""
        for target in targets:
            if target.userref:
                self._add(target, self.meant(target, feed))

    def match_found(self, targets: Iterable[Target], found: Iterable[OpenOrder]) -> None:
        """Note which orders of an answer the user references stand for, if the answer was about them."""
        for target in targets:
            if target.userref and self.records.knows_reference(target.text):
                carrying = (order for order in found if order.userref == target.text)
                self._add(target, (order.txid for order in carrying if target.may_mean(order)))

    def _add(self, target: Target, txids: Iterable[str]) -> None:
        self.matched[target.ref] = tuple(dict.fromkeys((*self.matched.get(target.ref, ()), *txids)))
