"""Second looks as a policy wants them."""

from __future__ import annotations

import pytest

from runner.batchfile import parse_policy
from runner.domain import Answer, Policy, join
from runner.policy import CheckPhase
from runner.review import Review, judge_looks
from tests.review.markets import account, group, order, reviewed

BATCH = group(order("a", price="1450"), order("b", price="14.5"))
RICH = account(EUR="1000000")


def policy(*rules: str) -> Policy:
    """A policy of rules on second looks."""
    lines = [
        f"  - {{name: r{at}, check: second-look, message: Look, {rule}}}" for at, rule in enumerate(rules)
    ]
    parsed = parse_policy("\n".join(["version: 1", "name: desk", "rules:", *lines]).encode(), "policy.yaml")
    assert parsed.policy is not None, parsed.problems
    return parsed.policy


def judged(*rules: str, review: Review | None = None, phase: CheckPhase = CheckPhase.SEND) -> list[str]:
    """The looks that are left, as ``id severity``, and the rulings, as ``id: answer``."""
    found, rulings = judge_looks(review or reviewed(BATCH, account=RICH), policy(*rules), phase)
    looks = [f"{look.order.id} {look.severity.value}" for look in found.second_looks]
    return [
        *looks,
        *(
            f"{ruling.order.id if ruling.order else ''}: {ruling.violation.answer.value}"
            for ruling in rulings
        ),
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["answer: warn"], ["a warn", "b warn"]),
        (["answer: off"], []),
        (["answer: deny"], ["a deny", "b deny", "a: deny", "b: deny"]),
        (["answer: deny, codes: [trades-at-once]"], ["a deny", "b warn", "a: deny"]),
        (["answer: off, codes: [far-from-market]"], ["a warn"]),
        (["answer: off", "answer: deny, codes: [far-from-market]"], ["b deny", "b: deny"]),
        (["only: {types: [sell]}"], ["a warn", "b warn"]),
        (["only: {venues: [kraken]}"], ["a warn", "b warn"]),
    ],
)
def test_the_strictest_rule_holds(rules: list[str], expected: list[str]) -> None:
    """By code and by order; what no rule is about is a warning."""
    assert judged(*rules) == expected


def test_one_policy_turns_off_nothing_that_another_denies() -> None:
    """All policies hold."""
    both = join([policy("answer: deny"), policy("answer: off")])
    found, rulings = judge_looks(reviewed(BATCH, account=RICH), both, CheckPhase.SEND)
    assert [look.severity for look in found.second_looks] == [Answer.DENY, Answer.DENY]
    assert len(rulings) == 2


def test_what_is_denied_and_not_known_does_not_leave() -> None:
    """Without a market, or balances: unchecked in a plan, denied before anything is sent."""
    blind = reviewed(BATCH, market=None, account=RICH)
    assert judged("answer: deny", review=blind, phase=CheckPhase.PLAN) == ["a: unchecked"]
    assert judged("answer: deny", review=blind) == ["a: deny"]
    assert judged("answer: deny, codes: [price-breaks-series]", review=blind) == []
    poor = reviewed(BATCH)
    assert judged("answer: deny, codes: [sells-all]", review=poor) == ["a warn", "b warn", "a: deny"]


def test_without_a_rule_nothing_changes() -> None:
    """No policy, and none about looks."""
    review = reviewed(BATCH, account=RICH)
    assert judge_looks(review, None, CheckPhase.SEND) == (review, ())
