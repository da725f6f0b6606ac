"""The approvals that a plan needs and that a run had, in the words that every format uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from runner.report.humanize import moment
from runner.report.lines import Line, Span, Style, hang, line

from .policies import policies_of_plan, policies_of_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.planning import Plan


def required_of_plan(plan: Plan) -> list[str]:
    """Return what approvals a plan needs before ``apply`` sends it, one rule a text."""
    return [f"approvals needed: {rule} (policy {rule.policy})" for rule in plan.required]


def approvals_of_run(manifest: Mapping[str, Any]) -> list[str]:
    """Return who had approved the plan of a run, when and why, one approval a text."""
    return [f"approved by {describe_approval(row)}" for row in manifest.get("approvals", ())]


def describe_approval(row: Mapping[str, Any]) -> str:
    """Return who approved a plan, when and why."""
    return f"{row['by']}, {moment(str(row['at']))}: {row['reason']}"


class Controls(NamedTuple):
    """The policies that held for a plan or a run, and its approvals in words."""

    policies: list[dict[str, str]]
    approvals: list[str]


def controls_of_plan(plan: Plan) -> Controls:
    """Return the policies that hold for a plan, and the approvals that it needs."""
    return Controls(policies_of_plan(plan), required_of_plan(plan))


def controls_of_run(manifest: Mapping[str, Any]) -> Controls:
    """Return the policies that held for a run, and the approvals that it had."""
    return Controls(policies_of_run(manifest), approvals_of_run(manifest))


def approval_lines(texts: Iterable[str], width: int) -> list[Line]:
    """Return such texts as lines of at most ``width`` columns."""
    return [each for text in texts for each in hang(line(Span(text, Style.QUIET)), width, 2)]
