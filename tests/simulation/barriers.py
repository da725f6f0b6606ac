"""Groups that wait until others are filled: drawn into a batch, and watched by the auditor.

Whether an order is filled is read from the exchange itself, and when a wait ends is worked out from what a
machine has made durable of the orders that were accepted.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.domain import FillBarrier, Otherwise, Place, parse_rfc3339
from runner.journal import FillsAwaited, OrderAbsent, OrderIntent, OrderPlaced, OrderUnresolved
from tests.simulation.schedule import Episode

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random
    from typing import Any

    from runner.domain import Batch, Group, Order
    from runner.journal import Entry
    from tests.simulation.facts import Facts

WITHIN_S = (5, 30, 100, 250)
SHARE, FILLABLE_SHARE = 0.6, 0.7
CLOSE_S = 0.001
"""Moments are written down to the microsecond, and floats are not."""


def with_barriers(batch: Batch, chance: Random, *, guarded: bool) -> Batch:
    """The batch with barriers in place of some needs.

    ``guarded``: what is canceled again by its own batch is open no more, so that nothing keeps another runner
    from placing it.
    """
    kinds = tuple(item for item in Otherwise if item is not Otherwise.CANCEL or not guarded)
    groups = []
    for group in batch.groups:
        needed = [name for name in group.needs if chance.random() < SHARE]
        barriers = [
            FillBarrier(name, chance.choice(WITHIN_S), chance.choice(kinds), Place(1, 1)) for name in needed
        ]
        groups.append(group._replace(barriers=tuple(barriers)))
    wanted = {barrier.group for group in groups for barrier in group.barriers}
    groups = [
        group._replace(orders=tuple(_resting(order, chance) for order in group.orders))
        if group.name in wanted and not guarded and chance.random() < FILLABLE_SHARE
        else group
        for group in groups
    ]
    return only_valid(batch._replace(groups=tuple(groups)))


def _resting(order: Order, chance: Random) -> Order:
    """The order as a bid that is filled when the market falls by a third, as no other kind surely is."""
    bid = {"type": "buy", "ordertype": "limit", "price": f"{chance.randint(100, 149)}.50"}
    return order._replace(**bid, timeinforce=None, starttm=None, expiretm=None)


def only_valid(batch: Batch) -> Batch:
    """The batch without barriers on groups that have no orders, which no file can have."""
    full = {group.name for group in batch.groups if group.orders}
    groups = (
        group._replace(barriers=tuple(barrier for barrier in group.barriers if barrier.group in full))
        for group in batch.groups
    )
    return batch._replace(groups=tuple(groups))


class Waits:
    """The waits that each machine has written down, held against the orders and the exchange.

    ``on_wait`` is called with the length of each wait that begins, in seconds.
    """

    on_wait: Callable[[float], None] = staticmethod(lambda _: None)

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._blame = facts.blame
        self._accepted: defaultdict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        self._until: defaultdict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        self.taken_back: set[str] = set()

    # --- what is made durable ---

    def durable(self, name: str, entry: Entry) -> None:
        """An entry has reached the disk of a machine."""
        accepted = self._accepted[name]
        match entry:
            case OrderPlaced(group=group, id=id):
                accepted.setdefault((group, id), parse_rfc3339(entry.at))
            case OrderIntent(group=group, id=id) | OrderAbsent(group=group, id=id):
                accepted.pop((group, id), None)
            case OrderUnresolved(group=group, id=id):
                accepted.pop((group, id), None)
            case FillsAwaited():
                self._check_moment(name, entry)
                self.on_wait(entry.within)

    def _check_moment(self, name: str, entry: FillsAwaited) -> None:
        until = parse_rfc3339(entry.until)
        self._until[name][entry.group, entry.needed] = until
        group = self._facts.groups[entry.needed]
        accepted = [self._accepted[name].get((group.name, order.id), 0.0) for order in group.orders]
        if abs(until - max(accepted) - entry.within) > CLOSE_S:
            about = f"{entry.group} waits for {entry.needed} until {entry.until}"
            self._blame("moment", f"{about}, and not {entry.within} s after its last order was accepted")

    # --- what leaves ---

    def check_passed(self, name: str, group: Group, now: float) -> None:
        """Something of a group leaves: all that it waits for is filled, or the file lets it go on."""
        for barrier in group.barriers:
            needed = self._facts.groups[barrier.group]
            if self.is_filled(needed):
                continue
            over = now >= self._until[name].get((group.name, needed.name), now + 1)
            if barrier.otherwise is not Otherwise.PROCEED:
                self._blame("barrier", f"a message of {group.name} left before {needed.name} was filled")
            elif not (over or self._is_impossible(needed)):
                self._blame("barrier", f"a message of {group.name} left before it had waited long enough")

    def may_take_back(self, name: str, group: Group, now: float) -> bool:
        """Return whether a barrier lets the open orders of a group be canceled."""
        waiting = [
            other.name
            for other in self._facts.groups.values()
            for barrier in other.barriers
            if barrier.group == group.name and barrier.otherwise is Otherwise.CANCEL
        ]
        moments = [self._until[name].get((other, group.name), now + 1) for other in waiting]
        over = any(moment <= now for moment in moments) or self._is_impossible(group)
        return bool(waiting) and (over or group.name in self.taken_back)

    # --- the exchange ---

    def is_filled(self, group: Group) -> bool:
        """Return whether every order of a group is executed in full."""
        return all(self._are_filled(order) for order in group.orders)

    def _are_filled(self, order: Order) -> bool:
        facts = self._facts
        ended, booked = facts.state().ended, facts.booked.get(order.volume, ())
        closed = [txid for txid in booked if txid in ended and ended[txid].status == "closed"]
        whole = [txid for txid in closed if ended[txid].executed == ended[txid].terms.volume]
        return len(whole) >= facts.planned[order.volume]

    def _is_impossible(self, group: Group) -> bool:
        """Return whether an order of a group has ended unfilled, or the exchange has turned it down."""
        facts = self._facts
        ended = facts.state().ended
        return any(
            order.volume in facts.refused
            or order.volume in facts.denied
            or any(
                txid in ended and ended[txid].status != "closed"
                for txid in facts.booked.get(order.volume, ())
            )
            for order in group.orders
        )

    # --- what is said in the end ---

    def check_manifest(self, manifest: dict[str, Any]) -> None:
        """Check that what is said to be filled is."""
        for group in manifest["groups"]:
            for barrier in group.get("barriers", ()):
                needed = self._facts.groups.get(barrier["group"])  # None once the file calls it otherwise
                if needed and barrier["outcome"] == "filled" and not self.is_filled(needed):
                    self._blame("claim", f"{needed.name} is said to be filled, and is not")

    def let_pass(self, group: Group) -> bool:
        """Return whether a group has to have been carried out, as far as it waits for others."""
        return all(self._lets_pass(barrier) for barrier in group.barriers)

    def _lets_pass(self, barrier: FillBarrier) -> bool:
        if barrier.group in self.taken_back:
            return False
        return barrier.otherwise is Otherwise.PROCEED or self.is_filled(self._facts.groups[barrier.group])


def moves(chance: Random, within_s: float) -> list[Episode]:
    """Return what fills orders while others wait for that: soon, late, in parts, or never."""
    count = chance.choice((0, 1, 1, 2, 4))
    return [
        Episode(at_s=chance.uniform(0.0, 1.2 * within_s), move=chance.choice((0.6, 0.6, 0.9, 1.3)))
        for _ in range(count)
    ]
