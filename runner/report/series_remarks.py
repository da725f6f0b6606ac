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
from .policy_text import policies_of_plan, policies_of_run
from .text.series_words import describe_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def policies_of_series(result: SeriesResult) -> Sequence[Mapping[str, str]] | None:
    """Return the policies that held for any of several files, each once; None if none was planned or run."""
    known = [_policies(outcome) for outcome in result.outcomes]
    found = {policy["digest"]: policy for policies in known for policy in policies or ()}
    return list(found.values()) if any(policies is not None for policies in known) else None


def _policies(outcome: FileOutcome) -> Sequence[Mapping[str, str]] | None:
    match outcome:
        case PlanResult(plan, _, _):
            return policies_of_plan(plan)
        case RunResult(manifest, _, _):
            return policies_of_run(manifest)
        case _:
            return None


def _not_begun(file: str, text: str) -> Remark:
    return Remark(
        file=file, line=1, column=1, level=Level.WARNING, rule="file-not-begun", subject="", message=text
    )
