"""The call counter of an API key: raised by each private REST call, and falling with time.

Orders and cancels are not counted here: they have a counter of their own.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits
"""

from __future__ import annotations


class CallCounter:
    """One key's counter, up to ``most``, falling by ``decay_per_s``; without ``most`` it refuses nothing."""

    def __init__(self, most: int | None, decay_per_s: float) -> None:
        self._most = most
        self._decay_per_s = decay_per_s
        self._used = 0.0
        self._since = 0.0

    def admits(self, cost: int, now: float) -> bool:
        """Whether a call of this cost may be made now (Unix seconds); then it is counted."""
        if self._most is None or not cost:
            return True
        used = max(0.0, self._used - (now - self._since) * self._decay_per_s)
        if used + cost > self._most:
            return False
        self._used, self._since = used + cost, now
        return True
