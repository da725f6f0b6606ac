"""The exit code for the manifest of a run, or for a plan. Prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import GroupOutcome, OrderState, RunOutcome
from runner.errors import ExitCode
from runner.review import errors_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.planning import Plan
    from runner.review import Review

_CODES = {
    RunOutcome.DONE: ExitCode.DONE,
    RunOutcome.INCOMPLETE: ExitCode.INCOMPLETE,
    RunOutcome.REFUSED: ExitCode.REFUSED,
    RunOutcome.UNREACHABLE: ExitCode.UNREACHABLE,
    RunOutcome.UNRESOLVED: ExitCode.UNRESOLVED,
    RunOutcome.INTERRUPTED: ExitCode.INTERRUPTED,
    RunOutcome.UNFINISHED: ExitCode.UNRESOLVED,
}

_WORST_FIRST: Final = (
    *(ExitCode.UNRESOLVED, ExitCode.DEFECT, ExitCode.TERMINATED, ExitCode.HUNG_UP, ExitCode.INTERRUPTED),
    *(ExitCode.LOCKED, ExitCode.UNREACHABLE, ExitCode.REFUSED, ExitCode.INVALID, ExitCode.INCOMPLETE),
    *(ExitCode.CHANGES, ExitCode.DONE),
)
"""The precedence of the exit codes where a command has several files.

An unknown outcome beats all: it must not be retried as if it had failed. After it come ends before the end,
then what was not sent at all, then what was sent in part.
"""

_SIGNALS: Final = {"SIGHUP": ExitCode.HUNG_UP, "SIGTERM": ExitCode.TERMINATED}


def exit_code_of(manifest: Mapping[str, Any]) -> ExitCode:
    """Return the exit code for the outcome of a run.

    A run whose end is not in the journal counts as unresolved: something may have been sent.
    """
    outcome = RunOutcome(manifest["outcome"])
    if outcome is RunOutcome.INTERRUPTED and _is_unknown(manifest):
        return ExitCode.UNRESOLVED
    if outcome is RunOutcome.HALTED:
        left = _is_unknown(manifest) or _is_anything_open(manifest)
        return ExitCode.UNRESOLVED if left else ExitCode.INCOMPLETE
    if outcome is RunOutcome.INTERRUPTED:
        return _SIGNALS.get(manifest["reason"], ExitCode.INTERRUPTED)
    return _CODES[outcome]


def worst_of(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the exit code of a command about several files; ``DONE`` for none."""
    return min(codes, key=_WORST_FIRST.index, default=ExitCode.DONE)


def _is_unknown(manifest: Mapping[str, Any]) -> bool:
    """Return whether the outcome of anything that was sent is unknown."""
    groups = [group["outcome"] for group in manifest.get("groups", ())]
    return GroupOutcome.UNRESOLVED in groups


def _is_anything_open(manifest: Mapping[str, Any]) -> bool:
    """Return whether an order of the run was open at its end, as far as is known."""
    orders = [order for group in manifest.get("groups", ()) for order in group["orders"]]
    return any(order["state"] in (OrderState.ACCEPTED, OrderState.OPEN) for order in orders)


def exit_code_of_plan(plan: Plan, review: Review | None, *, detailed: bool) -> ExitCode:
    """Return the exit code of a plan; ``detailed``: a plan with changes has its own."""
    if errors_of(plan, review):
        return ExitCode.REFUSED
    if review is not None and review.gaps:
        return ExitCode.UNREACHABLE
    return ExitCode.CHANGES if detailed and plan.changes else ExitCode.DONE
