"""The page of a command that gave up."""

from __future__ import annotations

from runner.errors import Refused
from tests.report.html.pages import page_of, text_of


def test_it_says_why_there_is_no_result() -> None:
    """With all details."""
    page = page_of(lambda out: out.error(Refused("no <plan>", details=["Make one."])))
    assert "no <plan> Make one." in text_of(page)
