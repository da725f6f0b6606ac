"""The chart of a pair in a comment."""

from __future__ import annotations

import re

from runner.report.markdown.drawing import POINTS, drawing_sections
from tests.review.markets import account, group, order, reviewed


def charts(*orders: str) -> list[str]:
    """The charts of some orders."""
    review = reviewed(group(*orders), account=account())
    return ["\n".join(section.head) for section in drawing_sections(review)]


def ladder(number: int) -> list[str]:
    """So many rungs."""
    return [order(f"rung-{place}", price=f"{140 - place / 10:.1f}") for place in range(number)]


def series(chart: str) -> list[list[str]]:
    """The lines of a chart, as their numbers."""
    return [line.split(", ") for line in re.findall(r"^  line \[(.*)\]$", chart, re.MULTILINE)]


def test_prices_are_drawn_beside_the_market() -> None:
    """In the order of the file; an order that is far from the others is a spike."""
    (chart,) = charts(*ladder(4), order("odd", price="14.0"))
    prices, market = series(chart)
    assert prices == ["140", "139.9", "139.8", "139.7", "14"]
    assert len(set(market)) == 1
    assert chart.startswith('```mermaid\nxychart-beta\n  title "ETH/EUR: ')
    assert chart.endswith("\n```")


def test_two_orders_are_no_series() -> None:
    """The table shows them."""
    assert charts(*ladder(2)) == []
    assert drawing_sections(None) == []


def test_of_many_orders_the_odd_one_is_always_drawn() -> None:
    """The others are a sample."""
    rungs = ladder(400)
    rungs[123] = order("odd", price="14.0")
    prices, _ = series(charts(*rungs)[0])
    assert "14" in prices
    assert len(prices) <= 2 * POINTS


def test_pairs_with_an_odd_order_come_first() -> None:
    """A reader sees one chart at a time."""
    others = [
        order(f"x{place}", pair="XBT/EUR", price=f"{8000 - place * 10}.0", volume="0.01")
        for place in range(5)
    ]
    found = charts(*others, *ladder(5), order("odd", price="14.0"))
    assert "ETH/EUR" in found[0]
    assert "XBT/EUR" in found[1]
