"""The steps of all orders of a run, each with its journal entry; no other module makes them.

It keeps what follows from a step: the number of a group's orders in each state, the orders in doubt, the
queues, and the last state of the accepted orders. The order manager decides when a step is due.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.domain import OrderState, rfc3339
from runner.journal import (
    GroupStates,
    OrderAbsent,
    OrderEnded,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
)
from runner.kraken import OrderStatus, fields_of
from runner.planning import latest

from . import doubt
from .accepted import AcceptedOrders, may_be_ours
from .adoption import content_conflict
from .claims import Claims
from .queue import OrderQueue
from .states import AT_EXCHANGE, NONE_YET, UNDER_WAY, Fact, OrderTrack, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from runner.domain import OrderKey
    from runner.journal import Entry
    from runner.kraken import AddOrder, OpenOrder
    from runner.planning import Plan, PlannedGroup


class OrderSteps:
    """The orders of a plan, and the steps that each has made.

    ``entries`` is the list to which it adds what must be made durable, ``feed`` the openOrders feed by txid.
    ``groups_to_revise`` names the groups with a placed order that is no longer placed, until it is read.
    """

    def __init__(self, plan: Plan, entries: list[Entry], feed: Mapping[str, OpenOrder]) -> None:
        self._entries = entries
        self._feed = feed
        self.tracks: dict[OrderKey, OrderTrack] = {}
        self.unsent: defaultdict[str, int] = defaultdict(int)
        self.queues: dict[str, OrderQueue] = {}
        self.tallies: dict[str, dict[State, int]] = {}  # the number of orders of each group in each state
        self.doubts: dict[OrderTrack, None] = {}  # in the order in which doubt arose
        self.claims = Claims(plan.elsewhere)
        self.accepted = AcceptedOrders(plan)
        self.changed = False
        self.groups_to_revise: dict[str, None] = {}
        self._assumed: list[OrderTrack] = []  # canceled by an earlier run of the batch, as far as is known
        self._expected = plan.expected
        for group in plan.groups:
            self._take_up(group)

    def _take_up(self, group: PlannedGroup) -> None:
        queue = self.queues[group.name] = OrderQueue(self.unsent)
        tally = self.tallies[group.name] = dict(NONE_YET)
        for planned in group.orders:
            track = self.tracks[planned.key] = OrderTrack.begin(planned, held=group.hold)
            tally[track.state] += 1
            self.claims.add(track)
            if track.state is State.NEW:
                queue.append(track)
            elif track.state is State.DOUBT:
                doubt.restore(track)
                self.doubts[track] = None
            elif track.state is State.PLACED:
                self.accepted.restore(track)

    # --- before the exchange has said anything ---

    def send(self, track: OrderTrack, request: AddOrder, now: float) -> None:
        """Record that an order is sent now; everything known of an earlier sending is void."""
        assert request.reqid is not None
        key = track.planned.key
        track.sent_at, track.watched_at = now, 0.0
        track.reqid, track.seen, track.denied, track.cancel_sent = request.reqid, None, False, False
        track.attempts += 1
        self.learn(track, Fact.SEND)
        expected = self._expected.get(key)
        self._entries.append(
            OrderIntent(
                at=rfc3339(now),
                group=key.group,
                id=key.id,
                reqid=request.reqid,
                content=track.planned.content,
                request=fields_of(request),
                plan_price=None if expected is None else expected.price,
            )
        )

    def refuse(self, track: OrderTrack, why: str, now: float) -> None:
        """Refuse to send an order, because of a rule or of an order at the exchange under its identity."""
        track.why = why
        self.learn(track, Fact.REFUSE)
        self.note(OrderRefused, track, now, error=why)

    def turn_away(self, track: OrderTrack, error: str, now: float) -> None:
        """Requeue an order that the exchange turned away: it is certainly not booked.

        A later run sends it, if this one does not.
        """
        self.learn(track, Fact.TURN_AWAY)
        self.note(OrderAbsent, track, now, reason=error, unconfirmed=track.planned.by_reference)
        self.queues[track.planned.group].append(track)

    def reject(self, track: OrderTrack, error: str, now: float) -> None:
        """Record that the exchange has rejected the order for good."""
        track.why, track.denied = error, True
        self.learn(track, Fact.REJECT)
        self.note(OrderRejected, track, now, error=error, unconfirmed=track.planned.by_reference)

    def confirm_refused(self, track: OrderTrack, now: float) -> None:
        """Record that a look-up did not find an order that the exchange has refused."""
        if track.state is State.REJECTED:
            self.note(OrderRejected, track, now, error=track.why)
        elif track.state is State.NEW:
            self.note(OrderAbsent, track, now, reason=track.why)

    def mark_in_doubt(self, track: OrderTrack, why: str, now: float) -> None:
        """Put an order in doubt whose reply is lost or says nothing."""
        if track.state not in UNDER_WAY:
            return
        track.why = why
        if track.state is State.SENT:
            self.learn(track, Fact.LOSE)
            self.doubts[track] = None
        doubt.begin(track, now)

    def mark_absent(self, track: OrderTrack, now: float, twin: OrderTrack | None = None) -> None:
        """Record that an order's absence is proven: send it again, unless it was sent too often.

        ``twin``: the order that its acknowledgement was about.
        """
        reason = f"{track.why or 'no reply'}; not at the exchange after its deadline and the settle window"
        if twin is not None:
            self.acknowledge(twin, now)
            reason = f"{reason}; its acknowledgement was about {twin.planned.key}, which is {twin.txid}"
        self.learn(track, Fact.MISS)
        self.note(OrderAbsent, track, now, reason=reason)
        if track.may_resend and not track.planned.orphaned:
            self.queues[track.planned.group].append(track)
        else:
            track.why = reason
            self.learn(track, Fact.SKIP)

    def give_up(self, track: OrderTrack, why: str, now: float) -> None:
        """Declare an order unresolved: nothing more will become known of it."""
        track.why = why
        self.learn(track, Fact.GIVE_UP)
        self.note(OrderUnresolved, track, now, reason=why)

    def contradict(self, track: OrderTrack, why: str, txids: tuple[str, ...], now: float) -> None:
        """Record a contradiction of the exchange.

        The order exists under all of these ids, and is unresolved.
        """
        known = dict.fromkeys((*track.txids, *((track.txid,) if track.txid else ()), *txids))
        if track.txids == tuple(known):
            return
        request = fields_of(track.planned.request) if _is_unrecorded(track) else None
        if track.state is State.NEW and track in self.queues[track.planned.group]:
            self.queues[track.planned.group].remove(track)
        track.txids = tuple(known)
        track.txid = track.txid or track.txids[0]
        track.found = False
        for txid in track.txids:
            self.claims.bind(track, txid)
        self.accepted.unseen[track.planned.group].pop(track, None)
        track.why = why
        self.learn(track, Fact.GIVE_UP)
        self.note(
            OrderUnresolved,
            track,
            now,
            reason=why,
            txids=track.txids,
            request=request,
            unknown_txid=track.unknown_txid,
        )

    def validate(self, track: OrderTrack, descr: str | None, now: float) -> None:
        """Record that the exchange has validated the order, and not placed it."""
        self.learn(track, Fact.VALIDATE)
        self.note(OrderValidated, track, now, descr=descr)

    # --- at the exchange ---

    def place(
        self,
        track: OrderTrack,
        fact: Fact,
        source: str,
        now: float,
        *,
        txid: str,
        descr: str | None,
        order: OpenOrder | None = None,
    ) -> None:
        """Record that an order is at the exchange, as ``order`` if known; the feed may know more of it."""
        if track.planned.request.validate and track.attempts:
            why = f"sent to be validated and not placed, and yet it is at the exchange, as {txid}"
            self.contradict(track, why, (txid,), now)
            return
        if (
            order is not None
            and track.planned.unrecorded
            and (why := content_conflict(track.planned.request, order))
        ):
            self.contradict(track, why, (txid,), now)
            return
        unknown_before = _is_unrecorded(track)
        if order is None and track.seen is not None and track.seen.txid == txid:
            order = track.seen
        self.learn(track, fact)
        self.claims.bind(track, txid)
        track.txid, track.seen = txid, None
        planned = track.planned
        self._entries.append(
            OrderPlaced(
                at=rfc3339(now),
                group=planned.key.group,
                id=planned.key.id,
                txid=txid,
                source=source,
                descr=descr,
                content=planned.content if unknown_before else None,
                request=fields_of(planned.request) if unknown_before else None,
            )
        )
        track.found = fact is Fact.FIND and planned.by_reference
        self.accepted.add(track, now)
        if unknown_before and order is not None and may_be_ours(order):
            # An earlier run that this journal does not know may have carried out its cancellations.
            track.cancel_sent = self.accepted.is_canceled_by_batch(track)
            if track.cancel_sent:
                self._assumed.append(track)
        shown = latest(self._feed.get(txid), order)
        if shown is not None:
            self.follow(track, shown, now)

    def follow(self, track: OrderTrack, order: OpenOrder, now: float) -> None:
        """Take the state that the exchange shows of our order; one that it ended counts as not placed."""
        if self.accepted.show(track, order, now) and track.state is State.PLACED:
            self._end(track, order.status, now)

    def end_taken_back(self, group: str, now: float) -> None:
        """Take orders for unwound that were found canceled, since the group was never complete.

        Call it when another order of the group is absent: the batch cancels none before all are placed.
        """
        for track in [track for track in self._assumed if track.planned.group == group]:
            self._assumed.remove(track)
            if track.state is State.PLACED and track.shown is OrderState.ENDED:
                self._end(track, OrderStatus.CANCELED, now)

    def _end(self, track: OrderTrack, status: str, now: float) -> None:
        track.why = track.end_reason
        self.learn(track, Fact.END)
        key = track.planned.key
        assert track.txid is not None
        self._entries.append(
            OrderEnded(
                at=rfc3339(now),
                group=key.group,
                id=key.id,
                txid=track.txid,
                status=status,
                reason=track.end_reason,
                vol_exec=track.vol_exec,
            )
        )

    def acknowledge(self, track: OrderTrack, now: float) -> None:
        """Record that a reply was about an order that was found without it: it is about no other."""
        if track.found:
            track.found = False
            self.note(OrderPlaced, track, now, txid=track.txid, source="reply")

    def mark_canceled(self, ids: Iterable[str]) -> None:
        """Note that a cancellation of these ids is sent: if they end from now on, we have canceled them."""
        for id in ids:
            owner = self.claims.owner(id)
            for track in self.claims.placed_with_userref(id) if owner is None else (owner,):
                track.cancel_sent = True

    def take_groups_to_revise(self) -> list[str]:
        """Return the groups with a placed order that is no longer placed, and clear the list."""
        if not self.groups_to_revise:
            return []
        names = list(self.groups_to_revise)
        self.groups_to_revise.clear()
        return names

    def write_states(self, group: str, now: float) -> None:
        """Write the last states of the group's placed orders, as far as they have changed."""
        changed = self.accepted.take_changed(group)
        placed: defaultdict[str, dict[str, OrderTrack]] = defaultdict(dict)
        for track in changed:
            if track.state is State.PLACED:
                placed[track.planned.key.group][track.planned.key.id] = track
        for name, tracks in placed.items():
            self._entries.append(
                GroupStates(
                    at=rfc3339(now),
                    group=name,
                    states={id: str(track.shown) for id, track in tracks.items()},
                    vol_exec=_without_blanks({id: track.vol_exec for id, track in tracks.items()}),
                    reasons=_without_blanks(
                        {id: "" if t.cancel_sent else t.end_reason for id, t in tracks.items()}
                    ),
                )
            )

    # --- all of them ---

    def note(self, fact: Callable[..., Entry], track: OrderTrack, now: float, **fields: object) -> None:
        """Write a journal entry about an order."""
        key = track.planned.key
        self._entries.append(fact(at=rfc3339(now), group=key.group, id=key.id, **fields))

    def learn(self, track: OrderTrack, fact: Fact) -> None:
        """Make the transition for a fact, and update all that depends on it."""
        self.changed = True
        group = track.planned.group
        tally, before = self.tallies[group], track.state
        after = track.learn(fact)
        tally[before] -= 1
        tally[after] += 1
        if before is State.DOUBT:
            self.doubts.pop(track, None)
        elif before in AT_EXCHANGE and after is not before:
            self.groups_to_revise[group] = None


def _is_unrecorded(track: OrderTrack) -> bool:
    """Return whether the journal does not know that the order was ever sent, or with what content."""
    return not track.attempts and (track.state in (State.NEW, State.SKIPPED) or track.planned.unrecorded)


def _without_blanks(texts: dict[str, str | None] | dict[str, str]) -> dict[str, str] | None:
    """Return the entries with a text; None if there is none."""
    return {id: text for id, text in texts.items() if text} or None
