"""Objections in words."""

from __future__ import annotations

from runner.domain import Answer
from runner.policy.violation import Denial, Violation, denial_of


def violation(answer: Answer, rule: str = "size") -> Violation:
    """One of a rule about size."""
    return Violation(rule=rule, answer=answer, message="Ask the desk", detail="7 EUR; at most 5")


def test_an_objection_names_its_rule_and_both_reasons() -> None:
    """The author's words, then what exactly."""
    assert str(violation(Answer.DENY)) == "denied by size: Ask the desk (7 EUR; at most 5)"
    assert str(violation(Answer.WARN)).startswith("size warns: ")
    assert str(violation(Answer.UNCHECKED)).startswith("size cannot be checked yet: ")


def test_only_rules_that_deny_are_in_a_denial() -> None:
    """All denials are given, warnings are not."""
    warned, denied = violation(Answer.WARN), violation(Answer.DENY)
    assert denial_of((warned, violation(Answer.UNCHECKED))) is None
    assert denial_of((warned, denied)) == Denial(str(denied))
    both = denial_of((denied, violation(Answer.DENY, "other")))
    assert both is not None
    assert both.reason.count("denied by") == 2
