"""The JSON of several files, of the schema ``results``: what each came to, and a summary of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner import TOOL
from runner.report.base import FailedResult, PlanResult, RunResult
from runner.report.text.runs.series_words import PLAN, planned_counts, planned_totals, run_counts
from runner.review import FileState, totals_object

from .objects import error_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.report.base import FileOutcome, SeriesResult
    from runner.review import FileEnd

RESULTS_VERSION = 1


def series_object(
    result: SeriesResult,
    *,
    plan: Callable[[PlanResult], dict[str, Any]],
    manifest: Callable[[RunResult], dict[str, Any]],
) -> dict[str, Any]:
    """Return the results of several files; ``plan`` and ``manifest`` make the objects of a single one."""

    def content(outcome: FileOutcome) -> dict[str, Any]:
        match outcome:
            case PlanResult():
                return {"plan": plan(outcome)}
            case RunResult():
                return {"manifest": manifest(outcome)}
            case FailedResult(_, error, problems):
                return {"error": error_object(error, problems)}
            case _:
                return {}

    pairs = zip(result.end.files, result.outcomes, strict=True)
    return {
        "results_version": RESULTS_VERSION,
        "tool": TOOL,
        "command": result.verb,
        "files": [{**_file(end), **content(outcome)} for end, outcome in pairs],
        "summary": _summary(result),
    }


def _file(end: FileEnd) -> dict[str, Any]:
    return {
        "file": end.file,
        "batch": end.batch or None,
        "state": end.state.value,
        "exit_code": None if end.exit_code is None else int(end.exit_code),
        "stopped_by": end.stopped_by or None,
    }


def _summary(result: SeriesResult) -> dict[str, Any]:
    states = [file.state for file in result.end.files]
    common = {
        "exit_code": int(result.end.exit_code),
        "files": {state.value: states.count(state) for state in FileState},
        "removed": [{"file": name, "renamed_to": renamed or None} for name, renamed in result.end.removed],
    }
    if result.verb == PLAN:
        totals = planned_totals(result)
        content = None if totals is None else totals_object(totals)
        return {**common, **planned_counts(result), "totals": content}
    orders, cancels = run_counts(result)
    return {**common, "orders": orders, "cancellations": cancels}
