"""Problems, as a part of a page."""

from __future__ import annotations

from runner.report.diagnostics import Level, Remark
from runner.report.html.page import page_of
from runner.report.html.remarks import remarks_section
from tests.report.html.pages import text_of


def remark(subject: str, level: Level = Level.WARNING, message: str = "odd") -> Remark:
    """One thing that is wrong."""
    return Remark(
        file="b.yaml",
        line=3,
        column=5,
        level=level,
        rule="rule",
        subject=subject,
        message=message,
        hint="mend it",
    )


def test_equal_ones_are_one_row_with_a_count() -> None:
    """Errors come first."""
    remarks = [remark("g/a"), remark("g/b"), remark("g/c", Level.ERROR, "bad")]
    text = text_of(page_of("t", list(remarks_section(remarks))))
    assert "1 error, 2 warnings" in text
    assert text.index("bad; mend it") < text.index("odd; mend it")
    assert "g/a and 1 more" in text
    assert "b.yaml:3:5" in text


def test_nothing_wrong_is_no_section() -> None:
    """An empty heading would be a question."""
    assert list(remarks_section([])) == []
