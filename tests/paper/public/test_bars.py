"""Trades as candles and as figures of a day."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runner.paper.public.bars import BARS_KEPT, INTERVALS_MIN, Bar, Bars

START = 1_700_000_100  # a whole five minutes


def bars(*trades: tuple[int, str, str]) -> Bars:
    """Bars of trades: seconds since the start, price, volume."""
    made = Bars(Decimal(100))
    for after_s, price, volume in trades:
        made.add(Decimal(price), Decimal(volume), START + after_s)
    return made


def shown(bar: Bar) -> tuple[int, str]:
    """Open, high, low, close, volume, count."""
    prices = "/".join(f"{price:f}" for price in (bar.open, bar.high, bar.low, bar.close))
    return (bar.start - START) // 60, f"{prices} {bar.volume:f} {bar.count}"


def test_a_candle() -> None:
    """The trades of a minute; a minute without one repeats the price before, and the running one is last."""
    made = bars((0, "101", "1"), (10, "105", "2"), (20, "99", "1"), (130, "103", "4"))
    assert [shown(bar) for bar in made.candles(1, START + 200, 5)] == [
        (-1, "100/100/100/100 0 0"),
        (0, "101/105/99/99 4 3"),
        (1, "99/99/99/99 0 0"),
        (2, "103/103/103/103 4 1"),
        (3, "103/103/103/103 0 0"),
    ]
    assert made.candles(1, START, 1)[0].vwap == Decimal("102.5")


def test_longer_candles_hold_the_shorter_ones() -> None:
    """Five minutes begin where the clock's do; one is found by any moment in it."""
    made = bars((0, "101", "1"), (130, "103", "4"))
    assert [bar.start % 300 for bar in made.candles(5, START + 4000, 3)] == [0, 0, 0]
    candle = made.candle(5, START + 299)
    assert candle is not None
    assert (candle.open, candle.close, candle.count, candle.updated) == (101, 103, 2, START + 130)
    assert made.candle(1, START + 130) != candle
    assert made.candle(5, START + 300) is made.candle(5, START - 1) is None


def test_figures_of_a_day() -> None:
    """All trades since a moment as one; none is None."""
    made = bars((0, "101", "1"), (130, "103", "4"))
    whole = made.since(START)
    assert whole is not None
    assert shown(whole) == (0, "101/103/101/103 5 2")
    assert made.since(START + 200) is None
    assert [bar.count for bar in made.candles(1, START + 130, 3)] == [
        1,
        0,
        1,
    ]  # nothing was added up in place


def test_memory_has_an_end() -> None:
    """What is dropped stays as the price before the rest."""
    made = Bars(Decimal(1))
    for minute in range(BARS_KEPT + 2):
        made.add(Decimal(100 + minute), Decimal(1), START + 60 * minute)
    assert made.before == 101
    oldest = made.candles(1, START + 60 * (BARS_KEPT + 1), BARS_KEPT + 1)[0]
    assert (oldest.close, oldest.count) == (101, 0)


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 900), st.integers(1, 9)), max_size=25),
    st.sampled_from(INTERVALS_MIN[:6]),
)
def test_candles_lose_nothing(trades: list[tuple[int, int, int]], interval_min: int) -> None:
    """Whatever the interval, its candles add up to the trades, and each begins where the last one ended."""
    made = bars(*((after_s, str(price), str(volume)) for after_s, price, volume in sorted(trades)))
    candles = made.candles(interval_min, START + 20_000, 400)
    assert sum(bar.volume for bar in candles) == sum(volume for _, _, volume in trades)
    assert sum(bar.count for bar in candles) == len(trades)
    assert all(second.start - first.start == 60 * interval_min for first, second in pairwise(candles))
    assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in candles)
    assert all(second.open == first.close for first, second in pairwise(candles) if not second.count)
