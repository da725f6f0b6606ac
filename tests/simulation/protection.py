"""The orders that runners were shown as placed, and those that the exchange has ended: the auditor's
knowledge of whether something new is open before something old is canceled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.domain import CancelPlaced, CancelTxid, CancelUserref, Group, OnReject, Order, Otherwise
from runner.paper.state.orders import CancelReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.journal import CancelSettled
    from runner.kraken import OpenOrder
    from runner.paper.exchange.venue import State
    from runner.paper.state.orders import BookedOrder
    from tests.simulation.facts import Facts

_LEARNED = frozenset({"canceled", "closed", "gone", "open"})
REST_S = 1.0
"""How long an order has to stay open before what relies on it is canceled."""

_RANKS = {"": 0, "pending": 1, "open": 2}


class Protection:
    """The open orders as each runner knows them, and those that have to go then.

    ``one_journal``: what one runner has written down all others read.
    """

    def __init__(self, facts: Facts, *, one_journal: bool = False) -> None:
        self._one_journal = one_journal
        self._facts = facts
        self._groups = facts.groups
        self._booked = facts.booked
        self._state = facts.state
        self._shown: defaultdict[str, dict[str, OpenOrder]] = defaultdict(dict)
        self._filled: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self._identified: defaultdict[str, set[str]] = defaultdict(set)
        self._first_open: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._canceled: set[str] = set()
        self._open: dict[str, None] = {}  # ids of sent cancellations without a known outcome

    # --- what happens ---

    def began(self, name: str) -> None:
        """A process starts on a machine: it has been shown nothing yet."""
        self._shown[name].clear()
        self._identified[name].clear()

    def shown(self, name: str, orders: Iterable[OpenOrder], now: float) -> None:
        """A runner has been shown orders, by the feed or by the records; older news comes late at times."""
        seen, first_open = self._shown[name], self._first_open[self._machine(name)]
        for order in orders:
            if order.cl_ord_id or (order.userref and order.descr is not None):
                self._identified[name].add(order.txid)
            known = seen.get(order.txid)
            if known is None or _rank(known) <= _rank(order):
                seen[order.txid] = order
            if order.status == "open" and order.txid not in first_open:
                first_open[order.txid] = now

    def connected(self, name: str, orders: Iterable[OpenOrder]) -> None:
        """A runner has a new snapshot: what an earlier connection has shown open may have ended since."""
        seen, there = self._shown[name], {order.txid for order in orders}
        for txid in [txid for txid, known in seen.items() if not known.terminal and txid not in there]:
            del seen[txid]

    def written(self, name: str, group: str, states: Mapping[str, str]) -> None:
        """A machine has written down how a group's orders were last seen: what was filled stays so."""
        self._filled[self._machine(name)].update(
            (group, id) for id, state in states.items() if state == "filled"
        )

    def canceled(self, texts: Iterable[str]) -> None:
        """A cancellation of these ids leaves."""
        self._canceled.update(texts)
        self._open.update(dict.fromkeys(texts))

    def learned(self, text: str, outcome: str) -> None:
        """A machine has written down what became of a cancellation."""
        if outcome in _LEARNED:
            self._open.pop(text, None)

    def _machine(self, name: str) -> str:
        return "" if self._one_journal else name

    # --- what follows ---

    def knows(self, name: str, txid: str) -> bool:
        """Return whether a runner has been shown this order together with an id of its owner."""
        return txid in self._identified[name]

    def lacks(self, name: str, group: Group, *, ioc: bool = True) -> str:
        """Return why a runner must not cancel for this group, empty when it may: not all of it is open.

        Without ``ioc`` the orders that never rest are left out: ``holds_back`` says when they count.
        """
        if group.on_reject is OnReject.CONTINUE:
            return ""
        if ended := self.shown_ended_of(name, group):
            return f"canceled although {ended} had ended"
        for order in group.orders if ioc else [item for item in group.orders if item.timeinforce != "IOC"]:
            unseen = sum(
                not self._is_canceled(order, txid) and not _protects(order, self._shown[name].get(txid))
                for txid in self._booked.get(order.volume, ())
            )
            if unseen and unseen > self._count_filled(name, group, order.volume):
                return f"canceled before it saw {order.id} open"
        return ""

    def hurried(self, name: str, group: Group, now: float) -> str:
        """An order on which a cancellation relies, and that a runner has only just been shown open.

        A scheduled one protects before it opens.
        """
        shown, first_open = self._shown[name], self._first_open[self._machine(name)]
        relied_on = [item for item in (group, *self._facts.all_needed(group)) if _counts(item)]
        for order in (order for item in relied_on for order in item.orders if order.starttm is None):
            for txid in self._booked.get(order.volume, ()):
                rests = (known := shown.get(txid)) is not None and known.status == "open"
                if rests and now < first_open[txid] + REST_S:
                    return order.id
        return ""

    def _count_filled(self, name: str, group: Group, volume: str) -> int:
        """Return how many orders of a volume were written down as filled; twins share it."""
        filled = self._filled[self._machine(name)]
        return sum((group.name, order.id) in filled for order in group.orders if order.volume == volume)

    def shown_ended_of(self, name: str, group: Group) -> str:
        """An order of a group of which a runner has been shown that the exchange ended it unfilled."""
        accepts = group.on_reject is OnReject.CONTINUE
        ended = (order.id for order in group.orders if self.was_shown_ended(name, order))
        return "" if accepts else next(ended, "")

    def was_shown_ended(self, name: str, order: Order) -> bool:
        """Return whether a runner has been shown that the exchange ended an order before it was filled."""
        for txid in self._booked.get(order.volume, ()):
            shown = self._shown[name].get(txid)
            gone = shown is not None and shown.terminal and shown.status != "closed"
            if gone and order.timeinforce != "IOC" and not self._is_canceled(order, txid):
                return True
        return False

    def holds_back(self, group: Group) -> bool:
        """Return whether an IOC order, here or in a needed group, was not filled: it protects nothing."""
        ioc = [order for order in group.orders if order.timeinforce == "IOC"]
        if any(booked.status != "closed" for order in ioc for booked in self._ended(order)):
            return True
        needed = [self._groups[name] for name in group.needs]
        return any(self.holds_back(item) for item in needed if item.on_reject is not OnReject.CONTINUE)

    def has_ended(self, order: Order) -> bool:
        """Return whether the exchange itself has ended an order before it was filled."""
        return any(
            booked.status != "closed" and booked.reason != CancelReason.USER for booked in self._ended(order)
        )

    # --- what is due ---

    def failed(self, order: Order) -> bool:
        """Return whether the exchange has said no, be it so or not, or has ended the order."""
        return (
            order.volume in self._facts.refused
            or order.volume in self._facts.denied
            or order.volume in self._facts.disowned
            or self.has_ended(order)
        )

    def failed_of(self, group: Group) -> bool:
        """Return whether an order that counts for a group has failed.

        A group that was to be taken back is over, whatever its file says now.
        """
        ever = self._facts.ever[group.name] if group.on_reject is OnReject.UNWIND else {}
        return any(map(self.failed, (*ever.values(), *group.orders)))

    def cancels_left_out(self) -> set[str]:
        """Sent cancellations that the file has no more, without a known outcome."""
        return self._open.keys() - self._wanted_ids() if self._open else set()

    def _wanted_ids(self) -> set[str]:
        """Return what the file asks to cancel, and what is taken back of groups that it has."""
        ids: set[str] = set()
        for group in self._facts.batch.groups:
            ids |= self.texts_of_cancel(group)
            for order in group.orders if self._is_taken_back(group) else ():
                ids |= self.txids_of(order.volume)
        return ids

    def _is_taken_back(self, group: Group) -> bool:
        """Return whether all orders of a group may be canceled: after a reject, or by a barrier."""
        barriers = (barrier for other in self._facts.batch.groups for barrier in other.barriers)
        canceled = any(item.group == group.name and item.otherwise is Otherwise.CANCEL for item in barriers)
        return canceled or group.on_reject is OnReject.UNWIND

    def texts_of_cancel(self, group: Group) -> set[str]:
        """Return the ids of a group's cancellation, as its message has them."""
        references = {cancel.userref for cancel in group.cancel if isinstance(cancel, CancelUserref)}
        return references | self.txids_of_cancel(group)

    def txids_of(self, volume: str) -> set[str]:
        """All ids that an order has, or was said to have."""
        return {*self._booked.get(volume, ()), *self._facts.said_to_be(volume)}

    def txids_of_cancel(self, group: Group) -> set[str]:
        """Return the transaction ids of a group's cancellation."""
        txids: set[str] = set()
        for cancel in group.cancel:
            match cancel:
                case CancelTxid(txid=txid):
                    txids.add(txid)
                case CancelPlaced(order=key):
                    txids |= self.txids_of(self._facts.volumes[key.group, key.id])
        return txids

    def txids_due(self, group: Group) -> set[str]:
        """The ids that must not be open afterwards; of twins it is unknown which was meant."""
        ids = self.txids_of_cancel(group)
        if not ids:
            return ids
        if self.holds_back(group):
            return set()
        twins = {
            txid for volume, ids in self._booked.items() if self._facts.planned[volume] > 1 for txid in ids
        }
        return ids - twins

    def _ended(self, order: Order) -> Iterator[BookedOrder]:
        txids = self._booked.get(order.volume, ())
        ended = self._state().ended if txids else {}
        return (ended[txid] for txid in txids if txid in ended)

    def _is_canceled(self, order: Order, txid: str) -> bool:
        """Return whether some runner has sent a cancellation of this order."""
        return txid in self._canceled or order.userref in self._canceled


def _counts(group: Group) -> bool:
    """Return whether anything depends on what becomes of a group's orders."""
    return group.on_reject is not OnReject.CONTINUE


def _rank(order: OpenOrder) -> int:
    return _RANKS.get(order.status, 3)


def _protects(order: Order, shown: OpenOrder | None) -> bool:
    """Return whether what was shown of an order is protection: it is open, scheduled, or was filled."""
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
