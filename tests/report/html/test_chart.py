"""The ladder view of a pair."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Quote
from runner.report.html.chart import BIN, LONGEST, MARGIN, MIDDLE, WIDTH, Mark, chart

QUOTE = Quote(bid=Decimal(100), ask=Decimal(101), last=Decimal(100), at=0.0)


def mark(price: str, volume: str = "1", *, buy: bool = True, look: bool = False) -> Mark:
    """An order."""
    return Mark(name=f"at-{price}", buy=buy, price=Decimal(price), volume=Decimal(volume), look=look)


def drawn(*marks: Mark, quote: Quote | None = QUOTE) -> ET.Element:
    """The drawing."""
    found = chart("ETH/EUR", marks, quote).find("svg")
    assert found is not None
    return found


def bars(drawing: ET.Element) -> list[tuple[int, int, int, str]]:
    """Each bar: x, y, length, class."""
    return [
        (int(bar.get("x", "")), int(bar.get("y", "")), int(bar.get("width", "")), bar.get("class", ""))
        for bar in drawing.iter("rect")
    ]


def test_buys_are_left_and_sells_right() -> None:
    """By their volume, higher prices above."""
    sell, buy = bars(drawn(mark("90", "1"), mark("110", "2", buy=False)))
    assert (buy[0] + buy[2], buy[3]) == (MIDDLE, "bar-buy")
    assert (sell[0], sell[2], sell[3]) == (MIDDLE, LONGEST, "bar-sell")
    assert buy[2] == LONGEST // 2
    assert sell[1] < buy[1]


def test_the_market_has_its_line() -> None:
    """Bid and ask; without a market there is none."""
    assert len(drawn(mark("90")).findall("line[@class='market']")) == 2
    assert drawn(mark("90"), quote=None).findall("line[@class='market']") == []


def test_an_outlier_is_named_at_the_edge() -> None:
    """The others stay to scale."""
    ladder = [mark(str(90 + number)) for number in range(10)]
    drawing = drawn(*ladder, mark("9.5", look=True))
    (label,) = drawing.findall("text[@class='outlier-text']")
    assert label.text == "at-9.5 9.5 ↓"
    places = [bar[1] for bar in bars(drawing)]
    assert max(places) - sorted(places)[-2] < 3 * MARGIN


def test_names_are_inside_and_apart() -> None:
    """Long ones are cut; two orders at one price have two lines."""
    long = Mark(name="group/" + "x" * 60, buy=True, price=Decimal(90), volume=Decimal(1), look=True)
    labels = drawn(long, mark("90", look=True)).findall("text[@class='outlier-text']")
    assert len({label.get("y") for label in labels}) == 2
    for label in labels:
        assert int(label.get("x", "")) + 7 * len(label.text or "") <= WIDTH


def test_many_orders_share_bars() -> None:
    """The drawing does not grow with the batch."""
    drawing = drawn(*(mark(f"{50 + number / 100}") for number in range(10_000)))
    assert len(bars(drawing)) < 600 / BIN


def test_it_says_in_words_what_it_shows() -> None:
    """For who cannot see it."""
    words = drawn(mark("90"), mark("9", look=True)).get("aria-label")
    assert words == ("ETH/EUR: 2 buys and 0 sells, the market at 100; worth a second look: at-9 at 9")


PRICES = st.decimals("0.00000001", "100000000", allow_nan=False, places=8)


@pytest.mark.hypothesis
@given(
    st.lists(st.tuples(PRICES, PRICES, st.booleans(), st.booleans()), min_size=1, max_size=20),
    st.booleans(),
)
def test_whatever_the_prices_all_is_inside(
    orders: list[tuple[Decimal, Decimal, bool, bool]], known: bool
) -> None:
    """No bar and no label leaves the drawing at the top or the bottom."""
    marks = [
        Mark(name="x", buy=buy, price=price, volume=volume, look=look) for price, volume, buy, look in orders
    ]
    drawing = drawn(*marks, quote=QUOTE if known else None)
    height = int(drawing.get("viewBox", "").split()[3])
    for x, y, length, _ in bars(drawing):
        assert 0 <= x <= x + length <= WIDTH
        assert 0 <= y < height
