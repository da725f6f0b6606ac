"""The orders of a batch, and what the exchange has done with each: what the auditor's parts share.

An order is known by the volume that only it has (but for twins), never by an id that is derived.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from runner.domain import OnReject

if TYPE_CHECKING:
    from runner.domain import Batch, Group, Order
    from runner.paper import Exchange
    from runner.paper.exchange.venue import State


class Facts:
    """``booked``: the txids of each order; ``refused``: those that the exchange turned down for good;
    ``denied``: those that it said to turn down, and booked; ``lies``: txids that it made up, with the order
    that each was said to be; ``reused``: orders whose own id somebody else's order carries, with its txid;
    ``disowned``: those of which a runner said that another program placed them.

    ``ever``: every order that a group of the file ever held, by its id.
    ``planned`` counts the orders of a volume. The file may be edited between two runs: ``batch`` is what it
    holds now, all else is about everything that it ever held. ``violations`` says what was broken, in words.
    """

    def __init__(self, batch: Batch, *, runners: int, fresh_machine: bool) -> None:
        self.violations: dict[str, str] = {}
        self.runners = runners
        self.fresh_machine = fresh_machine
        self.exchange: Exchange | None = None
        self.groups: dict[str, Group] = {}
        self.volumes: dict[tuple[str, str], str] = {}
        self.group_of: dict[str, Group] = {}
        self.ever: defaultdict[str, dict[str, Order]] = defaultdict(dict)
        self.order_of: dict[str, Order] = {}
        self.planned: Counter[str] = Counter()
        self.booked: dict[str, list[str]] = {}
        self.refused: set[str] = set()
        self.denied: set[str] = set()
        self.disowned: set[str] = set()
        self.lies: dict[str, str] = {}
        self.reused: dict[str, str] = {}
        self.take_up(batch)

    def take_up(self, batch: Batch) -> None:
        """The file holds this now."""
        self.batch = batch
        in_file = {order.volume for group in batch.groups for order in group.orders}
        self.taken_out = [volume for volume in self.planned if volume not in in_file]
        self.groups.clear()
        self.groups.update((group.name, group) for group in batch.groups)
        for group in batch.groups:
            for order in group.orders:
                if (group.name, order.id) not in self.volumes:
                    self.planned[order.volume] += 1
                self.volumes[group.name, order.id] = order.volume
                self.group_of[order.volume] = group
                self.ever[group.name][order.id] = order
                self.order_of[order.volume] = order

    def all_needed(self, group: Group) -> list[Group]:
        """Return what a group needs, directly or not."""
        found: dict[str, Group] = {}
        pending = [*group.needs]
        while pending:
            name = pending.pop()
            if name not in found:
                found[name] = self.groups[name]
                pending += found[name].needs
        return list(found.values())

    def state(self) -> State:
        """The exchange as it is."""
        assert self.exchange is not None
        return self.exchange.state()

    def blame(self, kind: str, what: str) -> None:
        """Something was broken; each is said once."""
        self.violations.setdefault(what, kind)

    def is_missing(self, order: Order) -> bool:
        """Return whether an order, or one of its twins, was never booked."""
        return len(self.booked.get(order.volume, ())) < self.planned[order.volume]

    def went_well(self, group: Group) -> bool:
        """Return whether every order of a group is at the exchange, or was rejected where that is allowed."""
        accepts = group.on_reject is OnReject.CONTINUE
        return not any(
            self.is_missing(order) and not (accepts and order.volume in self.refused)
            for order in group.orders
        )

    def said_to_be(self, volume: str) -> set[str]:
        """The txids that the exchange made up for an order."""
        return {txid for txid, meant in self.lies.items() if meant == volume} if self.lies else set()

    def is_hidden(self, volume: str) -> bool:
        """Return whether the exchange has called an order something else than it is, or a runner has."""
        return volume in self.denied or volume in self.disowned or bool(self.said_to_be(volume))

    def came_to_nothing(self, volume: str) -> bool:
        """Return whether all that was booked of an order has ended unfilled: it is as good as absent."""
        ended, txids = self.state().ended, self.booked.get(volume, ())
        return all(txid in ended and not ended[txid].executed for txid in txids)
