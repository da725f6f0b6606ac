"""Several files in words."""

from __future__ import annotations

import io

import pytest

from runner.report import Format, Output
from runner.report.base import FailedResult, NotBegunResult, SeriesResult
from runner.report.text.runs.series_words import (
    briefly,
    describe_outcome,
    headline,
    planned_totals,
    run_counts,
    sums,
)
from tests.report import series


class Keeping(Output):
    """An output that keeps what a format would get."""

    def __init__(self) -> None:
        super().__init__(Format.JSON, stdout=io.StringIO(), stderr=io.StringIO())
        self.results: list[SeriesResult] = []

    def finished(self, end: object) -> None:
        """Keep it."""
        assert self._series is not None
        self.results.append(SeriesResult(self._verb, tuple(self._series), end))  # type: ignore[arg-type]


def of(show: object) -> SeriesResult:
    """The results of a case."""
    out = Keeping()
    show(out)  # type: ignore[operator]
    return out.results[0]


def test_a_headline_counts_the_files() -> None:
    """By how they ended."""
    assert headline(of(series.planned)) == "3 files: 2 planned, 1 failed"
    assert headline(of(series.applied)) == "4 files: 1 done, 2 failed, 1 not applied"
    assert headline(of(series.nothing)) == "no files"


def test_totals_go_from_the_first_to_the_last() -> None:
    """Of plans; runs have their orders counted."""
    totals = planned_totals(of(series.planned))
    assert totals is not None
    assert {flow.currency: str(flow.after) for flow in totals.currencies}["ETH"] == "0"
    assert planned_totals(of(series.applied)) is None
    orders, cancels = run_counts(of(series.applied))
    assert (orders["placed"], orders["rejected"], cancels["canceled"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("show", "first"),
    [
        (series.planned, "2 orders to send, 250.10 EUR in all, fees 0.85 EUR to 1.00 EUR"),
        (series.applied, "orders of all: 1 placed, 1 rejected"),
        (series.nothing, "no orders to send"),
    ],
)
def test_sums_are_sentences(show: object, first: str) -> None:
    """One of orders, and one of what was paid where anything was."""
    assert sums(of(show))[0] == first


def test_what_did_not_begin_names_what_stopped_it() -> None:
    """Beside the word for it the word is not said twice."""
    *_, failed, not_begun = of(series.applied).outcomes
    assert isinstance(failed, FailedResult)
    assert isinstance(not_begun, NotBegunResult)
    assert describe_outcome(not_begun) == "not applied: batches/3-buy.yaml failed"
    assert briefly(not_begun) == "batches/3-buy.yaml failed"
