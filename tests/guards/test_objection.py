"""Objections in words."""

from __future__ import annotations

from runner.domain import Answer
from runner.guards.objection import Objection, reason


def objection(answer: Answer, rule: str = "size") -> Objection:
    """One of a rule about size."""
    return Objection(rule=rule, answer=answer, message="Ask the desk", detail="7 EUR; at most 5")


def test_an_objection_names_its_rule_and_both_reasons() -> None:
    """The author's words, then what exactly."""
    assert str(objection(Answer.DENY)) == "denied by size: Ask the desk (7 EUR; at most 5)"
    assert str(objection(Answer.WARN)).startswith("size warns: ")
    assert str(objection(Answer.UNCHECKED)).startswith("size cannot be checked yet: ")


def test_only_what_is_denied_is_a_reason() -> None:
    """All denials are given, warnings are not."""
    warned, denied = objection(Answer.WARN), objection(Answer.DENY)
    assert reason((warned, objection(Answer.UNCHECKED))) == ""
    assert reason((warned, denied)) == str(denied)
    assert reason((denied, objection(Answer.DENY, "other"))).count("denied by") == 2
