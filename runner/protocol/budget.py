"""The call counter of the REST API: how long to wait before a call that the exchange will not refuse.

A counter a key, raised by each call and falling with time. The numbers are those of the lowest tier and
the larger of the documented costs, for a call refused costs more than a moment of waiting.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits
"""

from __future__ import annotations

from dataclasses import dataclass

CALLS_MAX = 15
CALLS_PER_S = 0.33

CALL_COST = 1
RECORDS_COST = 2
"""What reading open or closed orders costs."""


@dataclass(slots=True)
class CallBudget:
    """What one key has used up, as far as we know: other programs may use it too. Times in Unix seconds."""

    used: float = 0.0
    since: float = 0.0

    def wait_s(self, cost: int, now: float) -> float:
        """How long a call of this cost has to wait; 0 when it may go now."""
        over = self._used_at(now) + cost - CALLS_MAX
        return max(0.0, over / CALLS_PER_S)

    def spend(self, cost: int, now: float) -> None:
        """Count a call that leaves now."""
        self.used, self.since = self._used_at(now) + cost, now

    def _used_at(self, now: float) -> float:
        return max(0.0, self.used - (now - self.since) * CALLS_PER_S)
