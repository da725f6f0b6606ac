"""The expected course of a run: how long it takes, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.kraken import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdedPair:
    """A pair on which more orders may come to be open than its cap allows."""

    pair: str
    orders: int
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryForecast:
    """The time to look through an account's ``closed`` orders before the first order, by the call counter.

    ``closed``: the number of these orders; if it is None (unknown), ``seconds`` is the maximum. ``since``:
    only orders that have ended since this time, in Unix seconds; None for all.
    """

    closed: int | None
    seconds: float
    since: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The time that a run requires: ``seconds`` in all, 0 if everything may be sent at once.

    ``bottleneck``: the pair that everything else waits for, None if nothing waits. ``history``: the look-up
    before the first order, None if there is none. ``awaited``: the groups that others wait for until they are
    filled. How long that takes is unknown; ``fills_s`` is the longest, in seconds beside ``seconds``.
    """

    tier: Tier
    orders: int
    pairs: int
    seconds: float
    bottleneck: str | None
    crowded: tuple[CrowdedPair, ...]
    history: HistoryForecast | None = None
    awaited: tuple[str, ...] = ()
    fills_s: int = 0
