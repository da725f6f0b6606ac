"""The current wait of a run, and its end: in whole runs, whose time is virtual."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from runner.execution import ConnectFailed, Timing, Wait
from runner.paper import Options
from runner.paper.options.options import RestOptions
from tests.execution.builders import FIRST, NOW, batch, group, many, order
from tests.simulation.world import World, exchange_of

if TYPE_CHECKING:
    from runner.execution import Progress

MARKET: dict[str, str | None] = {"ordertype": "market", "price": None}
NOTICED_S = 2.0


class Watched:
    """A world, and what its runs wait for as time goes by."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: list[tuple[float, Progress]] = []
        world.on_step = self._note

    def _note(self, world: World) -> None:
        self.seen.append((world.now, world.execution.progress()))

    def unexplained(self) -> list[tuple[float, float]]:
        """The spans longer than two seconds in which nothing happens and no wait is named."""
        ends = [*self.seen[1:], (self.world.now, self.seen[-1][1])]
        spans = zip(self.seen, ends, strict=True)
        return [(at, to) for (at, step), (to, _) in spans if to - at > NOTICED_S and step.wait is None]

    def waits(self) -> list[Wait]:
        """Return what was waited for, one after the other."""
        found = [step.wait for _, step in self.seen if step.wait is not None]
        return [found[0], *(b for a, b in pairwise(found) if a.what != b.what)] if found else []


def test_the_window_after_a_trade_of_unknown_origin_is_named() -> None:
    """The message names the order, and until when at most the run waits for it."""
    watched = Watched(World(exchange_of(Options(rest=RestOptions(lag_s=60)))))
    world = watched.world
    world.apply(batch(group("g", order("a", **MARKET)), name="one"))
    world.journal, watched.seen = [], []
    began = world.now
    world.apply(batch(group("g", "a"), name="two"))
    (wait,) = [wait for wait in watched.waits() if "just traded" in wait.what]
    assert world.booked()[0] in wait.what or "O" in wait.what
    assert wait.until is not None
    assert 80 < wait.until - began < 90
    assert watched.unexplained() == []


def test_orders_of_a_runner_that_died_are_named_as_such() -> None:
    """Nothing is sent until the records are complete."""
    watched = Watched(World())
    world = watched.world
    world.apply(batch(group("g", "a")))
    world.journal, watched.seen = [], []
    world.apply(batch(group("g", "a", "b")))
    assert any("another run has placed" in wait.what for wait in watched.waits())
    assert watched.unexplained() == []


def test_an_order_in_doubt_is_named() -> None:
    """Its reply was lost, and it never arrived: until the records prove that, the run waits."""
    watched = Watched(World())
    world = watched.world
    world.to_exchange = lambda frame: [] if frame.get("event") == "addOrder" else [0.01]
    timing = Timing(settle_s=20.0)
    world.apply(batch(group("g", "a")), timing=timing)
    assert any("became of g/a" in wait.what for wait in watched.waits())
    assert any("replies to 1 order" in wait.what for wait in watched.waits())
    assert watched.unexplained() == []


def test_the_rate_limit_a_lost_connection_and_cancellations_are_named() -> None:
    """So is whatever else takes longer than a moment."""
    watched = Watched(World())
    world = watched.world
    failures = [ConnectFailed("no way there")] * 2
    world.refuse = lambda: failures.pop() if failures else None
    world.apply(batch(group("g", *many(70), cancel=f"[{FIRST}]")))
    words = " ".join(wait.what for wait in watched.waits())
    assert "a connection (no way there)" in words
    assert "attempt 2 of at most 60" in {wait.detail for wait in watched.waits()}
    assert "the rate limit of ETH/EUR" in words
    assert watched.unexplained() == []


def test_the_second_before_a_cancellation_is_named() -> None:
    """The new order has to stay open for so long, and then the news are waited for."""
    watched = Watched(World())
    watched.world.apply(batch(group("g", "a", cancel=f"[{FIRST}]")))
    *_, rests, news = watched.waits()
    assert "to stay open" in rests.what
    assert rests.until == pytest.approx(NOW + 1.13)
    assert news.what == "news of what was canceled"
