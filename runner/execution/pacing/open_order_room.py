"""Room for one more open order on a pair: for groups whose orders wait for it instead of being rejected.

It counts the open orders of the feed, including those of others, and those under way. The count may be wrong
(the exchange does not say which orders it counts), so an order that is refused for lack of room waits until
fewer are open than when it was sent. Source: https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from runner.domain import UNPRICED
from runner.execution.orders.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.domain import OrderKey
    from runner.execution.orders.states import OrderTrack
    from runner.kraken import OpenOrder
    from runner.planning import PlannedGroup

NEWS_WITHIN_S: Final = 30.0
"""An accepted order that the feed has not shown for this long is not open."""


class Room:
    """The number of open orders of each pair, and its maximum ``most``. Times are Unix seconds.

    ``wake_at`` is called with the time at which the count may fall although nothing happens.
    """

    def __init__(
        self, most: int, tracks: Mapping[OrderKey, OrderTrack], wake_at: Callable[[float], None]
    ) -> None:
        self._most = most
        self._tracks = tracks
        self._wake_at = wake_at

    def admission(
        self, group: PlannedGroup, feed: Mapping[str, OpenOrder], now: float
    ) -> Callable[[OrderTrack], bool] | None:
        """Return a function that decides whether there is room for an order of the group now.

        None for a group that does not wait.
        """
        if not group.hold:
            return None
        counts = self._counts(feed, now)

        def admits(track: OrderTrack) -> bool:
            request = track.planned.request
            if request.ordertype in UNPRICED:
                return True
            count = counts[request.pair] + counts[""]
            most = min(self._most, max(1, track.room_seen)) if track.no_room else self._most
            if count >= most:
                return False
            track.no_room, track.room_seen = False, count
            counts[request.pair] += 1
            return True

        return admits

    def _counts(self, feed: Mapping[str, OpenOrder], now: float) -> Counter[str]:
        """Return the open orders by pair; those of unknown pair are under "", and count for all pairs."""
        counts = Counter(order.pair or "" for order in feed.values() if not order.terminal)
        for track in self._tracks.values():
            request = track.planned.request
            if request.ordertype in UNPRICED:
                continue
            if track.state in (State.SENT, State.DOUBT):
                counts[request.pair] += 1
            elif track.state is State.PLACED and track.attempts and track.txid not in feed:
                over = track.sent_at + NEWS_WITHIN_S
                if over > now:
                    counts[request.pair] += 1
                    self._wake_at(over)
        return counts
