"""What the rate counter of one pair can be at most when the next message reaches the exchange.

Rules: a message counts in full from the moment it leaves, and begins to be forgotten only when it is known
to have arrived, for until then it may be on its way; so neither jitter nor a stalled connection leads over
the limit. On one ordered connection a message that arrived proves that all before it did. No answer and the
next message together take less than the quickest round trip, which is forgotten in advance. The counter
that the feed tells is the truth at a moment in the past; what it may not hold yet is added.
Source: https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from runner.protocol import RateCounter

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.protocol import Limits

MARGIN = 0.05
"""Units that are left free: the threshold itself may be over it, and clocks are not the same."""

NEWS_SLACK = 0.25
"""Units by which news of the counter may be ahead of our own: it is as old as its way was long, and a counter
falls meanwhile."""

ARRIVED_AFTER_S = 12.0
"""A message that was not answered for so long has arrived, or never will."""

_TRIPS_MIN = 16  # Round trips to be seen before the quickest is believed, and so much of it then.
_TRIP_SHARE = 0.8
_GRAIN = 1e-5  # Units that mean nothing: the time of today has no finer ones.
_STRIKES_MAX = 5


class Sent(Struct, eq=False, gc=False):
    """A message on its way, or arrived. ``bound``: the most that the counter was when it had arrived.
    ``alone``: nothing else was under way when it left."""

    serial: int
    cost: float
    at: float
    bound: float
    alone: bool
    arrived_at: float | None = None


class PairCounter:
    """The counter of one pair, as far as it can be known from here. Times are Unix seconds."""

    def __init__(self, limits: Limits, *, margin: float = MARGIN) -> None:
        self.limits = limits
        self._margin = margin
        self._arrived = RateCounter(limits.decay_per_s)
        self._under_way: deque[Sent] = deque()
        self._weight = 0.0
        self._serial = 0
        self._unseen: deque[Sent] = deque()
        self._unseen_weight = 0.0
        self._seen_bound = 0.0
        self.strikes = 0  # messages in a row that were refused for the rate
        self._not_before = 0.0
        self._trips = 0
        self._quickest_s = math.inf
        self._forgotten = 0.0  # units, between the last answer and the arrival of the next message, at least

    def bound(self, now: float) -> float:
        """The most that the counter can be when the next message arrives."""
        level = self._arrived.at(now) - self._forgotten
        return level + self._weight if level > 0 else self._weight

    def room(self) -> float:
        """The most that the counter may be after the next message."""
        return self.limits.threshold - self._margin

    def ready(self, cost: float, now: float) -> float | None:
        """When a message of this cost may leave, ``now`` if it may; None when only news can tell."""
        self._give_up_waiting(now)
        left = self.room() - cost - self._weight
        if left < -_GRAIN:
            return self._under_way[0].at + ARRIVED_AFTER_S if self._under_way else None
        level = max(0.0, left + self._forgotten)
        fits = self._arrived.at(now) <= level + _GRAIN
        moment = now if fits else self._arrived.falls_to(level, now)
        return moment if moment > self._not_before else self._not_before

    def fits(self, cost: float, now: float) -> int:
        """How many messages of this cost may leave at once, all of them now."""
        moment = self.ready(cost, now)
        if moment is None or moment > now:
            return 0
        return max(1, int((self.room() - self.bound(now) + _GRAIN) // cost))

    def leaves_room(self, cost: float, now: float, reserved: float, at: float) -> bool:
        """Whether a message of this cost, sent now, leaves room for another of ``reserved`` at ``at``."""
        later = self._arrived.charged(cost, now).at(at) - self._forgotten
        return max(0.0, later) + self._weight + reserved <= self.room() + _GRAIN

    def sent(self, cost: float, now: float) -> Sent:
        """Count a message that leaves now."""
        self._serial += 1
        self._weight += cost
        self._unseen_weight += cost
        message = Sent(self._serial, cost, now, self.bound(now), alone=not self._under_way)
        self._under_way.append(message)
        self._unseen.append(message)
        return message

    def arrived(self, message: Sent, now: float) -> None:
        """A message was answered: it has arrived, and so has all that was sent before it."""
        if message.arrived_at is not None:
            return
        if message.alone and now < message.at + ARRIVED_AFTER_S:
            self._trips += 1
            self._quickest_s = min(self._quickest_s, now - message.at)
            self._forget_in_advance()
        while self._under_way and self._under_way[0].serial <= message.serial:
            first = self._under_way.popleft()
            first.arrived_at = now
            self._weight = self._weight - first.cost if self._under_way else 0.0
            self._arrived = self._arrived.charged(first.cost, now)

    def told(self, count: Decimal, message: Sent | None, now: float) -> None:
        """The feed has told the counter with an order: with one of ours, or (None) with someone else's."""
        if message is not None:
            if message.arrived_at is None:
                self.arrived(message, now)
            if self._unseen:
                self._see(message)
        unseen = self._unseen_weight
        pending = unseen - self._weight  # What is not seen has arrived, or is under way.
        units, rounding = _read(count)
        least, most = units - rounding if units > rounding else 0.0, units + rounding + pending
        known = self._arrived.at(now)
        # News of ours may be as old as its order; what others do counts from now.
        expected = self._seen_bound if message is not None and self._seen_bound > known else known
        excess = least - expected - unseen
        foreign = excess > NEWS_SLACK
        if foreign:
            self._widen(excess)
        if foreign or most < known:
            self._arrived = self._arrived.charged(most - known, now)

    def refused(self, now: float) -> None:
        """A message was refused for the rate: someone else trades here, or we know less than we thought."""
        self.strikes = min(self.strikes + 1, _STRIKES_MAX)
        self._widen(math.inf)
        level = self.limits.threshold + 2.0 ** (self.strikes - 1) - 1
        self._arrived = self._arrived.charged(max(0.0, level - self._arrived.at(now)), now)

    def pause(self, until: float) -> None:
        """Let nothing through for a while, whatever this counter says."""
        self._not_before = max(self._not_before, until)

    def adopt(self, limits: Limits) -> None:
        """The limits are other than was thought."""
        self.limits = limits
        self._arrived = structs.replace(self._arrived, decay_per_s=limits.decay_per_s)
        self._forget_in_advance()

    def start_over(self, count: Decimal | None, now: float) -> None:
        """A new connection stands. ``count``: the counter in its snapshot, None where it told none."""
        if self._under_way:
            self.arrived(self._under_way[-1], now)
        self._unseen.clear()
        self._unseen_weight = 0.0
        if count is not None:
            units, rounding = _read(count)
            self._arrived = self._arrived.charged(units + rounding - self._arrived.at(now), now)
        self._seen_bound = self._arrived.at(now)

    def _forget_in_advance(self) -> None:
        """Once enough round trips were seen, the quickest says what is forgotten during the next."""
        if self._trips >= _TRIPS_MIN:
            self._forgotten = self.limits.decay_per_s * _TRIP_SHARE * self._quickest_s

    def _see(self, message: Sent) -> None:
        while self._unseen and self._unseen[0].serial <= message.serial:
            seen = self._unseen.popleft()
            self._seen_bound = seen.bound
            self._unseen_weight -= seen.cost

    def _widen(self, excess: float) -> None:
        """Leave more room: by what was counted beyond our own reckoning, within reason."""
        most = NEWS_SLACK + max(2.0, self.limits.decay_per_s)
        self._margin = min(most, max(self._margin, NEWS_SLACK + excess))

    def _give_up_waiting(self, now: float) -> None:
        while self._under_way and self._under_way[0].at + ARRIVED_AFTER_S <= now:
            self.arrived(self._under_way[0], now)


@lru_cache(maxsize=1024)  # A counter stands at the same values again and again.
def _read(count: Decimal) -> tuple[float, float]:
    """The units that are told, and how far the counter may be from them: a whole number may have been rounded
    either way."""
    return int(count * 1000) / 1000, 1.0 if count and count == count.to_integral_value() else 0.0
