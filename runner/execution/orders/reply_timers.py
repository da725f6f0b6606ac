"""Timers for orders that await a reply.

Orders that are sent together share a time. An order that gets its outcome first is dropped when its time
comes.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from .states import State

if TYPE_CHECKING:
    from .states import OrderTrack


class Alarms:
    """Times, in Unix seconds, each with the orders that wait for it."""

    def __init__(self) -> None:
        self._moments: list[float] = []
        self._waiting: dict[float, list[OrderTrack]] = {}

    def set(self, at: float, track: OrderTrack) -> None:
        """Set an alarm for an order that still awaits its reply by then."""
        waiting = self._waiting.get(at)
        if waiting is None:
            self._waiting[at] = [track]
            heapq.heappush(self._moments, at)
        else:
            waiting.append(track)

    def due(self, now: float) -> list[OrderTrack]:
        """Return the orders whose time has come, earliest first; each once for each alarm."""
        due: list[OrderTrack] = []
        while self._moments and self._moments[0] <= now:
            due += self._waiting.pop(heapq.heappop(self._moments))
        return due

    def next(self) -> float | None:
        """Return the first time at which a reply may still be awaited."""
        while self._moments:
            waiting = self._waiting[self._moments[0]]
            while waiting and waiting[-1].state is not State.SENT:
                waiting.pop()
            if waiting:
                return self._moments[0]
            del self._waiting[heapq.heappop(self._moments)]
        return None
