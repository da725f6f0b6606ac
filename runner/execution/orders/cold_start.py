"""The check before the first send: another machine may already have placed these orders.

The journal may be lost or old, so every order that is about to be sent is looked up: open ones are in the
snapshot, ended ones in the exchange's records. Those lag, so there are two signs that a runner has just died
over this batch: some of its orders exist and are recent; or the account has just traded what the batch trades
(the ownTrades feed does not lag) and the order is not known to be another's. Then absence counts only after
deadline and settle window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import seconds, since_text
from runner.execution.turn import Wait, earliest
from runner.planning import opened_at

from .adoption import possibly_placed
from .doubt import PATIENCE_S, RETRY_DELAYS_S
from .fresh_trades import FreshTrades

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from runner.domain import OrderKey
    from runner.execution.turn import OrdersQueried, QueryFailed, QueryOrders, Timing
    from runner.kraken import JsonObject, OpenOrder
    from runner.planning import Plan

    from .claims import Claims
    from .states import OrderTrack

TRADES_WAIT_S = 1.5
"""Maximum wait for the snapshot of the ownTrades feed."""

RECENT_S = 600.0
"""An order of the batch that is older than this is no sign of a runner that has just died."""


class ColdStart:
    """The orders whose absence must be proven before anything is sent. Times are Unix seconds.

    Nothing is sent while any is ``waiting``; an order that is only validated cannot be placed twice, and
    never waits. ``failure``: why the exchange's records could not be read, once patience has ended.
    """

    def __init__(self, tracks: Iterable[OrderTrack], timing: Timing, plan: Plan, claims: Claims) -> None:
        self.waiting: dict[OrderKey, OrderTrack] = {
            track.planned.key: track
            for track in possibly_placed(tracks, plan.admission)
            if track.planned.request.validate is None
        }
        self._timing = timing
        self._unseen_since = plan.unseen_since
        self._trades = FreshTrades(claims, plan)
        self._began_at: float | None = None
        self._looking_up = False
        self._looked_at = 0.0  # the start of the last look-up
        self._look_at: float | None = 0.0
        self._seen_at: float | None = None  # the start of the last look-up that was answered
        self._trades_due: float | None = None
        self._trades_known = False
        self._failures = 0
        self._patient_from: float | None = None
        self._last_sign: float | None = None
        self.failure = ""

    def due(self, now: float) -> list[OrderTrack]:
        """Return the orders to be looked up now, and note the start of the look-up."""
        if not self.waiting or self.failure or self._look_at is None or now < self._look_at:
            return []
        self._began_at = self._began_at or now
        self._looked_at, self._look_at = now, None
        self._looking_up = True
        return list(self.waiting.values())

    def record_found(self, track: OrderTrack, order: OpenOrder) -> None:
        """Record that an order of the batch is at the exchange, though this run has not sent it."""
        if self.waiting.pop(track.planned.key, None) is not None:
            self._last_sign = max(self._last_sign or 0.0, opened_at(order) or 0.0)

    def should_subscribe_trades(self, now: float) -> bool:
        """Return whether to subscribe to the ownTrades feed; True only once."""
        if not self.waiting or self._trades_due is not None:
            return False
        self._trades_due = now + TRADES_WAIT_S
        return True

    def on_trades(self, trades: Iterable[JsonObject], now: float) -> None:
        """Take the account's latest trades."""
        self._trades.on_trades(trades, self.waiting.values(), now - self._timing.settle_s)
        self._trades_known = True
        self._conclude(now)

    def query(self, now: float) -> list[QueryOrders]:
        """Return the query about traded orders that is due now, and note its start."""
        query = self._trades.query(now) if self.waiting and not self.failure else None
        return [] if query is None else [query]

    def on_records(
        self, event: OrdersQueried | QueryFailed, now: float, find: Callable[[OrderTrack, OpenOrder], None]
    ) -> None:
        """Take an answer about traded orders; ``find`` is called for those of the batch."""
        if self._trades.is_reply(event):
            self._trades.on_records(event, self.waiting.values(), now, find)
            self._conclude(now)

    def on_time(self, now: float) -> None:
        """Stop waiting for an ownTrades snapshot that does not come."""
        if self._trades_due is not None and now >= self._trades_due and not self._trades_known:
            self._trades_known = True
            self._conclude(now)

    def on_lookup(self, now: float) -> None:
        """Note that a look-up has ended: orders that it did not show are absent, or are looked up again."""
        if self._looking_up:
            self._looking_up = False
            self._seen_at = self._looked_at
            self._conclude(now)

    def _conclude(self, now: float) -> None:
        if self._seen_at is None or not self._trades_known or self._trades.awaits_first_answer:
            return
        proven_at = self._absence_proven_at()
        if self._seen_at >= proven_at:
            self.waiting.clear()
        elif self._look_at is None and not self._looking_up:
            self._look_at = max(proven_at, now)

    def on_lookup_failed(self, why: str, now: float) -> None:
        """Note a failed look-up."""
        if not self._looking_up:
            return
        self._looking_up = False
        self._failures += 1
        self._look_at = now + RETRY_DELAYS_S[min(self._failures, len(RETRY_DELAYS_S) - 1)]
        # A look-up takes long for an account that trades much: patience begins after the first.
        self._patient_from = now if self._patient_from is None else self._patient_from
        if now >= max(self._patient_from, self._absence_proven_at()) + PATIENCE_S:
            self.failure = f"the exchange's records cannot be read: {why}"

    def timer(self) -> float | None:
        """Return when to call ``due``, ``query`` or ``on_time`` next."""
        if not self.waiting or self.failure:
            return None
        trades_due = None if self._trades_known else self._trades_due
        return earliest(self._look_at, trades_due, self._trades.timer())

    def wait(self) -> Wait | None:
        """Return the current wait before anything is sent, and its end."""
        if not self.waiting or self.failure:
            return None
        if self._seen_at is None or self._look_at is None:
            records = f"the exchange's records{since_text(self._unseen_since)}"
            return Wait(f"a look through {records}, where orders of this batch may be already")
        return Wait(self._reason, self._absence_proven_at())

    @property
    def _reason(self) -> str:
        if self._last_sign:
            return "the exchange's records: another run has placed orders of this batch moments ago"
        names = ", ".join(self._trades.txids[:3])
        whose = f"{names}, which has just traded," if names else "an order that has just traded"
        return f"news of the owner of {whose}: it may be of this batch, placed by another run"

    def _absence_proven_at(self) -> float:
        """Return from when on a look-up proves absence: at once, unless a runner has just died."""
        began = self._began_at or 0.0
        sign = max(self._last_sign or 0.0, self._trades.last_traded_at or 0.0)
        if not sign or sign < began - RECENT_S:
            return 0.0
        return began + seconds(self._timing.deadline_s) + self._timing.settle_s
