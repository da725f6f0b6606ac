"""The limited wait for an exchange that is connected but does not accept what the run has to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .turn import Timing


class SendTimeout:
    """The time since which something is held back, in Unix seconds, if anything is."""

    def __init__(self, timing: Timing) -> None:
        self._wait_s = timing.status_wait_s
        self._since: float | None = None

    def end(self) -> None:
        """Note that the exchange accepts everything, or is not connected."""
        self._since = None

    def is_over(self, now: float, *, waits: bool, sent_anything: bool) -> bool:
        """Return whether messages were held back for too long; a run that has sent nothing does not wait."""
        if not waits:
            self._since = None
            return False
        self._since = self._since or now
        over = now >= self._since + (self._wait_s if sent_anything else 0.0)
        if over:
            self._since = None
        return over

    def timer(self) -> float | None:
        """Return when to call ``is_over`` next."""
        return None if self._since is None else self._since + self._wait_s
