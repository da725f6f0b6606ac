"""Several files in words: how each of them ended, and the sums of all. Every format takes them from here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from runner.domain import amount_text
from runner.planning import CancelDisposition, Disposition
from runner.report.base import FailedResult, NotBegunResult, PlanResult, RunResult
from runner.report.humanize import count
from runner.report.lines import Style, plain
from runner.report.wording.executions import describe_total
from runner.review import FileState, errors_of, totals_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.report.base import FileOutcome, SeriesResult
    from runner.review import Totals

PLAN: Final = "plan"

STATE_STYLES: Final = {
    FileState.DONE: Style.GOOD,
    FileState.FAILED: Style.BAD,
    FileState.NOT_BEGUN: Style.WARNING,
}
_WORDS: Final = {FileState.DONE: "done", FileState.FAILED: "failed", FileState.NOT_BEGUN: "not applied"}
_PLANNED: Final = {**_WORDS, FileState.DONE: "planned"}


def state_word(state: FileState, verb: str) -> str:
    """Return how a file ended, in a word or two."""
    return (_PLANNED if verb == PLAN else _WORDS)[state]


def headline(result: SeriesResult) -> str:
    """Return how many files there are and how they ended: ``3 files: 2 done, 1 failed``."""
    files = result.end.files
    states = Counter(file.state for file in files)
    parts = [f"{states[state]} {state_word(state, result.verb)}" for state in FileState if states[state]]
    many = count(len(files), "file")
    return f"{many}: {', '.join(parts)}" if parts else many


def describe_outcome(outcome: FileOutcome) -> str:
    """Return what became of a file, in one line."""
    match outcome:
        case PlanResult(plan, review, _):
            from runner.report.text.plans.plan import plan_summary  # noqa: PLC0415

            return plain(plan_summary(plan, review)).removesuffix("; this is a plan, nothing was sent")
        case RunResult(manifest, _, elapsed_s):
            from runner.report.result_summary import summary_line  # noqa: PLC0415

            return plain(summary_line(manifest, elapsed_s))
        case FailedResult(_, error, problems):
            more = f", {count(len(problems), 'problem')}" if problems and not str(error) else ""
            return f"{error}{more}"
        case NotBegunResult(_, stopped_by):
            return f"not applied: {stopped_by} failed" if stopped_by else "not applied"


def briefly(outcome: FileOutcome) -> str:
    """Return the same beside the word for how the file ended."""
    return describe_outcome(outcome).removeprefix("not applied: ")


def planned_totals(result: SeriesResult) -> Totals | None:
    """Return the totals of the plans that would be carried out; None without a market."""
    reviews = [
        outcome.review
        for outcome in result.outcomes
        if isinstance(outcome, PlanResult)
        and outcome.review is not None
        and outcome.review.market is not None
        and not errors_of(outcome.plan, outcome.review)
    ]
    return totals_over(reviews)


def planned_counts(result: SeriesResult) -> Mapping[str, int]:
    """Return how many orders would be sent and looked up first, and how many cancellations sent."""
    plans = [outcome.plan for outcome in result.outcomes if isinstance(outcome, PlanResult)]
    orders = Counter(becomes for plan in plans for becomes in plan.dispositions.orders.values())
    cancels = Counter(becomes for plan in plans for becomes in plan.dispositions.cancels.values())
    return {
        "orders": orders[Disposition.SEND],
        "to_look_up": orders[Disposition.LOOK_UP],
        "cancellations": cancels[CancelDisposition.SEND],
    }


def run_counts(result: SeriesResult) -> tuple[dict[str, int], dict[str, int]]:
    """Return the totals of orders and of cancellations over all runs, as a manifest has them for one."""
    orders: Counter[str] = Counter()
    cancels: Counter[str] = Counter()
    for manifest in _manifests(result):
        orders.update(manifest["totals"]["orders"])
        cancels.update(manifest["totals"]["cancellations"])
    return dict(orders), dict(cancels)


def sums(result: SeriesResult) -> list[str]:
    """Return the sums of all files, in a few sentences."""
    return list(_planned_sums(result) if result.verb == PLAN else _run_sums(result))


def _planned_sums(result: SeriesResult) -> Iterator[str]:
    counts = planned_counts(result)
    parts = [count(counts["orders"], "order") + " to send"]
    parts += [f"{counts['to_look_up']} to look up first"] if counts["to_look_up"] else []
    parts += [f"{counts['cancellations']} to cancel"] if counts["cancellations"] else []
    totals = planned_totals(result)
    worth = None if totals is None else totals.reported
    if totals is not None and worth is not None and counts["orders"]:
        parts.append(f"{amount_text(worth, totals.reporting)} in all")
        if totals.fee_least is not None and totals.fee_most is not None:
            least, most = (amount_text(fee, totals.reporting) for fee in (totals.fee_least, totals.fee_most))
            parts.append(f"fees {least} to {most}")
    yield ", ".join(parts)


def _run_sums(result: SeriesResult) -> Iterator[str]:
    orders, cancels = run_counts(result)
    named = ("placed", "ended", "validated", "rejected", "refused", "skipped", "unresolved")
    parts = [f"{orders[name]} {name}" for name in named if orders.get(name)]
    parts += [f"{orders['already']} of them already"] if orders.get("already") else []
    parts += [f"{cancels['canceled']} canceled"] if cancels.get("canceled") else []
    yield f"orders of all: {', '.join(parts) or 'none'}"
    every = (order for each in _manifests(result) for group in each["groups"] for order in group["orders"])
    if total := describe_total(every):
        yield f"executed in all: {total}"


def _manifests(result: SeriesResult) -> Iterator[Mapping[str, Any]]:
    return (outcome.manifest for outcome in result.outcomes if isinstance(outcome, RunResult))
