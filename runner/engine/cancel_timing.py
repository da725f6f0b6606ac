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

from runner.protocol import AGE_BOUNDS_S, cancel_cost

_GRAIN = 1e-5  # units of the counter
GRAIN_S = 0.001
"""Times this close are the same: clocks are not more precise."""


class Burden(Struct, frozen=True, kw_only=True, gc=False):
    """The cost of a cancellation on one pair.

    ``born``: the creation times of the orders to be canceled, in Unix seconds. ``level``: the counter at a
    given time. ``room``: its maximum. ``beside``: orders that may be sent while the cancellation waits;
    ``after``: orders that are sent only after it.
    """

    born: Sequence[float]
    level: Callable[[float], float]
    room: float
    decay_per_s: float
    beside: int = 0
    after: int = 0

    def cost(self, moment: float) -> int:
        """Return the cost of the cancellation at a given time."""
        return cancel_cost(moment - born for born in self.born)

    def fits_from(self, moment: float) -> float:
        """Return when it fits, at the cost of this moment; infinity if the cost exceeds the maximum."""
        cost = self.cost(moment)
        if cost > self.room:
            return inf
        over = self.level(moment) + cost - self.room
        return moment + (over / self.decay_per_s if over > _GRAIN else 0.0)

    def done_at(self, moment: float) -> float:
        """Return when all orders of the pair have been sent, if the cancellation is sent at this moment."""
        cost = self.cost(moment)
        level = self.level(moment)
        meanwhile = max(0, min(self.beside, int(self.room - cost - level)))
        over = level + meanwhile + cost + (self.beside - meanwhile) + self.after - self.room
        return moment + max(0.0, over) / self.decay_per_s


def best_moment(burdens: Mapping[str, Burden], now: float) -> float:
    """Return when to send the cancellation, so that everything on these pairs completes as early as
    possible.
    """
    if all(burden.done_at(now) <= now for burden in burdens.values()):
        return now
    best, soonest = now, inf
    for moment in _moments(burdens, now):
        if moment >= soonest:
            break
        done = max((burden.done_at(moment) for burden in burdens.values()), default=moment)
        if done < soonest:
            best, soonest = moment, done
    return best


def first_moment(burdens: Mapping[str, Burden], now: float) -> float:
    """Return when any order of the cancellation fits by itself: for what is to be canceled as soon as
    possible.
    """
    alone = ({pair: structs.replace(burden, born=[min(burden.born)])} for pair, burden in burdens.items())
    return min((next(_moments(one, now)) for one in alone), default=now)


def _moments(burdens: Mapping[str, Burden], now: float) -> Iterator[float]:
    """Yield the first moment at which the cancellation fits, and the first at each lower cost."""
    for start, end in _spans(burdens, now):
        moment = max((burden.fits_from(start) for burden in burdens.values()), default=start)
        if moment < end:
            yield moment


def _spans(burdens: Mapping[str, Burden], now: float) -> list[tuple[float, float]]:
    """Return the time spans within which the cost is constant."""
    ages = {
        born + bound + GRAIN_S
        for burden in burdens.values()
        for born in burden.born
        for bound in AGE_BOUNDS_S
    }
    starts = [now, *sorted(moment for moment in ages if moment > now)]
    return [*pairwise(starts), (starts[-1], inf)]
