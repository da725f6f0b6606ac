"""The unsent orders of one group: in the file's order, with the pairs side by side.

A pair whose rate counter is full must not delay another, so each pair has its own queue. When an order may
be sent is decided elsewhere.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import Place

    from .states import OrderTrack


class OrderQueue:
    """A queue with a lane for each pair. ``unsent`` counts the waiting orders of each pair, of all queues."""

    def __init__(self, unsent: defaultdict[str, int] | None = None) -> None:
        self._lanes: dict[str, deque[OrderTrack]] = {}
        self._unsent: defaultdict[str, int] = defaultdict(int) if unsent is None else unsent
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[OrderTrack]:
        return iter(sorted((track for lane in self._lanes.values() for track in lane), key=_place))

    def append(self, track: OrderTrack) -> None:
        """Insert an order at its place in the file: one that is requeued goes before those after it."""
        pair = track.planned.request.pair
        lane = self._lanes.get(pair)
        if lane is None:
            lane = self._lanes[pair] = deque()
        if lane and track.planned.place < lane[-1].planned.place:
            insort(lane, track, key=_place)
        else:
            lane.append(track)
        self._length += 1
        self._unsent[pair] += 1

    def pairs(self) -> list[str]:
        """Return the pairs with waiting orders."""
        return [pair for pair, lane in self._lanes.items() if lane]

    def lane(self, pair: str) -> Sequence[OrderTrack]:
        """Return a live view of a pair's waiting orders."""
        return self._lanes[pair]

    def waiting(self, pair: str) -> int:
        """Return the number of a pair's waiting orders."""
        return len(self._lanes.get(pair, ()))

    def place(self, pair: str) -> Place:
        """Return the place of a pair's next order in the file."""
        return self._lanes[pair][0].planned.place

    def take(self, pair: str) -> OrderTrack:
        """Remove and return the next order of a pair."""
        self._length -= 1
        self._unsent[pair] -= 1
        return self._lanes[pair].popleft()

    def popleft(self) -> OrderTrack:
        """Remove and return the order that is first in the file."""
        return self.take(min(self.pairs(), key=self.place))

    def remove(self, track: OrderTrack) -> None:
        """Remove an order."""
        pair = track.planned.request.pair
        self._lanes[pair].remove(track)
        self._length -= 1
        self._unsent[pair] -= 1


def _place(track: OrderTrack) -> Place:
    return track.planned.place
