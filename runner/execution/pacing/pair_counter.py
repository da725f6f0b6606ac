"""The maximum of one pair's rate counter when the next message reaches the exchange.

Rules: a message counts in full from the moment it is sent, and decays only once it is known to have arrived,
as it may be on its way until then; so neither jitter nor a stalled connection leads over the limit. On one
ordered connection a message that arrived proves that all before it did. A reply and the next message together
take at least the quickest round trip, whose decay is counted in advance. The counter that the feed reports is
the truth at a moment in the past; messages that it may not include yet are added. Source:
https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from runner.kraken import RateCounter

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.kraken import Limits

MARGIN = 0.05
"""Units that are left free: the threshold itself may be too much, and clocks differ."""

NEWS_SLACK = 0.25
"""Units by which a reported counter may exceed our own: the report is delayed, and the counter decays
meanwhile."""

ARRIVED_AFTER_S = 12.0
"""A message without a reply for this long has arrived, or never will."""

_TRIPS_MIN = 16  # Round trips before the quickest is used, and the share of it that counts.
_TRIP_SHARE = 0.8
_GRAIN = 1e-5  # Tolerance in units: float times of today are not more precise.
_CONSECUTIVE_REFUSALS_MAX = 5


class Sent(Struct, eq=False):
    """A message on its way, or arrived.

    ``bound``: the maximum of the counter on its arrival. ``alone``: nothing else was on its way when it was
    sent.
    """

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
        self.consecutive_refusals = 0  # messages in a row that were refused for the rate
        self._not_before = 0.0
        self._trips = 0
        self._quickest_s = math.inf
        self._forgotten = (
            0.0  # minimum decay in units between the last reply and the arrival of the next message
        )

    def bound(self, now: float) -> float:
        """Return the maximum of the counter when the next message arrives."""
        level = self._arrived.at(now) - self._forgotten
        return level + self._weight if level > 0 else self._weight

    def room(self) -> float:
        """Return the maximum that the counter may have after the next message."""
        return self.limits.threshold - self._margin

    def ready(self, cost: float, now: float) -> float | None:
        """Return when a message of this cost may be sent, ``now`` if at once; None if it depends on news."""
        self._mark_overdue(now)
        left = self.room() - cost - self._weight
        if left < -_GRAIN:
            return self._under_way[0].at + ARRIVED_AFTER_S if self._under_way else None
        level = max(0.0, left + self._forgotten)
        fits = self._arrived.at(now) <= level + _GRAIN
        moment = now if fits else self._arrived.falls_to(level, now)
        return moment if moment > self._not_before else self._not_before

    def fits(self, cost: float, now: float) -> int:
        """Return the number of messages of this cost that may be sent now."""
        moment = self.ready(cost, now)
        if moment is None or moment > now:
            return 0
        return max(1, int((self.room() - self.bound(now) + _GRAIN) // cost))

    def leaves_room(self, cost: float, now: float, reserved: float, at: float) -> bool:
        """Return whether a message of this cost, sent now, leaves room for ``reserved`` units at ``at``."""
        later = self._arrived.charged(cost, now).at(at) - self._forgotten
        return max(0.0, later) + self._weight + reserved <= self.room() + _GRAIN

    def count(self, cost: float, now: float) -> Sent:
        """Count a message that is sent now."""
        self._serial += 1
        self._weight += cost
        self._unseen_weight += cost
        message = Sent(self._serial, cost, now, self.bound(now), alone=not self._under_way)
        self._under_way.append(message)
        self._unseen.append(message)
        return message

    def mark_arrived(self, message: Sent, now: float) -> None:
        """Note that a message was answered: it has arrived, and so have all before it."""
        if message.arrived_at is not None:
            return
        if message.alone and now < message.at + ARRIVED_AFTER_S:
            self._trips += 1
            self._quickest_s = min(self._quickest_s, now - message.at)
            self._update_forgotten()
        while self._under_way and self._under_way[0].serial <= message.serial:
            first = self._under_way.popleft()
            first.arrived_at = now
            self._weight = self._weight - first.cost if self._under_way else 0.0
            self._arrived = self._arrived.charged(first.cost, now)

    def apply_reported_count(self, count: Decimal, message: Sent | None, now: float) -> None:
        """Apply the counter that the feed reports with an order; ``message`` is None for foreign orders."""
        if message is not None:
            if message.arrived_at is None:
                self.mark_arrived(message, now)
            if self._unseen:
                self._see(message)
        unseen = self._unseen_weight
        pending = unseen - self._weight  # What is not seen has arrived, or is under way.
        units, rounding = _read(count)
        least, most = units - rounding if units > rounding else 0.0, units + rounding + pending
        known = self._arrived.at(now)
        # A report with our order may be as old as the order; activity of others counts from now.
        expected = self._seen_bound if message is not None and self._seen_bound > known else known
        excess = least - expected - unseen
        foreign = excess > NEWS_SLACK
        if foreign:
            self._widen(excess)
        if foreign or most < known:
            self._arrived = self._arrived.charged(most - known, now)

    def on_refusal(self, now: float) -> None:
        """Note that a message was refused for the rate: others trade here, or our count is too low."""
        self.consecutive_refusals = min(self.consecutive_refusals + 1, _CONSECUTIVE_REFUSALS_MAX)
        self._widen(math.inf)
        level = self.limits.threshold + 2.0 ** (self.consecutive_refusals - 1) - 1
        self._arrived = self._arrived.charged(max(0.0, level - self._arrived.at(now)), now)

    def pause(self, until: float) -> None:
        """Block all messages until a given time."""
        self._not_before = max(self._not_before, until)

    def adopt(self, limits: Limits) -> None:
        """Apply other limits."""
        self.limits = limits
        self._arrived = structs.replace(self._arrived, decay_per_s=limits.decay_per_s)
        self._update_forgotten()

    def start_over(self, count: Decimal | None, now: float) -> None:
        """Start a new connection. ``count``: the counter in its snapshot, None if it reports none."""
        if self._under_way:
            self.mark_arrived(self._under_way[-1], now)
        self._unseen.clear()
        self._unseen_weight = 0.0
        if count is not None:
            units, rounding = _read(count)
            self._arrived = self._arrived.charged(units + rounding - self._arrived.at(now), now)
        self._seen_bound = self._arrived.at(now)

    def _update_forgotten(self) -> None:
        """Set the decay during the next round trip from the quickest one, once enough were seen."""
        if self._trips >= _TRIPS_MIN:
            self._forgotten = self.limits.decay_per_s * _TRIP_SHARE * self._quickest_s

    def _see(self, message: Sent) -> None:
        while self._unseen and self._unseen[0].serial <= message.serial:
            seen = self._unseen.popleft()
            self._seen_bound = seen.bound
            self._unseen_weight -= seen.cost

    def _widen(self, excess: float) -> None:
        """Leave more room: by the excess over our own count, within limits."""
        most = NEWS_SLACK + max(2.0, self.limits.decay_per_s)
        self._margin = min(most, max(self._margin, NEWS_SLACK + excess))

    def _mark_overdue(self, now: float) -> None:
        while self._under_way and self._under_way[0].at + ARRIVED_AFTER_S <= now:
            self.mark_arrived(self._under_way[0], now)


def _read(count: Decimal) -> tuple[float, float]:
    """Return the reported units and their uncertainty: a whole number may have been rounded either way."""
    return int(count * 1000) / 1000, 1.0 if count and count == count.to_integral_value() else 0.0
