"""The trading rate counter: what a transaction costs, how fast that is forgotten, how much is allowed.

One counter for each client and pair, whichever way the orders go in; client and simulated exchange reckon
with the same one. Whether a transaction is refused, and when one is sent, is decided elsewhere.
Source: https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Tier(StrEnum):
    """The verification level of an account; it decides how fast that account may trade."""

    STARTER = "starter"
    INTERMEDIATE = "intermediate"
    PRO = "pro"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of an account on each pair.

    ``threshold`` and ``decay_per_s`` are in units of the counter; ``open_orders_max`` counts orders.
    """

    threshold: float
    decay_per_s: float
    open_orders_max: int


LIMITS: Final[Mapping[Tier, Limits]] = MappingProxyType(
    {
        Tier.STARTER: Limits(threshold=60, decay_per_s=1, open_orders_max=60),
        Tier.INTERMEDIATE: Limits(threshold=125, decay_per_s=2.34, open_orders_max=80),
        Tier.PRO: Limits(threshold=180, decay_per_s=3.75, open_orders_max=225),
    }
)

AGE_BOUNDS_S: Final = (5, 10, 15, 45, 90, 300)
"""The ages of an order at which changing it gets cheaper: seconds since its creation or last amendment."""


class Transaction(StrEnum):
    """The transactions that count. A natural fill, an expiry, and canceling what is not open do not."""

    ADD = "add"
    AMEND = "amend"
    EDIT = "edit"
    CANCEL = "cancel"


_FIXED = {Transaction.ADD: 1, Transaction.AMEND: 1, Transaction.EDIT: 1, Transaction.CANCEL: 0}
_BY_AGE = {
    Transaction.AMEND: (3, 2, 1, 0, 0, 0, 0),
    Transaction.EDIT: (6, 5, 4, 2, 1, 0, 0),
    Transaction.CANCEL: (8, 6, 5, 4, 2, 1, 0),
}


def fixed_cost(transaction: Transaction) -> int:
    """Return the part that is charged on receipt, even if the transaction is refused afterwards."""
    return _FIXED[transaction]


def cost(transaction: Transaction, age_s: float = math.inf) -> int:
    """Return what a transaction costs on an order of this age (seconds); an addition has no age."""
    by_age = _BY_AGE.get(transaction)
    return _FIXED[transaction] + (by_age[bisect_right(AGE_BOUNDS_S, age_s)] if by_age else 0)


def cancel_cost(ages_s: Iterable[float]) -> int:
    """Return what canceling orders of these ages (seconds) costs, in one message or in several.

    Each order is charged separately.
    """
    return sum(cost(Transaction.CANCEL, age_s) for age_s in ages_s)


def tier_within(threshold: float) -> Tier:
    """Return the highest tier within a threshold that the exchange has reported; Starter below all."""
    within = [tier for tier in Tier if LIMITS[tier].threshold <= threshold]
    return within[-1] if within else Tier.STARTER


class RateCounter(Struct, frozen=True):
    """A counter's value at ``since`` (Unix seconds); it decays to zero.

    ``stepped``: it decays once a second, at the full second, instead of continuously.
    """

    decay_per_s: float
    level: float = 0.0
    since: float = 0.0
    stepped: bool = False

    def at(self, now: float) -> float:
        """Return the level at ``now`` (Unix seconds); a moment before ``since`` counts as ``since``."""
        if now <= self.since:
            return self.level
        past = math.floor(now) - math.floor(self.since) if self.stepped else now - self.since
        level = self.level - past * self.decay_per_s
        return level if level > 0 else 0.0

    def charged(self, amount: float, now: float) -> RateCounter:
        """Return the counter after a transaction of this cost, or after a correction by a negative amount."""
        level = self.at(now) + amount
        since = now if now > self.since else self.since
        return RateCounter(self.decay_per_s, level if level > 0 else 0.0, since, self.stepped)

    def falls_to(self, level: float, now: float) -> float:
        """Return when it will have fallen to a level that is not negative: ``now`` if it already has."""
        assert level >= 0, level
        over = self.at(now) - level
        return now if over <= 0 else now + over / self.decay_per_s
