"""Guards, case by case: each batch in ``policies/`` with a policy that denies something and one that passes.

A new case is a new set of files: ``NAME.batch.yaml``, ``NAME.denies.yaml`` and ``NAME.passes.yaml``. The
send path decides alone here, as if the plan had not been checked.
"""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest

from runner.domain import Check, Per, SecondLooks
from tests.acceptance.policy_case import FOLDER, NAMES, Case
from tests.support.for_each import for_each

CASES = [Case(name) for name in NAMES]
each_case = pytest.mark.parametrize("case", CASES, ids=NAMES)
PLANNED = [case for case in CASES if not case.only_when_sending]


def denied_lines(case: Case) -> set[int]:
    """The lines that must not leave."""
    return {line for line, answer, _ in case.marks if answer == "deny"}


@for_each(PLANNED)
def test_a_plan_says_what_a_policy_denies_and_where(case: Case) -> None:
    """Exactly the marked lines are objected to, each by the rule that the mark names."""
    assert case.foreseen(case.policy()) == sorted(case.marks)


@each_case
def test_another_policy_passes_the_same_batch(case: Case) -> None:
    """The guard is not simply against everything."""
    assert case.foreseen(case.policy("passes")) == []
    left, _ = case.left(case.policy("passes"))
    assert denied_lines(case) <= left


@each_case
def test_a_denied_message_never_leaves(case: Case) -> None:
    """The plan was not checked: the send path holds it back alone, and lets the rest go."""
    left, world = case.left(case.policy())
    denied = denied_lines(case)
    assert left & denied == set()
    wanted = {order.place.line for order in case.plan.orders()} - denied
    assert wanted <= left
    manifest = world.manifest()
    refused = {order["line"]: order for group in manifest["groups"] for order in group["orders"]}
    for line, answer, rule in case.marks:
        if answer == "deny" and line in refused:
            assert refused[line]["outcome"] == "refused"
            assert f"denied by {rule}: " in refused[line]["error"]
    anything = bool(world.frames("addOrder") or world.frames("cancelOrder"))
    assert manifest["outcome"] == ("incomplete" if anything else "refused")


def removals() -> list[tuple[Case, str]]:
    """Each rule of each case that denies anything."""
    return [
        (case, rule.name)
        for case in CASES
        for rule in case.policy().rules
        if any(mark[1:] == ("deny", rule.name) for mark in case.marks)
    ]


@for_each(removals())
def test_without_its_guard_it_would_leave(case: Case, name: str) -> None:
    """Each rule alone denies its messages: without it they leave."""
    policy = case.policy()
    left, _ = case.left(replace(policy, rules=tuple(rule for rule in policy.rules if rule.name != name)))
    assert {line for line, answer, rule in case.marks if (answer, rule) == ("deny", name)} <= left


def test_each_guard_has_its_case() -> None:
    """No check and no span of a limit is without a batch that fails it."""
    denying = [
        rule.check
        for case in CASES
        for rule in case.policy().rules
        if any(mark[1:] == ("deny", rule.name) for mark in case.marks)
    ]
    # Second looks are taken of a whole plan: `tests/review/test_look_levels.py` has them.
    assert {type(check) for check in denying} == set(typing.get_args(Check)) - {SecondLooks}
    spans = {(type(check).__name__, check.per) for check in denying if hasattr(check, "per")}
    assert {("MaxVolume", per) for per in Per} | {("MaxNotional", per) for per in Per} <= spans
    assert {("MaxOrders", Per.PAIR), ("MaxOrders", Per.BATCH), ("MaxOrders", Per.DAY)} <= spans
    assert {("MaxDuplicates", Per.BATCH), ("MaxDuplicates", Per.DAY)} <= spans
    assert {("MaxCancels", Per.BATCH), ("MaxCancels", Per.DAY)} <= spans


def test_no_file_is_left_over() -> None:
    """Every file belongs to a case."""
    parts = ("batch", "denies", "passes", "earlier", "standing")
    assert {path.name for path in FOLDER.iterdir()} <= {
        f"{name}.{part}.yaml" for name in NAMES for part in parts
    }
