"""The end of several files as text: how each of them ended, the balances, and the sums of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import amount_text, grouped
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.text.layout.grid import grid

from .series_words import (
    STATE_STYLES,
    briefly,
    headline,
    planned_totals,
    state_word,
    sums,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.report.base import SeriesResult
    from runner.review import CurrencyTotal


def series_lines(result: SeriesResult, width: int) -> list[Line]:
    """Return the summary of several files as lines of at most ``width`` columns."""
    lines = hang(line(Span("summary", Style.NAME), f" of {headline(result)}"), width, 2)
    room = max((len(state_word(file.state, result.verb)) for file in result.end.files), default=0)
    for file, outcome in zip(result.end.files, result.outcomes, strict=True):
        word = Span(state_word(file.state, result.verb).ljust(room), STATE_STYLES[file.state])
        about = line("  ", word, "  ", Span(file.file, Style.NAME), f"  {briefly(outcome)}")
        lines += hang(about, width, room + 4)
    lines += [piece for name, renamed in result.end.removed for piece in _gone(name, renamed, width)]
    lines += _balances(result, width)
    return [*lines, *(piece for text in sums(result) for piece in hang(line(text), width, 2))]


def _gone(name: str, renamed: str, width: int) -> list[Line]:
    return hang(
        line("  ", Span(name, Style.NAME), f"  {f'renamed to {renamed}' if renamed else 'deleted'}"), width, 4
    )


def _balances(result: SeriesResult, width: int) -> list[Line]:
    """Return the balances before the first file and after the last one."""
    totals = planned_totals(result)
    rows = [list(_row(flow)) for flow in (totals.currencies if totals else ()) if flow.before is not None]
    heads = ("balance", "before all", "after all")
    return [(), *grid(heads, rows, width), ()] if rows else []


def _row(flow: CurrencyTotal) -> Iterator[str]:
    yield flow.currency
    for amount in (flow.before, flow.after):
        yield "" if amount is None else grouped(amount_text(amount, flow.currency).partition(" ")[0])
