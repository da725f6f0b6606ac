"""The expected course of a run: how long it takes, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.protocol import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdedPair:
    """A pair on which more orders may come to be open than its cap allows."""

    pair: str
    orders: int
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryForecast:
    """The look through the ``closed`` orders of an account before the first order leaves, by when the call
    counter lets it end. Where it is not known how many orders there are, ``seconds`` is the most it takes.
    """

    closed: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run will take: ``seconds`` in all, 0 when everything may leave at once.

    ``bottleneck``: the pair that everything else waits for, None when nothing waits. ``history`` is what
    comes before the first order, None if nothing has to be looked up.
    """

    tier: Tier
    orders: int
    pairs: int
    seconds: float
    bottleneck: str | None
    crowded: tuple[CrowdedPair, ...]
    history: HistoryForecast | None = None
