"""The parser's complaints in our words."""

from __future__ import annotations

import yaml

from runner.batchfile.yaml.reader import read
from runner.batchfile.yaml.syntax import syntax_fault
from tests.support.for_each import for_each


@for_each(
    [
        ("a: b: c", (1, 5), "a second `:` where a value was expected"),
        ("a: b\nc\nd: e", (2, 1), "a line without `:`"),
        ("a: [1, 2\nb: c", (1, 4), "a list in [ ] is not closed"),
        ("a: {b: c\nd: e", (1, 4), "a mapping in { } is not closed"),
        ("a:\n  - b\n c: d", (3, 2), "a key was expected here"),
        ("a: 'b", (1, 4), "a quote is not closed"),
        ('a: "\\q"', (1, 5), "an unknown escape in double quotes"),
        ('a: "\\xzz"', (1, 7), "an unfinished escape in double quotes"),
        ('a: "\\ud800"', (1, 7), "an escape that names no character"),
        ("a: - b", (1, 4), "a dash where no list can start"),
        ("a: @b", (1, 4), "no value can begin with `@`"),
        ("a: %b", (1, 4), "no value can begin with `%`"),
        ("a: [b, , c]", (1, 8), "a value is missing here"),
        ("a: !<x y>", (1, 7), "tags (`!...`) are not allowed"),
        ("a: &", (1, 5), "anchors (`&`) and aliases (`*`) are not allowed"),
        ("a: * b", (1, 5), "anchors (`&`) and aliases (`*`) are not allowed"),
        ("a: |x\n  b", (1, 5), "a text after `|` or `>` begins wrongly"),
        ("%FOO bar baz\n%YAML 3.0\n---\na: b", (1, 5), "directives (`%...`) are not allowed"),
    ]
)
def test_a_syntax_error_is_explained_where_it_was_made(text: str, at: tuple[int, int], message: str) -> None:
    """Not where the parser gave up, and not in the parser's words."""
    reading = read(text)
    assert not reading.complete
    assert (reading.faults[-1].at, reading.faults[-1].message) == (at, message)


def test_a_complaint_that_is_not_in_the_table_is_quoted_after_our_words() -> None:
    """Also one that has no position."""
    fault = syntax_fault(yaml.YAMLError(), "")
    assert (fault.at, fault.message) == ((1, 1), "this is not YAML: unreadable")
    fault = syntax_fault(yaml.MarkedYAMLError(problem="found something odd"), "")
    assert fault.message == "this is not YAML: found something odd"
