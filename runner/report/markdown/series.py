"""Several files in one comment: how each of them ended, the sums of all, and then a section for each file.

What is short is there as a whole; sections that are long share the room that is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import amount_text
from runner.report.base import FailedResult, NotBegunResult, PlanResult, RunResult
from runner.report.diagnostics import remarks_of_error, remarks_of_problems
from runner.report.text.runs.series_words import (
    PLAN,
    briefly,
    describe_outcome,
    headline,
    planned_totals,
    state_word,
    sums,
)
from runner.review import FileState

from .escaping import code, words
from .page import Section, page_of, shares, size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from runner.report.base import FileOutcome, SeriesResult
    from runner.report.diagnostics import Remark
    from runner.review import CurrencyTotal

    Render = Callable[[PlanResult | RunResult, int], str]
    Remarks = Callable[[Sequence[Remark]], list[Section]]

_MARKS = {FileState.DONE: "🟢", FileState.FAILED: "🔴", FileState.NOT_BEGUN: "🟡"}
_MOST_HEAD = 4


def series_page(result: SeriesResult, *, limit: int, more: str, render: Render, remarks: Remarks) -> str:
    """Return a page of at most ``limit`` bytes.

    ``render`` returns the page of a plan or a run within a limit, and ``remarks`` the section of what is
    wrong. ``more`` says where all of it can be read.
    """
    title = "Plan" if result.verb == PLAN else "Result"
    top = [f"### {title} of {headline(result)}", "", f"**{words('; '.join(sums(result)))}**"]
    head = page_of(top, [_files(result), *_balances(result)], limit=limit // _MOST_HEAD, more=more)

    def page(outcome: FileOutcome, room: int) -> str:
        if isinstance(outcome, PlanResult | RunResult):
            return f"\n{render(outcome, max(room - 1, 0))}"
        return _without_result(outcome, room, more, remarks)

    wholes = [page(outcome, limit) for outcome in result.outcomes]
    room = limit - size(head)
    if sum(map(size, wholes)) <= room:
        return "".join([head, *wholes])
    rooms = shares([*map(size, wholes)], room)
    cut = [page(outcome, share) for outcome, share in zip(result.outcomes, rooms, strict=True)]
    return "".join([head, *(text for text, share in zip(cut, rooms, strict=True) if size(text) <= share)])


def _files(result: SeriesResult) -> Section:
    pairs = zip(result.end.files, result.outcomes, strict=True)
    rows = [
        f"| {_state(file.state, result.verb)} | {code(file.file)} | {code(briefly(outcome))} |"
        for file, outcome in pairs
    ]
    rows += [
        f"| ⚪ | {code(name)} | {f'renamed to {code(renamed)}' if renamed else 'deleted'} |"
        for name, renamed in result.end.removed
    ]
    head = ("| | file | what |", "|---|---|---|") if rows else ()
    return Section(head=head, rows=tuple(rows), noun="files")


def _balances(result: SeriesResult) -> list[Section]:
    totals = planned_totals(result)
    known = [flow for flow in (totals.currencies if totals else ()) if flow.before is not None]
    rows = tuple(
        f"| {code(flow.currency)} | {_amount(flow.before, flow)} | {_amount(flow.after, flow)} |"
        for flow in known
    )
    head = ("| balance | before all | after all |", "|---|--:|--:|")
    return [Section(head=head, rows=rows, noun="balances")] if rows else []


def _state(state: FileState, verb: str) -> str:
    return f"{_MARKS[state]} {state_word(state, verb)}".replace(" ", "\N{NO-BREAK SPACE}")


def _amount(amount: Decimal | None, flow: CurrencyTotal) -> str:
    return "" if amount is None else words(amount_text(amount, flow.currency))


def _without_result(outcome: FailedResult | NotBegunResult, room: int, more: str, remarks: Remarks) -> str:
    top = ["", f"### {code(outcome.file)}", "", code(describe_outcome(outcome))]
    found: list[Remark] = []
    if isinstance(outcome, FailedResult):
        top += [f"- {code(detail)}" for detail in outcome.error.details]
        found = remarks_of_problems(outcome.problems) or [remarks_of_error(outcome.error, outcome.file)]
    return page_of(top, remarks(found), limit=room, more=more)
