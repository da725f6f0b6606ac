"""The time at which a planned cancellation is sent: at once, or when its orders are older and it costs less.

Canceling young orders fills the counter that later orders need. So the times at which the cost falls are
compared, and the one with the earliest completion of everything is chosen. Knows no connection. Source:
https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf

from msgspec import Struct, structs

from runner.kraken import AGE_BOUNDS_S, cancel_cost

_GRAIN = 1e-5  # units of the counter
GRAIN_S = 0.001
"""Times this close are the same: clocks are not more precise."""


class CancelCost(Struct, frozen=True, kw_only=True):
    """The cost of a cancellation on one pair.

    ``created_at``: the creation times of the orders to be canceled, in Unix seconds. ``level``: the counter
    at a given time. ``room``: its maximum. ``concurrent``: orders that may be sent while the cancellation
    waits; ``after``: orders that are sent only after it.
    """

    created_at: Sequence[float]
    level: Callable[[float], float]
    room: float
    decay_per_s: float
    concurrent: int = 0
    after: int = 0

    def at(self, moment: float) -> int:
        """Return the cost of the cancellation at a given time."""
        return cancel_cost(moment - created for created in self.created_at)

    def fits_from(self, moment: float) -> float:
        """Return when it fits, at the cost of this moment; infinity if the cost exceeds the maximum."""
        cost = self.at(moment)
        if cost > self.room:
            return inf
        over = self.level(moment) + cost - self.room
        return moment + (over / self.decay_per_s if over > _GRAIN else 0.0)

    def done_at(self, moment: float) -> float:
        """Return when all orders of the pair have been sent, if the cancellation is sent at this moment."""
        cost = self.at(moment)
        level = self.level(moment)
        meanwhile = max(0, min(self.concurrent, int(self.room - cost - level)))
        over = level + meanwhile + cost + (self.concurrent - meanwhile) + self.after - self.room
        return moment + max(0.0, over) / self.decay_per_s


def best_moment(costs: Mapping[str, CancelCost], now: float) -> float:
    """Return when to send the cancellation, so that all on these pairs completes as early as possible."""
    if all(cost.done_at(now) <= now for cost in costs.values()):
        return now
    best, soonest = now, inf
    for moment in _moments(costs, now):
        if moment >= soonest:
            break
        done = max((cost.done_at(moment) for cost in costs.values()), default=moment)
        if done < soonest:
            best, soonest = moment, done
    return best


def first_moment(costs: Mapping[str, CancelCost], now: float) -> float:
    """Return when any order of the cancellation fits by itself, to cancel as soon as possible."""
    alone = ({pair: structs.replace(cost, created_at=[min(cost.created_at)])} for pair, cost in costs.items())
    return min((next(_moments(cost, now)) for cost in alone), default=now)


def _moments(costs: Mapping[str, CancelCost], now: float) -> Iterator[float]:
    """Yield the first moment at which the cancellation fits, and the first at each lower cost."""
    for start, end in _spans(costs, now):
        moment = max((cost.fits_from(start) for cost in costs.values()), default=start)
        if moment < end:
            yield moment


def _spans(costs: Mapping[str, CancelCost], now: float) -> list[tuple[float, float]]:
    """Return the time spans within which the cost is constant."""
    ages = {
        created + bound + GRAIN_S
        for cost in costs.values()
        for created in cost.created_at
        for bound in AGE_BOUNDS_S
    }
    starts = [now, *sorted(moment for moment in ages if moment > now)]
    return [*pairwise(starts), (starts[-1], inf)]
