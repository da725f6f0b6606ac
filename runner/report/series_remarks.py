"""Remarks on several files, for the formats that point at places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import FailedResult, PlanResult, RunResult
from .diagnostics import (
    Level,
    Remark,
    remarks_of_error,
    remarks_of_looks,
    remarks_of_plan,
    remarks_of_problems,
    remarks_of_refusal,
    remarks_of_result,
)
from .text.runs.series_words import describe_outcome
from .wording.approvals import Controls, controls_of_plan, controls_of_run

if TYPE_CHECKING:
    from .base import FileOutcome, SeriesResult


def remarks_of_outcome(outcome: FileOutcome) -> list[Remark]:
    """Return what is wrong with one of several files."""
    match outcome:
        case PlanResult(plan, review, _):
            looks = remarks_of_looks(review, plan.file)
            return [*remarks_of_refusal(plan, review), *looks, *remarks_of_plan(plan, review)]
        case RunResult(manifest, _, _):
            return remarks_of_result(manifest)
        case FailedResult(file, error, problems):
            return remarks_of_problems(problems) or [remarks_of_error(error, file)]
        case _:
            return [_not_begun(outcome.file, describe_outcome(outcome))]


def controls_of_series(result: SeriesResult) -> Controls | None:
    """Return the policies that held for any of several files, each once, with all approvals.

    None if none was planned or run.
    """
    known = [found for found in map(_controls, result.outcomes) if found is not None]
    if not known:
        return None
    policies = {policy["digest"]: policy for controls in known for policy in controls.policies}
    approvals = dict.fromkeys(text for controls in known for text in controls.approvals)
    return Controls(list(policies.values()), list(approvals))


def _controls(outcome: FileOutcome) -> Controls | None:
    match outcome:
        case PlanResult(plan, _, _):
            return controls_of_plan(plan)
        case RunResult(manifest, _, _):
            return controls_of_run(manifest)
        case _:
            return None


def _not_begun(file: str, text: str) -> Remark:
    return Remark(
        file=file, line=1, column=1, level=Level.WARNING, rule="file-not-begun", subject="", message=text
    )
