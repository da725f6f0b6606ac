"""``--format html``: which results have a page."""

from __future__ import annotations

import pytest

from runner.errors import InvalidInput
from runner.report.html.report import HtmlReport
from tests.report.cases import done
from tests.report.html.pages import page_of


def test_a_run_has_a_page() -> None:
    """With a line break at its end."""
    page = page_of(lambda out: out.manifest(done().manifest(), path="", elapsed_s=1.0))
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")


def test_a_validation_has_none() -> None:
    """The command line offers none."""
    with pytest.raises(InvalidInput):
        HtmlReport(str).validated([])
