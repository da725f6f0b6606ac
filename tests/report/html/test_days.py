"""The chart of what was traded by day."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.journal import RunMoney
from runner.report.html.days import HEIGHT, WIDTH, days_chart
from tests.report.histories import EUR


def money(worth: str, unknown: int = 0) -> RunMoney:
    """The trades of a day."""
    return RunMoney(currency="EUR", worth=Decimal(worth), known=1, unknown=unknown)


def test_a_bar_a_day_and_a_ring_where_not_all_is_known() -> None:
    """Days without a run are gaps; who cannot see it hears what it shows."""
    chart = days_chart("EUR", {"2026-11-01": money("50"), "2026-11-02": money("100"), "2026-11-04": EUR})
    bars = chart.findall(".//rect")
    assert [bar.findtext("title") for bar in bars] == [
        "2026-11-01: 50.00 EUR",
        "2026-11-02: 100.00 EUR",
        "2026-11-04: 1,200.50 EUR + 1 unknown",
    ]
    first, second, third = (int(bar.get("x", "")) for bar in bars)
    assert third - second > second - first
    assert len(chart.findall(".//circle")) == 1
    svg = chart.find("svg")
    assert svg is not None
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == (
        "EUR on 3 days from 2026-11-01 to 2026-11-04, most on 2026-11-04: 1,200.50 EUR + 1 unknown; "
        "of 1 day not all is known"
    )


@given(
    st.dictionaries(
        st.dates().map(str),
        st.decimals(min_value=0, max_value=10**18, places=2).map(lambda worth: money(str(worth))),
        min_size=1,
        max_size=60,
    )
)
def test_every_bar_is_inside(days: dict[str, RunMoney]) -> None:
    """Also with nothing traded at all, one day, or centuries between two."""
    for bar in days_chart("EUR", dict(sorted(days.items()))).findall(".//rect"):
        x, y, width, height = (int(bar.get(name, "")) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + width <= WIDTH
        assert 0 < y < y + height <= HEIGHT


def test_days_that_are_no_dates_follow_one_another() -> None:
    """A journal may hold any text."""
    assert len(days_chart("EUR", {"x": money("1"), "y": money("2")}).findall(".//rect")) == 2
