"""Problems of batch files, where an editor can jump to them."""

from __future__ import annotations

import re

from runner.domain import Problem
from runner.report.lines import plain
from runner.report.text.validation import problem_lines, validation_lines
from tests.report.builders import QUICKSTART, batch_of

PROBLEM = Problem("b.yaml", 3, 7, "groups[0].orders[0].price", "not a number", "write 150")
WHOLE = Problem("b.yaml", 1, 1, "", "the file is empty")


def text_of(*files: object) -> list[str]:
    """The lines about some files."""
    return [plain(line) for line in validation_lines(files)]  # type: ignore[arg-type]


def test_a_problem_can_be_jumped_to() -> None:
    """``file:line:column: path: message``, and the hint below it."""
    assert [plain(line) for line in problem_lines([PROBLEM])] == [
        "b.yaml:3:7: groups[0].orders[0].price: not a number",
        "    write 150",
    ]


def test_a_problem_of_the_whole_file_has_no_path() -> None:
    """And no empty place for it."""
    assert [plain(line) for line in problem_lines([WHOLE])] == ["b.yaml:1:1: the file is empty"]


def test_a_problem_is_one_line_however_long() -> None:
    """And whatever its text tries."""
    nasty = Problem("b\n.yaml", 3, 7, "a", "x\r\n\x1b[31m " * 50)
    (only,) = problem_lines([nasty])
    assert re.match(r"b\\n\.yaml:3:7: a: x\\r\\n\\x1b\[31m ", plain(only))


def test_one_file_needs_no_count() -> None:
    """Its own line says it all."""
    assert text_of(("a.yaml", batch_of(QUICKSTART), ())) == [
        "a.yaml: valid, batch quickstart: 3 groups, 4 orders, 3 cancellations"
    ]
    assert text_of(("b.yaml", None, (WHOLE,))) == [
        "b.yaml:1:1: the file is empty",
        "b.yaml: invalid, 1 problem",
    ]


def test_several_files_are_counted() -> None:
    """Valid and invalid."""
    good = ("a.yaml", batch_of(QUICKSTART), ())
    assert text_of(good, good)[-2:] == ["", "2 files, all valid"]
    assert text_of(good, ("b.yaml", None, (PROBLEM, WHOLE)))[-2:] == [
        "",
        "2 files: 1 valid, 1 invalid, 2 problems",
    ]
