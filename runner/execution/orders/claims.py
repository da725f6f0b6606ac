"""The assignment of orders at the exchange, and of replies, to our orders.

A derived id names its order. A user reference of the author's may be on several identical orders (twins):
while nothing else is known, one of them takes the order that is found, and a reply that says otherwise is
passed to its twin. As they are identical, it matters only that no two of them take the same order, and how
many there are: an acknowledgement means one order, whatever txid it names. So one whose txid no record
knows is about a twin that was found, and that no reply has named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import OrderState
from runner.planning import decimal_of, has_same_content, is_ours, is_since, normal_cl_ord_id

from .states import AT_EXCHANGE, FINAL, OPEN_TO_NEWS, UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from runner.kraken import OpenOrder

    from .states import OrderTrack


_CERTAIN = FINAL - {State.UNRESOLVED}
_DECIDED = AT_EXCHANGE | {State.REJECTED, State.SKIPPED, State.VALIDATED}
"""States in which an order is known to be at the exchange under one id, or not to be there."""


def is_void(order: OpenOrder) -> bool:
    """Return whether an order has ended with nothing executed: it is as good as absent."""
    executed = decimal_of(order.vol_exec)
    return order.terminal and executed is not None and not executed


def duplicate_text(first: str, second: str) -> str:
    """Return the error text for an order that exists under two ids."""
    return f"placed twice, as {first} and as {second}"


class Claims:
    """The ids of all orders of a run, and their txids. ``elsewhere``: the txids placed by other runs."""

    def __init__(self, elsewhere: Container[str] = ()) -> None:
        self._elsewhere = elsewhere
        self._by_cl_ord_id: dict[str, OrderTrack] = {}
        self._by_derived_userref: dict[str, OrderTrack] = {}
        self._by_own_userref: dict[str, list[OrderTrack]] = {}
        self._owners: dict[str, OrderTrack] = {}

    def add(self, track: OrderTrack) -> None:
        """Add an order at the start of a run."""
        planned = track.planned
        if planned.request.cl_ord_id:
            known_as = planned.request.cl_ord_id  # A derived id has the normal spelling already.
            self._by_cl_ord_id[normal_cl_ord_id(known_as) if planned.own_id else known_as] = track
        elif planned.request.userref and planned.own_id:
            self._by_own_userref.setdefault(planned.request.userref, []).append(track)
        elif planned.request.userref:
            self._by_derived_userref[planned.request.userref] = track
        if track.txid:
            self._owners[track.txid] = track

    def bind(self, track: OrderTrack, txid: str) -> None:
        """Assign a txid to an order; no other order can have it."""
        self._owners[txid] = track

    def owner(self, txid: str) -> OrderTrack | None:
        """Return the order that has this txid, if known."""
        return self._owners.get(txid)

    def placed_with_userref(self, userref: str) -> list[OrderTrack]:
        """Return the orders that are at the exchange and carry this user reference."""
        derived = self._by_derived_userref.get(userref)
        sharing = [derived] if derived else self._by_own_userref.get(userref, [])
        return [track for track in sharing if track.state in AT_EXCHANGE]

    def without_owner(self, orders: Iterable[OpenOrder]) -> list[OpenOrder]:
        """Return the orders at the exchange that are not known to be ours."""
        return [order for order in orders if order.txid not in self._owners]

    def void_last(self, orders: Iterable[OpenOrder]) -> list[OpenOrder]:
        """Return the orders that are not known to be ours, void ones last."""
        return sorted(self.without_owner(orders), key=is_void)

    def find_contradicted(self, order: OpenOrder) -> OrderTrack | None:
        """Return our order that is shown here under a second txid, or although it should not exist."""
        if order.txid in self._owners:
            return None
        track = self._find_by_id(order)
        if track is None:
            return self._find_denied(order)
        decided = track.state in _DECIDED or track.txids
        return track if decided and self.is_duplicate(track, order) else None

    @property
    def has_denied(self) -> bool:
        """True if an order with a user reference of the author's was sent and should not exist."""
        sharing = self._by_own_userref.values()
        return any(_is_denied(track) for tracks in sharing for track in tracks)

    def _find_denied(self, order: OpenOrder) -> OrderTrack | None:
        """Return our refused or validated order that is shown here by its author's user reference.

        None while the reply to another order may claim what is shown.
        """
        if order.txid in self._elsewhere:
            return None
        sharing = self._by_own_userref.get(order.userref or "")
        if sharing is None:
            return None
        alike = [track for track in sharing if self.is_duplicate(track, order)]
        if any(track.state in UNDER_WAY for track in alike):
            return None
        # Each twin gets one order, as far as there are enough of them.
        return min(filter(_is_denied, alike), key=lambda track: len(track.txids), default=None)

    def is_duplicate(self, track: OrderTrack, order: OpenOrder) -> bool:
        """Return whether an order under the id of one of ours also came from it.

        A derived client order id is unique. Any other may be on older orders, and on others.
        """
        request = track.planned.request
        if not is_ours(order, request, sent_at=track.sent_at or None):
            return False
        if not track.planned.own_id:
            return True
        sent_at = track.last_sent_at
        return sent_at > 0 and is_since(order, sent_at) and has_same_content(order, request)

    def candidates(self, order: OpenOrder, doubts: Container[OrderTrack]) -> list[OrderTrack]:
        """Return our orders that an order at the exchange could be, mostly none or one.

        A derived id names its order, even one whose sending is not in this journal. A user reference of the
        author's may be on older orders too, so it counts only for orders that are known to be in doubt.
        """
        if order.txid in self._owners:
            return []
        track = self._find_by_id(order)
        if track is not None:
            return [] if track.state in _CERTAIN or track.txids else [track]
        sharing = self._by_own_userref.get(order.userref, ()) if order.userref else ()
        theirs = order.txid in self._elsewhere
        named = [t for t in sharing if t in doubts and not (theirs and t.state is State.NEW)]
        # An order that was shown under this txid before takes it again, and leaves another one to its twin.
        return sorted(named, key=lambda track: order.txid not in track.planned.known_txids)

    def _find_by_id(self, order: OpenOrder) -> OrderTrack | None:
        """Return our order with a given client order id, in any spelling, or a derived user reference."""
        track = None
        if order.cl_ord_id:
            known = self._by_cl_ord_id
            track = known.get(order.cl_ord_id) or known.get(normal_cl_ord_id(order.cl_ord_id))
        if track is None and order.userref:
            track = self._by_derived_userref.get(order.userref)
        return track

    def fits(self, track: OrderTrack, order: OpenOrder) -> bool:
        """Return whether an order at the exchange may be assigned to this one of ours."""
        sent_at = track.sent_at if track.sent_at else None
        ours = order.txid not in self._owners and is_ours(order, track.planned.request, sent_at=sent_at)
        return ours and not self.is_ambiguous(track)

    def is_ambiguous(self, track: OrderTrack) -> bool:
        """Return whether another order with the same user reference still awaits its reply."""
        return any(other.state is State.SENT for other in self._with_same_userref(track))

    def explanation(self, track: OrderTrack) -> OrderTrack | None:
        """Return the twin to which an acknowledgement belongs that names another txid.

        None if it may belong to an order that nothing has shown. Every acknowledgement without its order
        needs its own found twin: so far each may be about any.
        """
        if not _has_void_txid(track):
            return None
        twins = [other for other in self._with_same_userref(track) if _is_twin(other, track)]
        unnamed = [other for other in twins if _is_unnamed(other)]
        lacking = sum(_lacks_its_order(other) for other in (track, *twins))
        return unnamed[0] if 0 < lacking <= len(unnamed) else None

    def may_be_ours(self, order: OpenOrder) -> bool:
        """Return whether an order with a user reference of the author's may have come from one of ours."""
        sharing = self._by_own_userref.get(order.userref or "", ())
        return order.txid not in self._elsewhere and any(self.is_duplicate(track, order) for track in sharing)

    def resolve_reply(self, track: OrderTrack, txid: str | None) -> OrderTrack:
        """Return the order that a reply belongs to: the order itself, or a twin that was taken for it.

        ``txid`` is the id that the reply names, if it names one.
        """
        if not self._by_own_userref:
            return track
        twins = [other for other in self._with_same_userref(track) if _is_twin(other, track)]
        if not twins:
            return track
        owner = self._owners.get(txid or "")
        if owner in twins and owner is not None and owner.guessed:
            _swap(track, owner)
            return owner
        twin = next((other for other in twins if other.state in OPEN_TO_NEWS), None)
        if twin is not None and track.guessed and txid != track.txid:
            _swap(track, twin)
            return twin
        return track

    def _with_same_userref(self, track: OrderTrack) -> list[OrderTrack]:
        sharing = self._by_own_userref.get(track.planned.request.userref or "")
        return [other for other in sharing if other is not track] if sharing else []


def _is_twin(track: OrderTrack, other: OrderTrack) -> bool:
    return track.planned.request == other.planned.request


def _is_denied(track: OrderTrack) -> bool:
    """Return whether the order was sent, and should not exist, or not under its txid."""
    refused = track.state in (State.NEW, State.REJECTED, State.VALIDATED)
    return track.last_sent_at > 0 and (refused or track.unknown_txid)


def _has_void_txid(track: OrderTrack) -> bool:
    """Return whether all that was ever shown of an order in doubt is a txid that no record knows."""
    known = track.planned.known
    return not track.attempts and known is not None and known.unknown_txid and len(_all_txids(track)) == 1


def _lacks_its_order(track: OrderTrack) -> bool:
    """Return whether the exchange has acknowledged an order, and has not shown it yet."""
    if track.state is State.PLACED:
        return track.shown is OrderState.ACCEPTED and not track.found
    return track.state not in AT_EXCHANGE and len(_all_txids(track)) == 1


def _is_unnamed(track: OrderTrack) -> bool:
    """Return whether an order at the exchange was found, and no reply has named any txid for it."""
    return track.state in AT_EXCHANGE and track.found and _all_txids(track) == {track.txid}


def _all_txids(track: OrderTrack) -> set[str]:
    """Return every txid that its last sending was ever said to have."""
    earlier = () if track.attempts else track.planned.known_txids
    return {*filter(None, (track.txid,)), *track.txids, *earlier}


def _swap(track: OrderTrack, other: OrderTrack) -> None:
    """Exchange the sendings of two orders that were mistaken for each other."""
    track.reqid, other.reqid = other.reqid, track.reqid
    track.sent_at, other.sent_at = other.sent_at, track.sent_at
    track.deadline_at, other.deadline_at = other.deadline_at, track.deadline_at
    track.watched_at, other.watched_at = other.watched_at, track.watched_at
