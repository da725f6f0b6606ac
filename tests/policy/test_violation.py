"""Objections in words."""

from __future__ import annotations

from runner.domain import Answer
from runner.policy.violation import Violation, reason


def violation(answer: Answer, rule: str = "size") -> Violation:
    """One of a rule about size."""
    return Violation(rule=rule, answer=answer, message="Ask the desk", detail="7 EUR; at most 5")


def test_an_objection_names_its_rule_and_both_reasons() -> None:
    """The author's words, then what exactly."""
    assert str(violation(Answer.DENY)) == "denied by size: Ask the desk (7 EUR; at most 5)"
    assert str(violation(Answer.WARN)).startswith("size warns: ")
    assert str(violation(Answer.UNCHECKED)).startswith("size cannot be checked yet: ")


def test_only_what_is_denied_is_a_reason() -> None:
    """All denials are given, warnings are not."""
    warned, denied = violation(Answer.WARN), violation(Answer.DENY)
    assert reason((warned, violation(Answer.UNCHECKED))) == ""
    assert reason((warned, denied)) == str(denied)
    assert reason((denied, violation(Answer.DENY, "other"))).count("denied by") == 2
