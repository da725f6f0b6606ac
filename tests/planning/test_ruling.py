"""A violation of a policy with its place in the batch file."""

from __future__ import annotations

from runner.domain import Answer, Place
from runner.planning import Ruling
from runner.policy import Violation

RULING = Ruling(
    violation=Violation(rule="most-orders", answer=Answer.DENY, message="one order a batch", detail="two"),
    subject="one/a",
    place=Place(7, 5),
)


def test_it_is_a_problem_at_its_line() -> None:
    """As anything else that is wrong with a file."""
    problem = RULING.problem("b.yaml")
    assert (problem.file, problem.line, problem.column) == ("b.yaml", 7, 5)
    assert problem.message == "denied by most-orders: one order a batch"
    assert not problem.warning


def test_it_is_plain_data() -> None:
    """For the formats that programs read."""
    assert RULING.row() == {
        "rule": "most-orders",
        "answer": "deny",
        "message": "one order a batch",
        "detail": "two",
        "subject": "one/a",
        "line": 7,
        "column": 5,
    }
