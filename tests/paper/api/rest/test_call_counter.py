"""The call counter of an API key, by itself and in front of the calls."""

from __future__ import annotations

import json

import pytest

from runner.kraken import Tier
from runner.paper import Options
from runner.paper.api.rest.call_counter import CallCounter
from runner.paper.options.options import LimitOptions, RestOptions
from tests.paper.builders import NOW, Desk


def test_it_rises_with_calls_and_falls_with_time() -> None:
    """Refused calls are not counted; what has fallen away can be used again."""
    counter = CallCounter(3, 0.5)
    assert [counter.admits(1, NOW) for _ in range(5)] == [True, True, True, False, False]
    assert not counter.admits(1, NOW + 1.9)
    assert counter.admits(1, NOW + 2)
    assert not counter.admits(1, NOW + 2)
    assert counter.admits(3, NOW + 100)


def test_nothing_is_free_but_what_costs_nothing() -> None:
    """A full counter still admits what it does not count; without a limit it admits everything."""
    full = CallCounter(0, 1.0)
    assert full.admits(0, NOW)
    assert not full.admits(1, NOW)
    assert CallCounter(None, 0.0).admits(1000, NOW)


def calls_before_refusal(desk: Desk, call: str, times: int) -> int:
    """Return how many calls of a kind go through before one is refused."""
    for number in range(times):
        content = json.loads(desk.post(f"/0/private/{call}"))
        if content["error"] == ["EAPI:Rate limit exceeded"]:
            return number
        assert not content["error"]
    return times


@pytest.mark.parametrize(
    ("call", "options", "count"),
    [
        ("Balance", Options(), 14),
        ("ClosedOrders", Options(), 14),
        ("ClosedOrders", Options(rest=RestOptions(orders_cost=2)), 7),
        ("TradesHistory", Options(), 3),
        ("CancelAll", Options(), 40),
        ("Balance", Options(rest=RestOptions(enforce_rates=False)), 40),
        ("Balance", Options(rest=RestOptions(calls_max=17)), 16),
        ("Balance", Options(limits=LimitOptions(tier=Tier.INTERMEDIATE)), 19),
        ("Balance", Options(limits=LimitOptions(tier=Tier.PRO)), 19),
    ],
    ids=str,
)
def test_calls_cost_what_the_options_say(call: str, options: Options, count: int) -> None:
    """The desk's own token call was the first; orders and cancels are outside this counter."""
    assert calls_before_refusal(Desk(options=options), call, 40) == count


@pytest.mark.parametrize(
    ("options", "again"),
    [
        (Options(), 3),
        (Options(limits=LimitOptions(tier=Tier.INTERMEDIATE)), 5),
        (Options(limits=LimitOptions(tier=Tier.PRO)), 10),
        (Options(rest=RestOptions(calls_per_s=0.2)), 2),
    ],
    ids=str,
)
def test_each_tier_forgets_at_its_own_pace(options: Options, again: int) -> None:
    """So many calls come back in ten seconds."""
    desk = Desk(options=options)
    calls_before_refusal(desk, "Balance", 40)
    desk.wait(10.05)
    assert calls_before_refusal(desk, "Balance", 40) == again


def test_a_refused_call_works_again_later() -> None:
    """One call comes back about every three seconds."""
    desk = Desk()
    assert calls_before_refusal(desk, "Balance", 40) == 14
    desk.wait(3.1)
    assert calls_before_refusal(desk, "Balance", 40) == 1
