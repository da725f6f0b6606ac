"""The lines on standard error."""

from __future__ import annotations

from runner.domain import Problem
from runner.errors import InvalidInput
from runner.report.lines import plain
from runner.report.text.stderr import error_lines, note_lines


def test_an_error_with_its_details() -> None:
    """Each detail on its own line, indented."""
    error = InvalidInput("KRAKEN_API_KEY is not set", details=["Set it.", "Or set KRAKEN_API_KEY_FILE."])
    assert [plain(line) for line in error_lines(error, (), 80)] == [
        "error: KRAKEN_API_KEY is not set",
        "  Set it.",
        "  Or set KRAKEN_API_KEY_FILE.",
    ]


def test_problems_come_first() -> None:
    """They are what led to the error."""
    problem = Problem("b.yaml", 1, 1, "", "the file is empty")
    lines = [plain(line) for line in error_lines(InvalidInput("b.yaml has a problem"), (problem,), 80)]
    assert lines == ["b.yaml:1:1: the file is empty", "error: b.yaml has a problem"]


def test_long_texts_fold() -> None:
    """At blanks, and further lines are indented more."""
    error = InvalidInput("one two three four", details=["five six seven eight"])
    assert [plain(line) for line in error_lines(error, (), 19)] == [
        "error: one two",
        "  three four",
        "  five six seven",
        "    eight",
    ]
    assert [plain(line) for line in note_lines("one two three four", 10)] == ["one two", "three four"]
