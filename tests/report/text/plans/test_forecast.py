"""The forecast of a plan in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.kraken import Tier
from runner.planning import CrowdedPair, Forecast, HistoryForecast
from runner.report.lines import plain
from runner.report.text.plans.forecast import describe_crowded_pairs, forecast_lines, forecast_object

LONG = Forecast(tier=Tier.INTERMEDIATE, orders=412, pairs=6, seconds=220.2, bottleneck="XBT/USD", crowded=())
CROWDED = Forecast(
    tier=Tier.STARTER,
    orders=75,
    pairs=1,
    seconds=15.25,
    bottleneck="ETH/EUR",
    crowded=(CrowdedPair(pair="ETH/EUR", orders=75, allowed=60),),
)


def words(forecast: Forecast, width: int = 120) -> list[str]:
    """The lines without their styles."""
    return [plain(line) for line in forecast_lines(forecast, width)]


def test_how_long_and_why() -> None:
    """In one line."""
    expected = "412 orders, 6 pairs, about 3 min 40 s on Intermediate; XBT/USD is the bottleneck"
    assert words(LONG) == [expected]


def test_a_wait_for_fills_has_only_an_end() -> None:
    """Its duration is up to the market."""
    fills = replace(LONG, bottleneck=None, seconds=0, awaited=("sell",), fills_s=900)
    basics = "412 orders, 6 pairs, no waiting for the rate limit on Intermediate"
    assert words(fills) == [f"{basics}; until every order of sell is filled, up to 15m more"]
    both = replace(fills, awaited=("a", "b"), fills_s=5401)
    assert words(both, 160)[0].endswith("; until every order of a and b is filled, up to 5401s more")
    assert (forecast_object(both)["awaited"], forecast_object(both)["fills_seconds"]) == (["a", "b"], 5401)


def test_no_waiting() -> None:
    """And nothing at all where nothing is sent."""
    quick = Forecast(tier=Tier.PRO, orders=1, pairs=1, seconds=0, bottleneck=None, crowded=())
    assert words(quick) == ["1 order, 1 pair, no waiting for the rate limit on Pro"]
    idle = Forecast(tier=Tier.PRO, orders=0, pairs=0, seconds=0, bottleneck=None, crowded=())
    assert words(idle) == []


def test_too_many_open_orders_are_said_by_the_checks() -> None:
    """Here only for who sends unchecked; a plan says it once, at its line."""
    assert words(CROWDED, 200) == ["75 orders, 1 pair, about 15.2 s on Starter; ETH/EUR is the bottleneck"]
    (warning,) = describe_crowded_pairs(CROWDED)
    assert warning.startswith("75 of these orders may be open on ETH/EUR at once; Starter allows 60")


def test_for_programs() -> None:
    """Plain data."""
    assert forecast_object(CROWDED) == {
        "tier": "starter",
        "orders": 75,
        "pairs": 1,
        "seconds": 15.2,
        "bottleneck": "ETH/EUR",
        "crowded": [{"pair": "ETH/EUR", "orders": 75, "allowed": 60}],
        "awaited": [],
        "fills_seconds": 0,
        "history": None,
    }


@pytest.mark.parametrize(
    ("closed", "seconds", "ending"),
    [
        (
            10_000,
            1166.66,
            "; before the first order a look through 10000 closed orders takes about 19 min 27 s",
        ),
        (1, 2.0, "; before the first order a look through 1 closed order takes about 2.0 s"),
        (
            None,
            112.1,
            "; before the first order a look through the account's closed orders, however many there are, "
            "takes at most 1 min 52 s",
        ),
        (30, 1.9, ""),
    ],
)
def test_how_long_the_first_look_takes(closed: int | None, seconds: float, ending: str) -> None:
    """With the forecast, unless it is over in a moment; in numbers always."""
    long = replace(LONG, history=HistoryForecast(closed=closed, seconds=seconds))
    assert words(long, 400) == [words(LONG)[0] + ending]
    expected = {"closed_orders": closed, "seconds": round(seconds, 1), "since": None}
    assert forecast_object(long)["history"] == expected


@pytest.mark.parametrize(
    ("closed", "what"),
    [
        (60, "60 closed orders since 2026-11-18T11:06:40Z takes about 9.0 s"),
        (
            None,
            "the account's closed orders since 2026-11-18T11:06:40Z, however many there are, "
            "takes at most 9.0 s",
        ),
    ],
)
def test_a_look_that_is_bounded_says_since_when(closed: int | None, what: str) -> None:
    """By the batch's creation, or by the look that a saved plan was made after."""
    history = HistoryForecast(closed=closed, seconds=9.0, since=1_795_000_000.25)
    bounded = replace(LONG, history=history)
    assert words(bounded, 400) == [f"{words(LONG)[0]}; before the first order a look through {what}"]
    assert forecast_object(bounded)["history"]["since"] == "2026-11-18T11:06:40.250Z"
