"""A problem is a value that prints as one line."""

from __future__ import annotations

import pytest

from runner.domain import Problem


@pytest.mark.parametrize(
    ("path", "hint", "line"),
    [
        ("groups[0].price", "write 0.5", "a.yaml:3:7: groups[0].price: not a price (write 0.5)"),
        ("groups[0].price", "", "a.yaml:3:7: groups[0].price: not a price"),
        ("", "write 0.5", "a.yaml:3:7: not a price (write 0.5)"),
        ("", "", "a.yaml:3:7: not a price"),
    ],
)
def test_a_problem_prints_where_it_is(path, hint, line):
    """file:line:column first, so that an editor jumps there; path and hint where there are any."""
    assert str(Problem("a.yaml", 3, 7, path, "not a price", hint)) == line


def test_problems_sort_by_their_place():
    """By file, then by line and column as numbers."""
    places = [("b", 1, 1), ("a", 10, 1), ("a", 9, 2), ("a", 9, 10)]
    problems = sorted(Problem(*place, "", "") for place in places)
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [
        ("a", 9, 2),
        ("a", 9, 10),
        ("a", 10, 1),
        ("b", 1, 1),
    ]
