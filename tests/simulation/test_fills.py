"""Groups that wait until another one is filled: against the simulated exchange, whose market moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Batch, parse_rfc3339
from runner.paper import Options
from runner.paper.options.options import MarketOptions
from tests.execution.builders import batch, ended, group, order, outcomes
from tests.simulation.faults import truthful
from tests.simulation.world import START, World, exchange_of

WITHIN_S = 900
SLOW = order("x")
"""A bid that nothing fills while the market does not fall."""


@dataclass
class Moving(World):
    """A world in which things happen at set times, in seconds after its start."""

    script: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def at(self, after_s: float, act: Callable[[], None]) -> None:
        """Let something happen at a time, whichever process is alive by then."""
        self.script.append((START + after_s, act))

    def fill(self, ask: str = "99") -> None:
        """Let the market fall, so that what bids that much is filled."""
        self._deliver(self.exchange.set_quote("ETH/EUR", Decimal(ask) - 1, Decimal(ask), self.now))

    def timers(self) -> Iterator[float | None]:
        """Return what else is due: what happens at a set time."""
        yield from super().timers()
        yield min((moment for moment, _ in self.script), default=None)

    def pass_time(self) -> None:
        """Let happen what is due."""
        due = [one for one in self.script if one[0] <= self.now]
        self.script = [one for one in self.script if one[0] > self.now]
        for _, act in due:
            act()
        super().pass_time()


def buys(otherwise: str = "stop", within: str = "15m", *orders: str, **keys: str) -> str:
    """A group that waits until `sell` is filled."""
    need = f"{{group: sell, until: filled, within: {within}, otherwise: {otherwise}}}"
    return group("buy", *(orders or ["a"]), needs=f"[{need}]", **keys)


def two(otherwise: str = "stop", *orders: str, **keys: str) -> Batch:
    """A batch of two groups, of which the second waits until the first is filled."""
    return batch(group("sell", *(orders or [SLOW]), **keys), buys(otherwise))


def barrier(manifest: dict[str, Any], name: str = "buy") -> dict[str, Any]:
    """The one barrier of a group, as a manifest has it."""
    (found,) = next(one for one in manifest["groups"] if one["name"] == name)["barriers"]
    return dict(found)


def sent_at(world: World, id: str) -> list[float]:
    """When an order left, in seconds after the start."""
    return [parse_rfc3339(e["at"]) - START for e in world.entries("order-intent") if e["id"] == id]


def until(world: World) -> list[float]:
    """The moments that are written down, in seconds after the start."""
    return [parse_rfc3339(e["until"]) - START for e in world.entries("fills-awaited")]


def test_a_group_waits_until_the_one_that_it_needs_is_filled() -> None:
    """It leaves at once then, and what it followed from is written down before."""
    world = Moving()
    world.at(100, world.fill)
    manifest = truthful(world, world.apply(two()))
    assert (manifest["outcome"], ended(manifest)) == ("done", {"sell": "done", "buy": "done"})
    assert sent_at(world, "a") == [pytest.approx(100, abs=0.1)]
    kinds = [entry["entry"] for entry in world.journal]
    awaited, settled = kinds.index("fills-awaited"), kinds.index("fills-settled")
    assert kinds.index("order-placed") < awaited < kinds.index("orders-executed", awaited) < settled
    assert kinds.index("order-intent", awaited) > settled
    assert barrier(manifest)["outcome"] == "filled"
    assert parse_rfc3339(barrier(manifest)["until"]) - START == pytest.approx(WITHIN_S, abs=1)


def test_what_is_filled_at_once_is_not_waited_for() -> None:
    """No moment is written down, and the records are not queried."""
    world = Moving()
    manifest = truthful(world, world.apply(two("stop", order("x", price="160"))))
    assert manifest["outcome"] == "done"
    assert (barrier(manifest)["outcome"], barrier(manifest)["until"]) == ("filled", None)
    assert world.entries("fills-awaited") == world.queries == []


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
def test_the_time_is_over(otherwise: str) -> None:
    """The open rest is left alone or canceled, and the group is skipped, or sent all the same."""
    world = Moving(exchange_of(Options(market=MarketOptions(depth=Decimal("0.1")))))
    world.at(100, world.fill)
    manifest = truthful(world, world.apply(two(otherwise)))
    reason = "sell: 0.1 of 0.25 filled at 2026-11-18T10:28:20Z"
    told = barrier(manifest)
    assert told["outcome"] == "unfilled"
    assert told["reason"].startswith("sell: 0.1 of 0.25 filled at ")
    assert world.now - START == pytest.approx(WITHIN_S, abs=10)
    match otherwise:
        case "proceed":
            assert (manifest["outcome"], outcomes(manifest)["buy/a"]) == ("done", "placed")
            assert sent_at(world, "a")[0] > WITHIN_S
        case "stop":
            assert (manifest["outcome"], ended(manifest)["buy"]) == ("incomplete", "skipped")
            assert manifest["groups"][1]["reason"] == told["reason"]
            assert world.frames("cancelOrder") == []
        case _:
            assert ended(manifest) == {"sell": "unwound", "buy": "skipped"}
            (result,) = manifest["groups"][0]["unwind"]["results"]
            assert (result["outcome"], Decimal(result["vol_exec"])) == ("canceled", Decimal("0.1"))
            assert not world.exchange.state().live.keys() & {result["txid"]}
    assert reason
