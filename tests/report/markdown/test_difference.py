"""The difference of two versions as rows of a table."""

from __future__ import annotations

from runner.report.markdown.difference import difference_section
from runner.review import diff
from tests.report.builders import EDITED_QUICKSTART, QUICKSTART, batch_of


def test_each_row_has_its_line() -> None:
    """That of the version in which the order is; a short table is open."""
    section = difference_section(diff(batch_of(QUICKSTART), batch_of(EDITED_QUICKSTART), "main"))
    assert section.opened
    assert "| 🟡\xa0changed | `buy-eth` | price `145` → `144.5` | 8 |" in section.rows
    back = difference_section(diff(batch_of(EDITED_QUICKSTART), batch_of(QUICKSTART), "main"))
    assert "| 🟡\xa0changed | `buy-eth` | price `144.5` → `145` | 8 |" in back.rows


def test_where_nothing_differs_it_says_so() -> None:
    """In place of an empty table."""
    section = difference_section(diff(batch_of(QUICKSTART), batch_of(QUICKSTART), "main"))
    assert section.rows == ("Both versions ask for the same.",)
