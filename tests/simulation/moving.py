"""A world whose market moves at set times, and batches in which a group waits until another one is filled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Batch, parse_rfc3339
from runner.paper import Options
from runner.paper.options.options import MarketOptions
from tests.execution.builders import batch, group, order
from tests.simulation.world import World, exchange_of
from tests.support.virtual_run import Killed
from tests.support.virtual_time import START

WITHIN_S = 900
SLOW = order("x")
"""A bid that nothing fills while the market does not fall."""


class Moving(World):
    """A world in which things happen at set times, in seconds after its start."""

    def at(self, after_s: float, act: Callable[[], None]) -> None:
        """Let something happen at a time, whichever process is alive by then."""
        self.time.at(START + after_s, act)

    def fill(self, ask: str = "99") -> None:
        """Let the market fall, so that what bids that much is filled."""
        self._deliver(self.exchange.set_quote("ETH/EUR", Decimal(ask) - 1, Decimal(ask), self.now))


def buys(otherwise: str = "stop", within: str = "15m", *orders: str, **keys: str) -> str:
    """A group that waits until `sell` is filled."""
    need = f"{{group: sell, until: filled, within: {within}, otherwise: {otherwise}}}"
    return group("buy", *(orders or ["a"]), needs=f"[{need}]", **keys)


def two(otherwise: str = "stop", *orders: str, **keys: str) -> Batch:
    """A batch of two groups, of which the second waits until the first is filled."""
    return batch(group("sell", *(orders or [SLOW]), **keys), buys(otherwise))


def barrier(manifest: dict[str, Any], name: str = "buy") -> dict[str, Any]:
    """The one barrier of a group, as a manifest has it."""
    (found,) = next(group for group in manifest["groups"] if group["name"] == name)["barriers"]
    return dict(found)


def sent_at(world: World, id: str) -> list[float]:
    """Return when an order left, in seconds after the start."""
    return [parse_rfc3339(e["at"]) - START for e in world.entries("order-intent") if e["id"] == id]


def until(world: World) -> list[float]:
    """The moments that are written down, in seconds after the start."""
    return [parse_rfc3339(e["until"]) - START for e in world.entries("fills-awaited")]


def shallow() -> Moving:
    """A world in which the order is filled in part, after 100 s."""
    world = Moving(exchange_of(Options(market=MarketOptions(depth=Decimal("1.1")))))
    world.at(100, world.fill)
    return world


def killed_in_the_wait(world: Moving, batch: Batch, *, after_s: float) -> None:
    """Apply a batch, and die after so many seconds."""

    def die() -> None:
        raise Killed

    world.at(after_s, die)
    with pytest.raises(Killed):
        world.apply(batch)


def soon(*, fills: bool) -> Moving:
    """A world whose market falls after 2 s, or never."""
    world = Moving()
    if fills:
        world.at(2, world.fill)
    return world
