"""The reasons why nothing of a plan would be sent: counted alike for every headline."""

from __future__ import annotations

from decimal import Decimal

from runner.domain import MaxNotional, Per
from runner.planning import decide
from runner.report.wording.refusals import counted_findings, refusals
from runner.review import errors_of, evaluate_policy
from tests.policy.builders import gate, rule
from tests.policy.markets import NOW
from tests.report.cases import changed, quickstart
from tests.review.markets import group, order, reviewed


def test_a_plan_that_may_be_applied_has_no_reason() -> None:
    """Warnings refuse nothing."""
    review = reviewed(group(order(starttm="2020-11-23T09:00:00Z")))
    assert counted_findings(review) == "1 warning"
    assert (refusals(review.plan, review), errors_of(review.plan, review)) == ([], 0)


def test_each_kind_of_reason_is_counted() -> None:
    """Changed orders, denials of a policy, findings of the checks."""
    assert refusals(changed().plan()) == ["1 changed after it was placed"]
    plan = quickstart().plan()
    denied = decide(
        plan, rulings=evaluate_policy(plan, gate(rule(MaxNotional(Decimal(1), "EUR", Per.ORDER))), NOW)
    )
    assert refusals(denied) == ["4 denials of the policy"]
    assert errors_of(denied) == 4
    review = reviewed(group(order(price="145.001"), order("b", starttm="2020-11-23T09:00:00Z")))
    assert refusals(review.plan, review) == ["1 error, 1 warning"]
