"""The end of several files as text; its words are kept under ``golden/``."""

from __future__ import annotations

import io

from runner.report import Format, Output
from runner.report.lines import width_of
from tests.report import series


def test_lines_keep_to_the_width_and_names_stay_whole() -> None:
    """A path that was cut in two cannot be opened."""
    for show in (series.planned, series.applied, series.nothing):
        stdout = io.StringIO()
        show(Output(Format.TEXT, stdout=stdout, stderr=io.StringIO(), color=False, width=60))
        summary = stdout.getvalue().partition("summary of")[2].splitlines()
        assert summary
        assert [line for line in summary if width_of(line) > 60 and len(line.split()) > 1] == []


def test_results_are_shown_as_they_come() -> None:
    """Before all are known: a person reads the first while the second runs."""
    stdout = io.StringIO()
    out = Output(Format.TEXT, stdout=stdout, stderr=io.StringIO(), color=False, width=80)
    sell, _ = series.journals()
    out.several("plan")
    out.plan(sell.plan())
    assert stdout.getvalue().startswith("plan of sell")
