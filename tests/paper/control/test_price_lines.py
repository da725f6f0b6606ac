"""The line of a price: bounded, and true to its extremes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.paper.control.price_lines import POINTS_MAX, PriceLines
from runner.paper.state.market import Quote
from tests.paper.builders import NOW

PAIR = "XBT/EUR"


def at(price: Decimal) -> dict[str, Quote]:
    """The market at a price."""
    return {PAIR: Quote(bid=price, ask=price + 1, last=price)}


def line_of(steps: list[tuple[float, int]], first: int = 100) -> tuple[PriceLines, float]:
    """A line of seconds that pass and the price that follows; the time at its end."""
    now, lines = NOW, PriceLines(at(Decimal(first)), NOW)
    for seconds, price in steps:
        now += seconds
        lines.add([PAIR], at(Decimal(price)), now)
    return lines, now


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.3, 5.0, 4000.0]), st.integers(1, 10**6)), max_size=900)
)
def test_whatever_the_market_does(steps: list[tuple[float, int]]) -> None:
    """It begins with the first price and ends with the last, in the order of time, with every extreme."""
    lines, now = line_of(steps)
    points = lines.points(PAIR)
    prices = [100, *(price for _, price in steps)]
    assert len(points) <= POINTS_MAX
    assert points[0]["at"] == NOW
    assert Decimal(points[-1]["last"]) == prices[-1]
    assert min(Decimal(point["low"]) for point in points) == min(prices)
    assert max(Decimal(point["high"]) for point in points) == max(prices)
    times = [point["at"] for point in points]
    assert times == sorted(times)
    assert times[-1] <= now


def test_a_long_session_becomes_coarser() -> None:
    """Of many moves no point is dropped: neighbours become one."""
    lines, _ = line_of([(1.0, 100 + number % 7) for number in range(5 * POINTS_MAX)])
    points = lines.points(PAIR)
    assert POINTS_MAX / 2 <= len(points) <= POINTS_MAX
    assert all((point["low"], point["high"]) == ("100", "106") for point in points[:-1])


def test_the_price_is_within_the_quote() -> None:
    """Where a resting order has traded above the ask, the market is below it all the same."""
    lines = PriceLines(at(Decimal(100)), NOW)
    lines.add([PAIR], {PAIR: Quote(bid=Decimal(90), ask=Decimal(91), last=Decimal(95))}, NOW)
    assert lines.points(PAIR)[-1]["last"] == "91"


def test_a_market_that_rests_has_one_point() -> None:
    """Also one that is set to the price that it has; and a new beginning forgets what was."""
    lines, now = line_of([(1.0, 100), (1.0, 100)])
    assert lines.points(PAIR) == [{"at": NOW, "low": "100", "high": "100", "last": "100"}]
    lines.add([PAIR], at(Decimal("1E+3")), now)
    assert lines.points(PAIR)[-1]["last"] == "1000"
    lines.restart(at(Decimal(7)), now)
    assert lines.points(PAIR) == [{"at": now, "low": "7", "high": "7", "last": "7"}]
