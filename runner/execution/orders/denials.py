"""The look-up of orders that should not exist, and that only the exchange's records may show.

An order under an author's own user reference is found only if it is looked up, and the feed may be silent. So
the records are searched before such an order is sent again, before a group takes its refusal as final, and
before an acknowledged order that no record knows is given up: once for each sending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution.turn import Wait

from .doubt import PATIENCE_S, RETRY_DELAYS_S

if TYPE_CHECKING:
    from collections.abc import Collection

    from .states import OrderTrack


class Denials:
    """The orders to look up, each until its look-up is over. Times are Unix seconds."""

    def __init__(self) -> None:
        self.waiting: dict[OrderTrack, None] = {}
        self._attempts: dict[OrderTrack, int] = {}  # the sending that was last looked up
        self._look_at = 0.0
        self._failures = 0
        self._patient_until = 0.0

    def look_up(self, tracks: Collection[OrderTrack]) -> bool:
        """Request a look-up of these orders; return whether it is over for all of them."""
        self.waiting.update((track, None) for track in tracks if self._attempts.get(track) != track.attempts)
        return self.waiting.keys().isdisjoint(tracks)

    def due(self, now: float) -> list[OrderTrack]:
        """Return the orders to look up now."""
        return list(self.waiting) if now >= self._look_at else []

    def on_lookup(self, looking: Collection[OrderTrack]) -> list[OrderTrack]:
        """Note that a look-up of these orders is over; return those that waited for it."""
        over = [track for track in looking if track in self.waiting]
        for track in over:
            del self.waiting[track]
            self._attempts[track] = track.attempts
        self._failures = 0
        return over

    def on_lookup_failed(self, looking: Collection[OrderTrack], now: float) -> list[OrderTrack]:
        """Note that a look-up failed; return the orders that are not looked up again."""
        if self.waiting.keys().isdisjoint(looking):
            return []
        self._patient_until = self._patient_until if self._failures else now + PATIENCE_S
        self._failures += 1
        self._look_at = now + RETRY_DELAYS_S[min(self._failures, len(RETRY_DELAYS_S) - 1)]
        if now < self._patient_until:
            return []
        unknown = list(self.waiting)
        self.on_lookup(unknown)
        return unknown

    def timer(self) -> float | None:
        """Return when to call ``due`` next."""
        return self._look_at if self.waiting else None

    def wait(self) -> Wait | None:
        """Return the wait before anything more is sent."""
        names = ", ".join(str(track.planned.key) for track in list(self.waiting)[:3])
        return Wait(f"the exchange's records, for {names}, which should not exist") if names else None
