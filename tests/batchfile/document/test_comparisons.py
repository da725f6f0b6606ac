"""Keywords that compare, for numbers that are text."""

from __future__ import annotations

import pytest

from runner.batchfile.document.comparisons import COMPARISONS, is_integer, is_text
from runner.batchfile.document.values import NumberText
from runner.batchfile.yaml.reader import read

N = NumberText


@pytest.mark.parametrize(
    ("keyword", "bound", "kept", "broken"),
    [
        ("pattern", "^[0-9]+$", [N("12"), "12", True], [N("1.2"), "x"]),
        ("const", 1, [N("1"), N("1.0")], ["1", True, N("2")]),
        ("const", "1", ["1", N("1")], ["2", True]),
        ("const", True, [True], [False, "true"]),
        ("minimum", 2, [N("2"), "2", "2.0", "x", True], [N("1.9999999999999999999"), "-3"]),
        ("maximum", 60, [N("60"), "60.0", "+61"], [N("60.0000000000000000001"), "61"]),
        ("exclusiveMinimum", 0, [N("0.00000000000000000001"), "x"], [N("0"), "0.0", N("-1")]),
    ],
)
def test_a_number_is_compared_by_its_value(
    keyword: str, bound: object, kept: list[object], broken: list[object]
) -> None:
    """Exactly, however many digits it has, with quotes or without."""
    holds = COMPARISONS[keyword]
    assert [value for value in kept if not holds(bound, value)] == []
    assert [value for value in broken if holds(bound, value)] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [("[a, b]", True), ("[a, a]", False), ("[1, '1']", False), ("[[], []]", True), ("a", True)],
)
def test_texts_of_a_list_are_all_different(text: str, kept: bool) -> None:
    """An item that is no text has its own problems."""
    assert COMPARISONS["uniqueItems"](True, read(text).root) is kept
    assert COMPARISONS["uniqueItems"](False, read(text).root)


def test_numbers_are_no_text() -> None:
    """Nor is a number with a point an integer, whatever digits follow it."""
    assert [is_text("1"), is_text(N("1")), is_text(True)] == [True, False, False]
    assert [is_integer(N("1")), is_integer(N("1.0")), is_integer("1")] == [True, False, False]
