"""The assignment of orders that the feed or the records show to ours, and the contradictions among them.

An order of ours that is found is placed. One that is shown under a second id, or although it should not
exist, is contradictory. The order manager decides on the time of a look-up and on proof of absence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .adoption import adoption_conflict, with_location
from .claims import duplicate_text, is_void
from .states import Fact, OrderTrack, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.execution.turn import Timing
    from runner.kraken import OpenOrder
    from runner.planning import Plan

    from .cold_start import ColdStart
    from .reply_timers import Alarms
    from .steps import OrderSteps


class OrderFinder:
    """Finds our orders among those shown. ``conflicts``: reasons against adopting some, for people.

    ``unclaimed``: orders in the records that may be ours although all of ours seem to be elsewhere, by txid.
    """

    def __init__(
        self, plan: Plan, steps: OrderSteps, cold: ColdStart, *, alarms: Alarms, timing: Timing
    ) -> None:
        self._plan = plan
        self._steps = steps
        self._claims = steps.claims
        self._doubts = steps.doubts
        self._cold = cold
        self._alarms = alarms
        self._timing = timing
        self.conflicts: list[str] = []
        self.unclaimed: dict[str, OpenOrder] = {}

    def on_order(self, order: OpenOrder, now: float) -> None:
        """Handle an order in the feed or the snapshot; it may be one of ours that is in doubt."""
        owner = self._claims.owner(order.txid)
        if owner is not None:
            self._steps.follow(owner, order, now)
            return
        named = self._claims.candidates(order, self._doubts)
        for track in named:
            if track.state is State.SENT:
                self._on_early_order(track, order, now)
            elif self._claims.fits(track, order):
                if track.denied and track.state is State.NEW:
                    self._on_duplicate(track, order, now)
                else:
                    self.adopt(track, order, "feed", now)
                return
        if not named and (other := self._claims.find_contradicted(order)) is not None:
            self._on_duplicate(other, order, now)

    def rematch(self, feed: Iterable[OpenOrder], now: float) -> None:
        """Match orders of the feed with ours that have become in doubt or denied since the last call."""
        if self._steps.changed and (self._doubts or self._claims.has_denied):
            for order in self._claims.without_owner(feed):
                self.on_order(order, now)
        self._steps.changed = False

    def search(self, orders: Iterable[OpenOrder], tracks: Iterable[OrderTrack], now: float) -> None:
        """Find these orders of ours in the result of a look-up."""
        # A rejected order, or one accepted under another id, contradicts its reply if it is found.
        looked_up = dict.fromkeys(
            track for track in tracks if track in self._doubts or track.state is State.NEW
        )
        for order in self._claims.void_last(orders):
            for track in self._claims.candidates(order, looked_up):
                # The author's own id may belong to an older order, unless it was looked up.
                eligible = track in looked_up or track in self._doubts or not track.planned.own_id
                if eligible and self._claims.fits(track, order):
                    looked_up.pop(track, None)
                    self.adopt(track, order, "lookup", now)
                    break
            else:
                self.check_unclaimed(order, now)

    def follow_ended(self, orders: Iterable[OpenOrder], now: float) -> None:
        """Take the ends of our orders from the records, which show more than was requested."""
        for order in orders:
            if order.terminal and (owner := self._claims.owner(order.txid)) is not None:
                self._steps.follow(owner, order, now)

    def check_unclaimed(self, order: OpenOrder, now: float) -> None:
        """Handle a record of an order that is not awaited: it may show one of ours a second time."""
        if is_void(order):
            return
        track = self._claims.find_contradicted(order)
        if track is not None:
            self._on_duplicate(track, order, now)
        elif self._claims.may_be_ours(order):
            self.unclaimed[order.txid] = order

    def adopt_seen(self, track: OrderTrack, now: float) -> bool:
        """Accept an order that the feed has shown before its reply; return whether there was one."""
        seen = track.seen
        shown = track.state is State.SENT and seen is not None and self._claims.fits(track, seen)
        if shown and seen is not None:
            self.adopt(track, seen, "feed", now)
        return shown

    def adopt(self, track: OrderTrack, order: OpenOrder, source: str, now: float) -> None:
        """Take an order at the exchange for one of ours, unless that is not allowed."""
        if track.state is State.NEW and not track.attempts:
            self._cold.record_found(track, order)
            if why := adoption_conflict(track.planned, order, self._plan):
                self.conflicts.append(with_location(track, why, self._plan))
                self._steps.refuse(track, why, now)
                return
        text = None if order.descr is None else order.descr.order
        track.guessed = track.planned.by_reference
        self._steps.place(track, Fact.FIND, source, now, txid=order.txid, descr=text, order=order)

    def _on_early_order(self, track: OrderTrack, order: OpenOrder, now: float) -> None:
        """Handle an order that the feed shows before its reply has come."""
        if not track.planned.request.cl_ord_id and (
            track.planned.own_id or not self._claims.fits(track, order)
        ):
            return
        if track.seen is None:
            self._alarms.set(now + self._timing.feed_grace_s, track)
        elif track.seen.txid != order.txid and self._claims.is_duplicate(track, order):
            both = (track.seen.txid, order.txid)
            self._steps.contradict(track, duplicate_text(*both), both, now)
            return
        track.seen = order

    def _on_duplicate(self, track: OrderTrack, order: OpenOrder, now: float) -> None:
        """Handle an order under the id of one of ours that has another txid, or should not exist."""
        if track.txid is None and not track.denied:
            if track.attempts or not adoption_conflict(track.planned, order, self._plan):
                self.adopt(track, order, "feed", now)
            return
        yet = f"; and yet it is at the exchange, as {order.txid}"
        why = f"{(track.why or 'not placed').removesuffix(yet)}{yet}"
        if track.unknown_txid:
            why = f"accepted as {track.txid}, which is shown nowhere, and at the exchange as {order.txid}"
        elif track.txid is not None:
            why = duplicate_text(track.txid, order.txid)
        self._steps.contradict(track, why, (order.txid,), now)
