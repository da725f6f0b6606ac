"""The executions of a run's orders: the newest figures that the exchange has shown of each.

Feed and records lag behind each other, so more volume counts as newer, and then the later word; but nothing
takes the place of an end, nor what is incomplete that of what is complete. Orders that end at once are
waited for at the end of a run, for a few seconds and when nothing else is left to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from runner.domain import Executed, rfc3339
from runner.execution.turn import MAX_QUERY_IDS, QueryOrders, Wait
from runner.journal import OrdersExecuted
from runner.kraken import executed_of
from runner.planning import decimal_of

from .accepted import ends_at_once
from .inquiry import QUERY_DELAYS_S
from .states import AT_EXCHANGE

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.execution.turn import Timing
    from runner.journal import Entry
    from runner.kraken import OpenOrder
    from runner.planning import Plan

    from .states import OrderTrack
    from .steps import OrderSteps

QUIET_S: Final = 1.0
"""After so long without news, an order that was to trade at once rests, and the records are queried about
one whose figures are missing."""

_UNKNOWN: Final = Executed()


class _Seen(Struct, frozen=True):
    order: OpenOrder
    at: float


class Executions:
    """The figures of a run's orders. Times are Unix seconds; ``entries`` gets what must be made durable."""

    def __init__(self, plan: Plan, steps: OrderSteps, timing: Timing, entries: list[Entry]) -> None:
        self._tracks = steps.tracks
        self._groups = {group.name: group.orders for group in plan.groups}
        self._at_once = {key for key, expected in plan.expected.items() if expected.at_once}
        self._wait_s = timing.fill_wait_s
        self._entries = entries
        self._seen: dict[str, _Seen] = {}
        self._looked_at: dict[OrderTrack, _Seen] = {}
        self._written: dict[str | None, Executed] = {}  # by txid
        self._awaited: list[OrderTrack] | None = None  # None before anything is waited for
        self._until = self._query_at = 0.0
        self._querying: tuple[str, ...] = ()
        self._rounds = 0
        for track in self._tracks.values():
            if (known := track.planned.known) is not None and known.executed is not None:
                self._written[known.txid] = known.executed

    def see(self, order: OpenOrder, now: float) -> None:
        """Take what the feed or the records show of any order."""
        known = self._seen.get(order.txid)
        if known is None or _is_newer(order, known.order):
            self._seen[order.txid] = _Seen(order, now)

    def volume_of(self, track: OrderTrack) -> Decimal | None:
        """Return the executed volume of an order as last shown, None if nothing was shown of it."""
        seen = self._seen_of(track)
        return None if seen is None else decimal_of(seen.order.vol_exec)

    def write(self, now: float) -> None:
        """Write down the figures that the journal does not have yet."""
        for name in self._groups:
            self.write_group(name, now)

    def write_group(self, name: str, now: float) -> None:
        """Write down those of a group. An order that is no longer in the file keeps the group it had."""
        news: dict[str, dict[str, Executed]] = {}
        for planned in self._groups[name]:
            executed = self._news_of(self._tracks[planned.key])
            if executed is not None:
                news.setdefault(planned.key.group, {})[planned.key.id] = executed
        for group, orders in news.items():
            self._entries.append(OrdersExecuted(at=rfc3339(now), group=group, orders=orders))

    def _news_of(self, track: OrderTrack) -> Executed | None:
        """Return the figures of an order if they are newer than those that are written, and note them."""
        seen = self._seen_of(track)
        if self._awaited is not None and track in self._awaited:
            return self._unanswered(track, seen)
        if seen is None or self._looked_at.get(track) is seen:
            return None
        self._looked_at[track] = seen
        written = self._written.get(track.txid, _UNKNOWN)
        executed = executed_of(seen.order, rfc3339(seen.at))
        if replace(executed, seen_at=written.seen_at) == written or executed.is_outdated_by(written):
            return None
        self._written[track.txid] = executed
        return executed

    def _unanswered(self, track: OrderTrack, seen: _Seen | None) -> Executed:
        """Return what is known of an order whose figures were waited for in vain."""
        known = (
            self._written.get(track.txid, _UNKNOWN)
            if seen is None
            else executed_of(seen.order, rfc3339(seen.at))
        )
        return replace(known, awaited=True)

    def _seen_of(self, track: OrderTrack) -> _Seen | None:
        return self._seen.get(track.txid or "") if track.state in AT_EXCHANGE else None

    # --- the wait at the end of a run ---

    @property
    def waits(self) -> bool:
        """True once nothing but figures is waited for."""
        return self._awaited is not None

    def give_up(self) -> None:
        """Wait no longer, or not at all."""
        self._wait_s = self._until = 0.0

    def awaits(self, now: float) -> bool:
        """Return whether an order that this run placed has still to end. Call it when all else is done."""
        if self._awaited is None:
            self._awaited = [track for track in self._tracks.values() if self._is_to_end_at_once(track)]
            self._until = now + self._wait_s
            self._query_at = now + QUIET_S
        self._awaited = [track for track in self._awaited if not self._has_ended(track, now)]
        return bool(self._awaited) and now < self._until

    def _is_to_end_at_once(self, track: OrderTrack) -> bool:
        if not track.accepted_at or track.state not in AT_EXCHANGE:
            return False
        seen = self._seen_of(track)
        over = seen is not None and seen.order.terminal
        return over or ends_at_once(track.planned.request) or track.planned.key in self._at_once

    def _has_ended(self, track: OrderTrack, now: float) -> bool:
        """Return whether nothing more is to come of an order: it has ended, or it rests all the same."""
        seen = self._seen_of(track)
        if seen is None or not executed_of(seen.order, "").complete:
            return False
        rests = not ends_at_once(track.planned.request) and now >= seen.at + QUIET_S
        return seen.order.terminal or rests

    def query(self, now: float) -> list[QueryOrders]:
        """Return the query that is due now, one at a time, and note its start."""
        if self._querying or not self._awaited or now < self._query_at:
            return []
        self._querying = tuple(track.txid for track in self._awaited if track.txid)[:MAX_QUERY_IDS]
        return [QueryOrders(self._querying)] if self._querying else []

    def on_answer(self, txids: tuple[str, ...], now: float) -> None:
        """Note the answer to a query, also one that failed; what it shows is taken by ``see``."""
        if self._querying and txids == self._querying:
            self._querying = ()
            self._query_at = now + QUERY_DELAYS_S[min(self._rounds, len(QUERY_DELAYS_S) - 1)]
            self._rounds += 1

    def timer(self, now: float) -> float | None:
        """Return when to call ``awaits`` or ``query`` next."""
        if not self._awaited:
            return None
        quiet = [seen.at + QUIET_S for track in self._awaited if (seen := self._seen_of(track))]
        moments = [self._until, *quiet, *(() if self._querying else (self._query_at,))]
        return min((moment for moment in moments if moment > now), default=None)

    def wait(self) -> Wait | None:
        """Return the wait, for people."""
        if not self._awaited:
            return None
        names = ", ".join([track.planned.key.id for track in self._awaited][:3])
        more = f" and {len(self._awaited) - 3} more" if len(self._awaited) > 3 else ""
        return Wait(f"the exchange to say what was paid for {names}{more}", self._until)


def _is_newer(order: OpenOrder, known: OpenOrder) -> bool:
    """Return whether one view of an order replaces another that was seen before it."""
    if order.vol_exec != known.vol_exec and order.executed != known.executed:
        return order.executed > known.executed
    if known.terminal and not order.terminal:
        return False
    return _has_figures(order) or not _has_figures(known)


def _has_figures(order: OpenOrder) -> bool:
    return None not in (order.vol_exec, order.cost, order.fee, order.avg_price)
