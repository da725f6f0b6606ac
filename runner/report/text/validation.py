"""The problems in batch files: each in a form from which an editor can jump to it, then a count.

The first line of a problem keeps the form ``file:line:column: path: message`` and is never folded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Batch
from runner.harmless import neutral
from runner.report.humanize import count
from runner.report.lines import Line, Span, Style, cut, line, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import Content, OtherContent, Problem

    File = tuple[str, Content | None, Sequence[Problem]]

_NARROWEST = 40


def validation_lines(files: Sequence[File], *, width: int = 0) -> list[Line]:
    """All files in their order, and a count where there are several.

    With a ``width``, that of a terminal, each problem has its line of the file below it.
    """
    lines = [line for file in files for line in _file(*file, width)]
    return [*lines, (), _summary(files)] if len(files) > 1 else lines


def problem_lines(problems: Sequence[Problem], *, width: int = 0) -> list[Line]:
    """Each problem on its line, then the line of the file if there is a ``width`` for it, then the hint."""
    return [line for problem in problems for line in _problem(problem, width)]


def _file(file: str, batch: Content | None, problems: Sequence[Problem], width: int) -> Iterator[Line]:
    yield from problem_lines(problems, width=width)
    if batch is None:
        yield line(f"{file}: ", Span("invalid", Style.BAD), f", {count(len(problems), 'problem')}")
        return
    if not isinstance(batch, Batch):
        kind, title, held = other_kind(batch)
        named = (" ", Span(title, Style.NAME)) if title else ()
        yield line(f"{file}: ", Span("valid", Style.GOOD), f", {kind}", *named, f": {held}" if held else "")
        return
    orders = sum(len(group.orders) for group in batch.groups)
    cancels = sum(len(group.cancel) for group in batch.groups)
    counted = [count(len(batch.groups), "group"), count(orders, "order"), count(cancels, "cancellation")]
    name = Span(batch.name, Style.NAME)
    yield line(f"{file}: ", Span("valid", Style.GOOD), ", batch ", name, f": {', '.join(counted)}")


def other_kind(content: OtherContent) -> tuple[str, str, str]:
    """Return the kind of a file that is no batch, its name if it has one, and how much is in it."""
    from runner.domain import MarketRecord, OpeningBalances, Scenario, Targets  # noqa: PLC0415 - who checks batches waits for no other noun

    match content:
        case MarketRecord(market=market):
            return "recorded market", "", count(len(market.instruments), "pair")
        case OpeningBalances(amounts=amounts):
            return "balances", "", count(len(amounts), "currency", "currencies")
        case Scenario():
            return "scenario", content.name, ""
        case Targets():
            return "targets", content.name, count(len(content.weights), "weight")
        case _:
            return "policy", content.name, count(len(content.rules), "rule")


def _problem(problem: Problem, width: int) -> Iterator[Line]:
    where = Span(f"{problem.file}:{problem.line}:{problem.column}:", Style.NAME)
    path = (Span(f"{problem.path}:", Style.KNOWN), " ") if problem.path else ()
    # What a policy says names its own rule.
    coded = problem.rule and not problem.rule.startswith("policy-")
    code = (Span(f" [{problem.rule}]", Style.QUIET),) if coded else ()
    yield line(where, " ", *path, problem.message, *code)
    if problem.source.strip() and width >= _NARROWEST:
        yield from _source(problem, width)
    if problem.hint:
        yield line(Span(f"    {problem.hint}", Style.QUIET))


def _source(problem: Problem, width: int) -> Iterator[Line]:
    """Yield the line of the file, cut to the terminal, with a mark under the place."""
    number = f"{problem.line:>6} | "
    room = width - len(number)
    start = max(0, min(problem.mark - room // 2, len(problem.source) - room))
    before = neutral(problem.source[start : problem.mark])
    shown = before + neutral(problem.source[problem.mark : start + room])
    yield line(Span(number, Style.QUIET), cut(shown, room))
    if width_of(before) < room:
        bar = Span(f"{'':>6} | ", Style.QUIET)
        yield line(bar, " " * width_of(before), Span("^", Style.BAD))


def _summary(files: Sequence[File]) -> Line:
    invalid = [len(problems) for _, batch, problems in files if batch is None]
    if not invalid:
        return line(f"{len(files)} files, ", Span("all valid", Style.GOOD))
    found = f"{len(invalid)} invalid"
    problems = count(sum(invalid), "problem")
    return line(
        f"{len(files)} files: {len(files) - len(invalid)} valid, ", Span(found, Style.BAD), f", {problems}"
    )
