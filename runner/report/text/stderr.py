"""The text on standard error: errors and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.lines import Line, Span, Style, hang, line

from .validation import problem_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.domain import Problem
    from runner.errors import OrderBatchError


def error_lines(
    error: OrderBatchError, problems: Sequence[Problem], width: int, *, terminal: bool = False
) -> list[Line]:
    """Return an error after the problems that led to it, with its details below, one fact each."""
    message = hang(line(Span("error: ", Style.BAD), str(error)), width, 2)
    details = [piece for text in error.details for piece in hang(line(f"  {text}"), width, 4)]
    return [*problem_lines(problems, width=width if terminal else 0), *message, *details]


def note_lines(text: str, width: int) -> list[Line]:
    """Return the text of a remark."""
    return hang(line(Span(text, Style.QUIET)), width, 0)
