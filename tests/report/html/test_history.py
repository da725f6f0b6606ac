"""The page of all runs."""

from __future__ import annotations

from runner.journal import History
from runner.report.html.history import history_page
from tests.report.histories import FULL, past_run


def test_the_page_has_charts_days_and_runs() -> None:
    """The newest first; what could not be read is said; the words of others are text."""
    page = history_page(FULL)
    assert page.index("ladder#2") < page.index("weekly@2026-W47#3") < page.index("weekly@2026-W47#2")
    assert page.count("<svg") == 1, "of XBT nothing is known"
    assert "unknown XBT (2 orders)" in page
    assert "Not read: state/" in page
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "alice, 2026-11-22 06:00:00 UTC: fine" in page
    assert "The same as a table" in page


def test_nothing_is_a_page_too() -> None:
    """And of very many runs it says how many are left out."""
    assert "History: no runs" in history_page(History(runs=()))
    assert "and 101 more, which --format json shows" in history_page(History(runs=(past_run(),) * 301))
