"""The call counter of an API key: raised by each private REST call, and falling with time.

Orders and cancels are not counted here: they have another counter.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken import CALL_LIMITS

if TYPE_CHECKING:
    from runner.paper.options.options import Options


def counter_for(options: Options) -> CallCounter:
    """Return the counter that the options ask for: the tier's, but for what they say otherwise."""
    most, decay_per_s = CALL_LIMITS[options.limits.tier]
    if options.rest.calls_max is not None:
        most = options.rest.calls_max
    if options.rest.calls_per_s is not None:
        decay_per_s = options.rest.calls_per_s
    return CallCounter(most if options.rest.enforce_rates else None, decay_per_s)


class CallCounter:
    """One key's counter, up to ``most``, falling by ``decay_per_s``; without ``most`` it refuses nothing."""

    def __init__(self, most: int | None, decay_per_s: float) -> None:
        self._most = most
        self._decay_per_s = decay_per_s
        self._used = 0.0
        self._since = 0.0

    def admits(self, cost: int, now: float) -> bool:
        """Return whether a call of this cost may be made now (Unix seconds), and count it if so."""
        if self._most is None or not cost:
            return True
        used = max(0.0, self._used - (now - self._since) * self._decay_per_s)
        if used + cost > self._most:
            return False
        self._used, self._since = used + cost, now
        return True
