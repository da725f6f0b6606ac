"""What was found in batch files: every problem where an editor can jump to it, then a count.

The first line of a problem keeps the form ``file:line:column: path: message`` and is never folded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Batch

from .lines import Line, Span, Style, line
from .words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import Policy, Problem

File = tuple[str, "Batch | Policy | None", "Sequence[Problem]"]


def validation_lines(files: Sequence[File]) -> list[Line]:
    """All files in their order, and a count where there are several."""
    lines = [line for file in files for line in _file(*file)]
    return [*lines, (), _summary(files)] if len(files) > 1 else lines


def problem_lines(problems: Sequence[Problem]) -> list[Line]:
    """Each problem on its line, its hint on the next."""
    return [line for problem in problems for line in _problem(problem)]


def _file(file: str, batch: Batch | Policy | None, problems: Sequence[Problem]) -> Iterator[Line]:
    yield from problem_lines(problems)
    if batch is None:
        yield line(f"{file}: ", Span("invalid", Style.BAD), f", {count(len(problems), 'problem')}")
        return
    if not isinstance(batch, Batch):
        rules = f": {count(len(batch.rules), 'rule')}"
        yield line(f"{file}: ", Span("valid", Style.GOOD), ", policy ", Span(batch.name, Style.NAME), rules)
        return
    orders = sum(len(group.orders) for group in batch.groups)
    cancels = sum(len(group.cancel) for group in batch.groups)
    counted = [count(len(batch.groups), "group"), count(orders, "order"), count(cancels, "cancellation")]
    name = Span(batch.name, Style.NAME)
    yield line(f"{file}: ", Span("valid", Style.GOOD), ", batch ", name, f": {', '.join(counted)}")


def _problem(problem: Problem) -> Iterator[Line]:
    where = Span(f"{problem.file}:{problem.line}:{problem.column}:", Style.NAME)
    path = (Span(f"{problem.path}:", Style.KNOWN), " ") if problem.path else ()
    yield line(where, " ", *path, problem.message)
    if problem.hint:
        yield line(Span(f"    {problem.hint}", Style.QUIET))


def _summary(files: Sequence[File]) -> Line:
    invalid = [len(problems) for _, batch, problems in files if batch is None]
    if not invalid:
        return line(f"{len(files)} files, ", Span("all valid", Style.GOOD))
    found = f"{len(invalid)} invalid"
    problems = count(sum(invalid), "problem")
    return line(
        f"{len(files)} files: {len(files) - len(invalid)} valid, ", Span(found, Style.BAD), f", {problems}"
    )
