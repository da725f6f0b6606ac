"""The pacing of orders and planned cancellations: each is sent as early as its pair's rate counter allows.

Every message is counted when it is sent, whatever becomes of it. A full pair does not delay another. A
planned cancellation reserves its place; one that unwinds a failing group does not wait. Which messages are
sent at all is decided elsewhere.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.domain import seconds
from runner.execution.cancels.timing import GRAIN_S, CancelCost, best_moment, first_moment
from runner.execution.orders.states import State
from runner.kraken import (
    LIMITS,
    CancelReply,
    ErrorKind,
    Limits,
    Tier,
    cancel_cost,
    counted,
    tier_within,
)

from .pair_counter import PairCounter, Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    from runner.execution.cancels.tracker import CancelTrack
    from runner.execution.orders.queue import OrderQueue
    from runner.execution.orders.states import OrderTrack
    from runner.kraken import AddOrder, CancelOrder, OpenOrder, OrderChanged, OrderReply, Ready

ADD_COST = 1
FORGOTTEN_AFTER_S = 300.0
"""The age from which an order's cancellation costs nothing, so that its age is irrelevant."""

PAUSE_S = 5.0
"""The pause of all messages after the exchange has said that the whole account is too fast."""


class _Reservation(Struct, frozen=True):
    """A planned cancellation that waits for its moment, with its cost for each pair."""

    track: CancelTrack
    at: float
    costs: Mapping[str, int]

    @property
    def is_pending(self) -> bool:
        """True if it still waits."""
        return not (self.track.done or self.track.in_flight)


class _Pairs(dict[str, PairCounter]):
    """The counters by their pair, each created on first use."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits

    def __missing__(self, pair: str) -> PairCounter:
        counter = self[pair] = PairCounter(self.limits)
        return counter


class Pacer:
    """The rate counters of all pairs, as one run sees them. ``unsent`` is shared with the queues.

    Call ``due`` and ``may_cancel`` in a turn, and report what is sent and what happens. ``timer`` says when
    they may return something else.
    """

    def __init__(
        self, limits: Limits = LIMITS[Tier.STARTER], unsent: defaultdict[str, int] | None = None
    ) -> None:
        self._unsent: defaultdict[str, int] = defaultdict(int) if unsent is None else unsent
        self._pairs = _Pairs(limits)
        self._by_reqid: dict[int, tuple[tuple[PairCounter, Sent], ...]] = {}
        self._ours: dict[str, Sent] = {}
        self._labels: deque[str] = deque()  # in the order in which they were sent
        self._reserved: dict[int, _Reservation] = {}
        self._streams: dict[int, OrderQueue] = {}
        self._ahead_s = 0.0
        self._wake: float | None = None

    # --- called in a turn ---

    def begin_turn(self) -> None:
        """Begin a turn: forget the wake-up time and the reservations that have ended."""
        self._wake = None
        if self._reserved:
            self._reserved = {
                key: reservation for key, reservation in self._reserved.items() if reservation.is_pending
            }

    def due(
        self, queue: OrderQueue, now: float, admits: Callable[[OrderTrack], bool] | None = None
    ) -> Iterator[OrderTrack]:
        """Yield the orders of a queue that may be sent now. Call ``count_order`` for each before the next.

        ``admits`` is called for each; an order that it holds back also holds back those of its pair behind
        it.
        """
        self._streams[id(queue)] = queue
        heads = [(queue.place(pair), pair, room) for pair in queue.pairs() if (room := self._room(pair, now))]
        heapq.heapify(heads)
        while heads:
            _, pair, room = heads[0]
            lane = queue.lane(pair)
            if lane and admits is not None and not admits(lane[0]):
                heapq.heappop(heads)
                continue
            if lane:  # The consumer of the last order may have emptied the queue.
                track = queue.take(pair)
                if track.state is State.NEW:
                    yield track
            if lane and (room := room - 1 or self._room(pair, now)):
                heapq.heapreplace(heads, (lane[0].planned.place, pair, room))
            else:
                heapq.heappop(heads)
        if not queue:
            self._streams.pop(id(queue), None)

    def may_cancel(self, track: CancelTrack, feed: Mapping[str, OpenOrder], now: float) -> bool:
        """Return whether a cancellation may be sent now. If not, its place is reserved at its best moment."""
        key = id(track)
        self._reserved.pop(key, None)
        if track.unwind and not track.attempts:
            return True
        cancel_costs = self._cancel_costs(track, feed)
        held = [self._pairs[pair].ready(0, now) or now for pair in cancel_costs]
        moment = first_moment(cancel_costs, now) if track.unwind else best_moment(cancel_costs, now)
        moment = max([moment, *held])
        if moment <= now + GRAIN_S:
            return True
        costs = {pair: cost.at(moment) for pair, cost in cancel_costs.items()}
        self._reserved[key] = _Reservation(track, moment, costs)
        self.wake_at(moment)
        return False

    def timer(self) -> float | None:
        """Return when something that waits may be sent, as far as time alone decides it."""
        return self._wake

    def slowest(self, now: float) -> tuple[float, str]:
        """Return the seconds needed to send all unsent orders and reserved cancellations.

        The pair is the one whose rate counter decides them; no name if there is nothing to wait for.
        """
        waits = [
            (self._drained_at(pair, unsent, now) - now, pair)
            for pair, unsent in self._unsent.items()
            if unsent
        ]
        waits += [
            (reserved.at - now, max(reserved.costs, default="", key=reserved.costs.__getitem__))
            for reserved in self._reserved.values()
        ]
        return max(waits, default=(0.0, ""))

    # --- messages that are sent ---

    def count_order(self, request: AddOrder, now: float) -> None:
        """Count an order that is sent."""
        counter = self._pairs[request.pair]
        message = counter.count(ADD_COST, now)
        assert request.reqid is not None
        self._by_reqid[request.reqid] = ((counter, message),)
        label = request.cl_ord_id or request.userref
        if label is not None and label not in self._ours:
            self._ours[label] = message
            self._labels.append(label)
        while self._labels and self._ours[self._labels[0]].at < now - FORGOTTEN_AFTER_S:
            del self._ours[self._labels.popleft()]

    def count_cancel(
        self, request: CancelOrder, track: CancelTrack, feed: Mapping[str, OpenOrder], now: float
    ) -> None:
        """Count a cancellation that is sent."""
        assert request.reqid is not None
        self._by_reqid[request.reqid] = tuple(
            (
                self._pairs[pair],
                self._pairs[pair].count(cancel_cost(now - created for created in created_at), now),
            )
            for pair, created_at in self._creation_times(track, feed).items()
        )

    # --- messages that are received ---

    def on_order_changed(self, event: OrderChanged, now: float) -> None:
        """Take an order from the feed, which may report the counter of its pair."""
        if event.ratecount is not None and (pair := event.order.pair) is not None:
            self._pairs[pair].apply_reported_count(event.ratecount, self._message_of(event.order), now)

    def record_reply(self, reply: OrderReply | CancelReply, now: float) -> None:
        """Take a reply; an order gets one, a cancellation one for each id."""
        known = self._by_reqid
        sent = known.get(reply.reqid, ()) if isinstance(reply, CancelReply) else known.pop(reply.reqid, ())
        kind = reply.error and reply.error.kind
        too_fast = kind is ErrorKind.RATE
        for counter, message in sent:
            counter.mark_arrived(message, now)
            if too_fast:
                counter.on_refusal(now)
            else:
                counter.consecutive_refusals = 0
        if kind is ErrorKind.ACCOUNT_RATE:
            for counter in self._pairs.values():
                counter.pause(now + PAUSE_S)

    def start_over(self, ready: Ready, now: float) -> None:
        """Take a new connection, whose snapshot reports the counters of some pairs."""
        if ready.maxratecount is not None and ready.maxratecount > 0:
            self._adopt(seconds(ready.maxratecount))
        counts: dict[str, Decimal] = {}
        for order in ready.orders:
            if order.ratecount is not None and (pair := order.pair) is not None:
                count = counted(order.ratecount)
                if count is not None:
                    counts[pair] = count
        for pair in {**self._pairs, **counts}:
            self._pairs[pair].start_over(counts.get(pair), now)
        self._by_reqid.clear()

    def set_clock_skew(self, skew: tuple[float, float] | None) -> None:
        """Set how far the exchange's clock is ahead, in seconds: the least and the most, if known."""
        if skew is not None:
            self._ahead_s, _ = skew

    def _adopt(self, threshold: float) -> None:
        """Apply the threshold that the exchange reports; a low one also implies a slow decay."""
        before = self._pairs.limits
        decay = min(before.decay_per_s, LIMITS[tier_within(threshold)].decay_per_s)
        if (threshold, decay) == (before.threshold, before.decay_per_s):
            return
        self._pairs.limits = replace(before, threshold=threshold, decay_per_s=decay)
        for counter in self._pairs.values():
            counter.adopt(self._pairs.limits)

    # --- what is known ---

    def _room(self, pair: str, now: float) -> int:
        """Return the number of orders of a pair that may be sent now before the next call."""
        counter = self._pairs[pair]
        room = counter.fits(ADD_COST, now)
        if not room:
            self.wake_at(counter.ready(ADD_COST, now))
            return 0
        reserved = [
            reservation
            for reservation in self._reserved.values()
            if reservation.is_pending and pair in reservation.costs
        ]
        if not reserved:
            return room
        # A reservation that holds it back has already scheduled a wake-up.
        return int(
            all(
                counter.leaves_room(ADD_COST, now, reservation.costs[pair], reservation.at)
                for reservation in reserved
            )
        )

    def wake_at(self, moment: float | None) -> None:
        """Set the wake-up time, if none is earlier."""
        if moment is not None and (self._wake is None or moment < self._wake):
            self._wake = moment

    def _message_of(self, order: OpenOrder) -> Sent | None:
        return self._ours.get(order.cl_ord_id or order.userref or "")

    def _cancel_costs(self, track: CancelTrack, feed: Mapping[str, OpenOrder]) -> dict[str, CancelCost]:
        cancel_costs = {}
        for pair, created_at in self._creation_times(track, feed).items():
            counter = self._pairs[pair]
            concurrent = sum(queue.waiting(pair) for queue in self._streams.values())
            cancel_costs[pair] = CancelCost(
                created_at=created_at,
                level=counter.bound,
                room=counter.room(),
                decay_per_s=counter.limits.decay_per_s,
                concurrent=concurrent,
                after=self._unsent[pair] - concurrent,
            )
        return cancel_costs

    def _creation_times(self, track: CancelTrack, feed: Mapping[str, OpenOrder]) -> dict[str, list[float]]:
        """Return the creation times of the cancellation's open orders, for each pair."""
        created_at: dict[str, list[float]] = {}
        for order in track.open_orders(feed):
            if order.pair is not None:
                created_at.setdefault(order.pair, []).append(self._creation_time(order))
        return created_at

    def _creation_time(self, order: OpenOrder) -> float:
        """Return when an order was created or last amended, by our clock, rather too late than too early."""
        ours = self._message_of(order)
        if ours is not None and not order.amended:
            return ours.arrived_at or ours.at
        return order.touched_at - self._ahead_s

    def _drained_at(self, pair: str, unsent: int, now: float) -> float:
        counter = self._pairs[pair]
        over = counter.bound(now) + unsent * ADD_COST - counter.room()
        return now + max(0.0, over) / counter.limits.decay_per_s
