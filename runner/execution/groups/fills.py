"""The orders of a group that another one waits for until they are filled, and the queries about them.

The feed shows what is filled. What was filled while no connection was up is only in the records; they are
also queried now and then in case the feed leaves something out, and once more at the end of the wait. They
may lag, so an order that they show open, or do not know, is only not known to be filled.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import OrderState, parse_rfc3339, rfc3339
from runner.execution.orders.doubt import PATIENCE_S, RETRY_DELAYS_S
from runner.execution.orders.inquiry import QUERY_DELAYS_S
from runner.execution.orders.states import State
from runner.execution.turn import MAX_QUERY_IDS, OrdersQueried, QueryOrders, earliest
from runner.planning import decimal_of

from .states import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.execution.orders.manager import OrderManager
    from runner.execution.orders.states import OrderTrack
    from runner.execution.turn import QueryFailed, Timing

LOOK_EVERY_S: Final = 60.0
"""The time between two looks at the records while the feed shows all open orders."""

_NEVER_FILLED: Final = FAILED - {State.UNRESOLVED}
_SHOWN: Final = 3


class Fills:
    """The fills of one group, and the looks at the records for them. Times are Unix seconds."""

    def __init__(self, name: str, orders: OrderManager, timing: Timing) -> None:
        self.name = name
        self._orders = orders
        self._settle_s = timing.settle_s
        self._tracks = tuple(t for t in orders.tracks.values() if t.planned.group == name)
        self._missing = self._tracks
        self._version = -1
        self._connected_at = 0.0
        self._rounds = 0
        self._next_at = self._full_at = self._retry_at = 0.0
        self._looked_since = 0.0  # the beginning of the last look at all that is missing
        self._round: list[OrderTrack] = []
        self._began_at = 0.0
        self._is_full = False
        self._querying: tuple[str, ...] = ()
        self._failures = 0

    # --- what is filled ---

    @property
    def missing(self) -> tuple[OrderTrack, ...]:
        """The orders that are not known to be filled; what is filled stays so."""
        if self._version != self._orders.accepted.version:
            self._version = self._orders.accepted.version
            self._missing = tuple(t for t in self._missing if t.shown is not OrderState.FILLED)
        return self._missing

    @property
    def open_rest(self) -> tuple[OrderTrack, ...]:
        """The orders that are at the exchange and not known to have ended."""
        return tuple(t for t in self.missing if t.state is State.PLACED and t.shown is not OrderState.ENDED)

    @property
    def impossible(self) -> bool:
        """True if an order is not at the exchange, or has ended before it was filled."""
        return any(t.shown is OrderState.ENDED or t.state in _NEVER_FILLED for t in self.missing)

    @property
    def has_new(self) -> bool:
        """True if an order was accepted in this run, so that an earlier end of the wait is void."""
        return any(track.accepted_at for track in self._tracks)

    def accepted_at(self, now: float) -> float:
        """Return when the last order was accepted, by this run or an earlier one; now if that is unknown."""
        return max(filter(None, map(_accepted_at, self._tracks)), default=now)

    def text(self) -> str:
        """Return how much of the orders is filled, for people."""
        if len(self._tracks) == 1:
            volumes, note = self._volumes(self._tracks[0])
            return f"{volumes} filled{note}"
        filled = len(self._tracks) - len(self.missing)
        listed = [
            f"{track.planned.key.id} {''.join(self._volumes(track))}" for track in self.missing[:_SHOWN]
        ]
        more = f" and {len(self.missing) - _SHOWN} more" if len(self.missing) > _SHOWN else ""
        total = f"{filled} of {len(self._tracks)} orders filled"
        return f"{total}; {'; '.join(listed)}{more}" if listed else total

    def unfilled_text(self, now: float) -> str:
        """Return what is not filled now, for people."""
        return f"{self.name} not filled at {rfc3339(now, digits=3)[:19]}Z: {self.text()}"

    def _volumes(self, track: OrderTrack) -> tuple[str, str]:
        """Return how much of an order is filled, and how it ended, if it did; both for people."""
        request = track.planned.request
        of = f"of {request.volume} {request.pair}"
        if track.state not in (State.PLACED, State.ENDED):
            return f"0 {of}", f", {track.state}"
        executed = self._orders.executions.volume_of(track)
        executed = executed if executed is not None else decimal_of(track.vol_exec)
        if executed is None and not track.accepted_at:
            return (
                f"an unknown part {of}",
                "",
            )  # An earlier run has placed it, and nothing has shown it since.
        ended = track.shown is OrderState.ENDED or track.state is State.ENDED
        return f"{(executed or Decimal(0)).normalize():f} {of}", ", ended" if ended else ""

    # --- looks at the records ---

    def begin(self, now: float) -> None:
        """Note that something waits for the fills from now on."""
        self._next_at = self._full_at = now + LOOK_EVERY_S
        if self._is_unseen:
            self._next_at = now

    def on_connected(self, now: float) -> None:
        """Note that the snapshot has arrived: what it lacks is looked up at once."""
        self._connected_at, self._next_at, self._rounds = now, now, 0

    def is_looked_up(self, until: float, now: float) -> bool:
        """Return whether nothing more can be learned of what was filled by a moment, while connected."""
        sure_at = self._sure_at(until)
        return self._looked_since >= sure_at or now >= self._patient_until(until)

    def query(self, untils: Iterable[float], now: float) -> list[QueryOrders]:
        """Return the query that is due now, one at a time, and note its start. Call it while connected."""
        untils = tuple(untils)
        if self._querying or not self.missing or now < self._due_at(untils):
            return []
        if not self._round:
            self._begin_round(untils, now)
        chunk, self._round = self._round[:MAX_QUERY_IDS], self._round[MAX_QUERY_IDS:]
        self._querying = tuple(track.txid for track in chunk if track.txid is not None)
        if self._querying:
            return [QueryOrders(self._querying)]
        self._end_round(now)
        return []

    def on_records(self, event: OrdersQueried | QueryFailed, now: float) -> None:
        """Note the answer to a query, also one that failed; the orders themselves learn from it."""
        if not self._querying or event.txids != self._querying:
            return
        self._querying = ()
        if not isinstance(event, OrdersQueried):
            self._round = []
            self._retry_at = now + RETRY_DELAYS_S[min(self._failures, len(RETRY_DELAYS_S) - 1)]
            self._next_at = self._retry_at
            self._failures += 1
        elif not self._round:
            self._end_round(now)

    def timer(self, untils: Iterable[float], now: float, *, connected: bool) -> float | None:
        """Return when to call ``is_looked_up`` or ``query`` next."""
        untils = tuple(untils)
        moments = [*untils, *map(self._patient_until, untils)] if connected else [*untils]
        due_at = self._due_at(untils) if connected and not self._querying and self.missing else None
        return earliest(due_at, *(moment for moment in moments if moment > now))

    def _begin_round(self, untils: Iterable[float], now: float) -> None:
        """Look at all that is missing, or only at what the feed does not show since it was interrupted."""
        wanted = any(self._looked_since < self._sure_at(until) <= now for until in untils)
        self._began_at, self._is_full = now, wanted or now >= self._full_at
        unseen = self._orders.accepted.unseen[self.name]
        self._round = [t for t in self.open_rest if self._is_full or t in unseen]

    def _end_round(self, now: float) -> None:
        self._failures, self._round = 0, []
        if self._is_full:
            self._looked_since, self._full_at = self._began_at, now + LOOK_EVERY_S
        self._next_at = self._full_at
        if self._is_unseen and now < self._connected_at + self._settle_s + PATIENCE_S:
            again_at = now + QUERY_DELAYS_S[min(self._rounds, len(QUERY_DELAYS_S) - 1)]
            self._next_at = min(self._full_at, again_at)
        self._rounds += 1

    @property
    def _is_unseen(self) -> bool:
        """True if the feed lacks an order since it was interrupted: only the records say whether it ended."""
        unseen = self._orders.accepted.unseen[self.name]
        return bool(unseen) and any(track in unseen for track in self.open_rest)

    def _sure_at(self, until: float) -> float:
        """Return from when on the records know all that was filled by a moment and the feed has missed."""
        return max(until, self._connected_at + self._settle_s) if self._is_unseen else until

    def _patient_until(self, until: float) -> float:
        return max(self._sure_at(until), self._connected_at) + PATIENCE_S

    def _due_at(self, untils: Iterable[float]) -> float:
        wanted = [moment for moment in map(self._sure_at, untils) if self._looked_since < moment]
        return min([self._next_at, *(max(moment, self._retry_at) for moment in wanted)])


def _accepted_at(track: OrderTrack) -> float:
    """Return when an order was accepted in Unix seconds; 0 if it was not, or the journal does not say."""
    known = track.planned.known
    earlier = known.acked_at if known is not None and track.planned.known_txid else None
    return track.accepted_at or (parse_rfc3339(earlier) if earlier else 0.0)
