"""Runs of all batches as text, the oldest first: so the newest are what a terminal shows last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import RunOutcome
from runner.report.humanize import count, moment
from runner.report.lines import Line, Span, Style, hang, indent, line, width_of
from runner.report.result_summary import RUN_STYLES
from runner.report.wording.approvals import describe_approval
from runner.report.wording.history import describe_money, describe_orders, describe_who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.journal import History, PastRun

_LONG_NAME: Final = 32
_INDENT: Final = 2


def history_lines(history: History, width: int) -> list[Line]:
    """Return the runs and what was traded in all, as lines of at most ``width`` columns."""
    names = [width_of(run.name) for run in history.runs]
    room = max((name for name in names if name <= _LONG_NAME), default=0)
    lines = [each for run in history.runs for each in _run_lines(run, room, width)]
    if not history.runs:
        return [line("no run yet")]
    total = f"{count(len(history.runs), 'run')}: {describe_money(history.in_all().values())}"
    return [*lines, (), *hang(line(Span(total, Style.NAME)), width, _INDENT)]


def _run_lines(run: PastRun, room: int, width: int) -> Iterator[Line]:
    style = RUN_STYLES[RunOutcome(run.outcome)]
    name = Span(run.name + " " * (room - width_of(run.name)), Style.NAME)
    head = line(f"{moment(run.at)}  ", name, "  ", Span(run.outcome, style), f"  {describe_who(run)}")
    yield from hang(head, width, _INDENT)
    notes = [f"{run.venue}: {describe_orders(run)}; {describe_money(run.money)}"]
    notes += [f"approved by {describe_approval(row)}" for row in run.approvals]
    notes += [run.reason] if run.reason else []
    for note in notes:
        yield from (indent(each, _INDENT) for each in hang(line(Span(note, Style.QUIET)), width - _INDENT, 2))
