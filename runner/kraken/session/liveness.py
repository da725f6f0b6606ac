"""The state of a connection: when to ping, and when to consider the other side dead."""

from __future__ import annotations

PING_AFTER_S = 20.0
"""After so long without sending or receiving anything, a ping is due; the exchange closes after 60 s."""
SILENCE_S = 45.0
"""After so long without receiving anything, the connection is taken for dead."""


class Liveness:
    """The times at which something was last sent and received. Starts with the first ``received``."""

    def __init__(self) -> None:
        self._received: float | None = None
        self._active = 0.0
        self._given_up = False

    def received(self, now: float) -> None:
        """Something came in, whatever it was: the connection lives."""
        self._received = self._active = now
        self._given_up = False

    def sent(self, now: float) -> None:
        """Something went out."""
        self._active = now

    @property
    def due(self) -> float | None:
        """The time when ``silence`` or ``idle`` will report something; None once silence was reported."""
        if self._received is None or self._given_up:
            return None
        silent, idle = self._received + SILENCE_S, self._active + PING_AFTER_S
        return idle if idle < silent else silent

    def silence(self, now: float) -> float | None:
        """Return the seconds without input, once, when the limit is exceeded."""
        if self._received is None or self._given_up or now < self._received + SILENCE_S:
            return None
        self._given_up = True
        return now - self._received

    def idle(self, now: float) -> bool:
        """Return whether a ping is due."""
        return self._received is not None and not self._given_up and now >= self._active + PING_AFTER_S
