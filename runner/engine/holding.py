"""How long a run waits for an exchange that is there and does not take what the run has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .turn import Timing


class Holding:
    """Since when something is held back, in Unix seconds, if anything is."""

    def __init__(self, timing: Timing) -> None:
        self._wait_s = timing.status_wait_s
        self._since: float | None = None

    def end(self) -> None:
        """The exchange takes everything, or is not there."""
        self._since = None

    def is_over(self, now: float, *, waits: bool, sent_anything: bool) -> bool:
        """Whether what waits to be sent was held for too long; a run that has sent nothing does not wait."""
        if not waits:
            self._since = None
            return False
        self._since = self._since or now
        over = now >= self._since + (self._wait_s if sent_anything else 0.0)
        if over:
            self._since = None
        return over

    def timer(self) -> float | None:
        """When ``is_over`` should be asked again."""
        return None if self._since is None else self._since + self._wait_s
