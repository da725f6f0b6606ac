"""Before the first send: may another machine have placed these orders already?

The journal may be lost or old, so the exchange is asked for every order that is about to be sent. When it
shows some of the batch, placed not long ago, a runner has just died over it: its other orders may still be
on their way into records that lag, so absence is believed only after its deadline and the settle window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .matching import opened_at
from .orders import State
from .settling import LOOK_EVERY_S, PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import OrderKey
    from runner.protocol import OpenOrder

    from .orders import OrderTrack
    from .turn import Timing

RECENT_S = 600.0
"""An order of the batch that was placed longer ago is no sign of a runner that has just died."""


class ColdStart:
    """The orders whose absence has to be shown before anything is sent. Times are Unix seconds.

    ``hopeless`` says why the exchange's records could not be read, once patience has ended.
    """

    def __init__(self, tracks: Iterable[OrderTrack], timing: Timing) -> None:
        # An author's own user reference marks older orders as well: of those the journal alone knows.
        self.waiting: dict[OrderKey, OrderTrack] = {
            track.planned.key: track
            for track in tracks
            if track.state is State.NEW and (track.planned.request.cl_ord_id or not track.planned.own_id)
        }
        self._timing = timing
        self._began_at: float | None = None
        self._looking = False
        self._looked_at = 0.0
        self._look_at = 0.0
        self._failures = 0
        self._last_sign: float | None = None
        self.hopeless = ""

    @property
    def pending(self) -> bool:
        """Whether sending has to wait."""
        return bool(self.waiting)

    def due(self, now: float) -> list[OrderTrack]:
        """The orders to be looked for now; asking begins the look."""
        if not self.waiting or self.hopeless or now < self._look_at:
            return []
        self._began_at = self._began_at or now
        self._looked_at = now
        self._looking = True
        return list(self.waiting.values())

    def met(self, track: OrderTrack, order: OpenOrder) -> None:
        """An order of the batch is at the exchange, though this run has not sent it."""
        if self.waiting.pop(track.planned.key, None) is not None:
            self._last_sign = max(self._last_sign or 0.0, opened_at(order) or 0.0)

    def looked(self, now: float) -> None:
        """A look is over. If it was at these: what it did not show is absent, or is looked for again."""
        if not self._looking:
            return
        self._looking = False
        proven_at = self._proven_at()
        if self._looked_at >= proven_at:
            self.waiting.clear()
        else:
            self._look_at = max(proven_at, now)

    def failed(self, why: str, now: float) -> None:
        """A look came to nothing."""
        if not self._looking:
            return
        self._looking = False
        self._failures += 1
        self._look_at = now + LOOK_EVERY_S[min(self._failures, len(LOOK_EVERY_S) - 1)]
        if self._began_at is not None and now >= max(self._began_at, self._proven_at()) + PATIENCE_S:
            self.hopeless = f"the exchange's records cannot be read: {why}"

    def timer(self) -> float | None:
        """When ``due`` should be asked next."""
        return self._look_at if self.waiting and not self.hopeless else None

    def _proven_at(self) -> float:
        """When a look that finds nothing proves absence: at once, unless a runner has just died."""
        began = self._began_at or 0.0
        if self._last_sign is None or self._last_sign < began - RECENT_S:
            return 0.0
        return began + int(self._timing.deadline_s * 1000) / 1000 + self._timing.settle_s
