"""What runners were shown of the orders that they placed, and what the exchange has ended: the auditor's
knowledge of whether something new stands before something old is canceled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.domain import Group, OnReject, Order
from runner.simulator.orders import CancelReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from runner.protocol import OpenOrder
    from runner.records import CancelSettled
    from runner.simulator import State
    from runner.simulator.orders import BookedOrder

_RANKS = {"": 0, "pending": 1, "open": 2}


class Protection:
    """``booked`` are the txids of each order, by its volume; ``state`` gives the exchange as it is."""

    def __init__(
        self,
        groups: Mapping[str, Group],
        booked: Mapping[str, list[str]],
        state: Callable[[], State],
    ) -> None:
        self._groups = groups
        self._booked = booked
        self._state = state
        self._shown: defaultdict[str, dict[str, OpenOrder]] = defaultdict(dict)
        self._filled: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self._canceled: set[str] = set()

    # --- what happens ---

    def began(self, name: str) -> None:
        """A process starts on a machine: it has been shown nothing yet."""
        self._shown[name].clear()

    def shown(self, name: str, orders: Iterable[OpenOrder]) -> None:
        """A runner has been shown orders, by the feed or by the records; older news comes late at times."""
        seen = self._shown[name]
        for order in orders:
            known = seen.get(order.txid)
            if known is None or _rank(known) <= _rank(order):
                seen[order.txid] = order

    def written(self, name: str, group: str, states: Mapping[str, str]) -> None:
        """A machine has written down how a group's orders were last seen: what was filled stays so."""
        self._filled[name].update((group, id) for id, state in states.items() if state == "filled")

    def canceled(self, texts: Iterable[str]) -> None:
        """A cancellation of these ids leaves."""
        self._canceled.update(texts)

    # --- what follows ---

    def knows(self, name: str, txid: str) -> bool:
        """Whether a runner has been shown this order."""
        return txid in self._shown[name]

    def lacks(self, name: str, group: Group) -> str:
        """Why a runner must not cancel for this group, empty when it may: something of it does not stand."""
        if group.on_reject is OnReject.CONTINUE:
            return ""
        if ended := self.shown_ended_of(name, group):
            return f"canceled although {ended} had ended"
        for order in group.orders:
            for txid in self._booked.get(order.volume, ()):
                if self._is_canceled(order, txid) or (group.name, order.id) in self._filled[name]:
                    continue
                if not _stands(order, self._shown[name].get(txid)):
                    return f"canceled before it saw that {order.id} stands"
        return ""

    def shown_ended_of(self, name: str, group: Group) -> str:
        """An order of a group of which a runner has been shown that the exchange ended it unfilled."""
        accepts = group.on_reject is OnReject.CONTINUE
        ended = (order.id for order in group.orders if self.was_shown_ended(name, order))
        return "" if accepts else next(ended, "")

    def was_shown_ended(self, name: str, order: Order) -> bool:
        """Whether a runner has been shown that the exchange ended an order before it was filled."""
        for txid in self._booked.get(order.volume, ()):
            shown = self._shown[name].get(txid)
            gone = shown is not None and shown.terminal and shown.status != "closed"
            if gone and order.timeinforce != "IOC" and not self._is_canceled(order, txid):
                return True
        return False

    def holds_back(self, group: Group) -> bool:
        """Whether an IOC order, here or in what the group needs, was not filled: it protects nothing."""
        ioc = [order for order in group.orders if order.timeinforce == "IOC"]
        if any(booked.status != "closed" for order in ioc for booked in self._ended(order)):
            return True
        needed = [self._groups[name] for name in group.needs]
        return any(self.holds_back(one) for one in needed if one.on_reject is not OnReject.CONTINUE)

    def has_ended(self, order: Order) -> bool:
        """Whether the exchange itself has ended an order before it was filled."""
        return any(
            booked.status != "closed" and booked.reason != CancelReason.USER for booked in self._ended(order)
        )

    def _ended(self, order: Order) -> Iterator[BookedOrder]:
        ended = self._state().ended
        return (ended[txid] for txid in self._booked.get(order.volume, ()) if txid in ended)

    def _is_canceled(self, order: Order, txid: str) -> bool:
        """Whether some runner has asked to cancel this order."""
        return txid in self._canceled or order.userref in self._canceled


def _rank(order: OpenOrder) -> int:
    return _RANKS.get(order.status, 3)


def _stands(order: Order, shown: OpenOrder | None) -> bool:
    """Whether what was shown of an order is protection: it is open, scheduled, or was filled."""
    if shown is None:
        return False
    scheduled = shown.status == "pending" and order.starttm is not None
    return scheduled or shown.status in ("open", "closed")


def meant_by(entry: CancelSettled, state: State) -> list[BookedOrder]:
    """The orders that a settled cancellation is about: those that it names, or all with its reference."""
    if entry.ref.startswith("userref:") and not entry.matched:
        everything = [*state.live.values(), *state.ended.values()]
        return [order for order in everything if str(order.terms.userref) == entry.txid]
    found = [state.live.get(txid) or state.ended.get(txid) for txid in entry.matched or (entry.txid,)]
    return [order for order in found if order is not None]
