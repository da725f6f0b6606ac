"""The call counter of the REST API: how long to wait before a call that the exchange will not refuse.

A counter a key, raised by each call and falling with time. The costs are the larger of the documented ones,
for a call refused costs more than a moment of waiting.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .rate_limits import Tier

CALL_LIMITS = MappingProxyType({Tier.STARTER: (15, 0.33), Tier.INTERMEDIATE: (20, 0.5), Tier.PRO: (20, 1.0)})
"""The maximum of each tier's call counter, and its decay per second."""

CALL_COST = 1
RECORDS_COST = 2
"""Cost of reading open or closed orders."""

PAGE_ORDERS = 50
"""Number of closed orders on one page of the exchange."""


@dataclass(slots=True)
class CallBudget:
    """The call counter of one key, as far as it is known.

    Other programs may use the same key. Times are in Unix seconds.
    """

    most: float
    per_s: float
    used: float = 0.0
    since: float = 0.0

    def wait_s(self, cost: int, now: float) -> float:
        """Return how many seconds a call of this cost has to wait; 0 for none."""
        over = self._used_at(now) + cost - self.most
        return max(0.0, over / self.per_s)

    def spend(self, cost: int, now: float) -> None:
        """Count a call that is made now."""
        self.used, self.since = self._used_at(now) + cost, now

    def _used_at(self, now: float) -> float:
        return max(0.0, self.used - (now - self.since) * self.per_s)


def cheaper_by_id(pages: int, ids: int) -> bool:
    """Return whether fewer calls find closed orders by their ids than page by page."""
    return pages > ids


def calls_of_look(ids: int, closed: int | None) -> int:
    """Return the number of calls that a look for so many ids costs among so many ``closed`` orders.

    That is the first page, and then the other pages or the ids. If the number of orders is unknown, it is
    the maximum.
    """
    pages = ids + 1 if closed is None else max(0, -(-closed // PAGE_ORDERS) - 1)
    return 1 + (ids if cheaper_by_id(pages, ids) else pages)


def records_wait_s(calls: int, tier: Tier) -> float:
    """Return how many seconds so many calls for records have to wait in all, from an empty counter on."""
    return CallBudget(*CALL_LIMITS[tier]).wait_s(calls * RECORDS_COST, 0.0)
