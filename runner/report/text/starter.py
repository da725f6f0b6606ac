"""The files of ``init`` as text: what is written, what stays, and what is left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import Presence
from runner.report.humanize import count
from runner.report.lines import Span, Style, hang, line
from runner.report.wording.next_steps import next_step_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import StarterFile
    from runner.report.base import StarterResult
    from runner.report.lines import Line

QUESTION: Final = "Write what is new?"

_WORDS: Final = {
    Presence.NEW: Span("new", Style.GOOD),
    Presence.SAME: Span("same", Style.QUIET),
    Presence.OTHER: Span("kept", Style.WARNING),
}
_STAYS: Final = "another one is there"
_INDENT: Final = 8
_WIDEST: Final = 45
"""Columns of the paths; the purpose of a longer one is two blanks behind it."""


def file_lines(folder: str, files: Sequence[StarterFile], width: int) -> list[Line]:
    """Return each file with what is at its path, as lines of at most ``width`` columns."""
    column = min(max((len(file.path) for file in files), default=0), _WIDEST)
    return [
        line("starter files in ", Span(folder, Style.NAME)),
        *(piece for file in files for piece in _file(file, column, width)),
    ]


def _file(file: StarterFile, column: int, width: int) -> Iterator[Line]:
    word = _WORDS[file.presence]
    purpose = _STAYS if file.presence is Presence.OTHER else file.purpose
    head = line("  ", word, " " * (_INDENT - 2 - len(word.text)), file.path.ljust(column), "  ")
    yield from hang((*head, Span(purpose, Style.QUIET)), width, _INDENT)
    if file.advice:
        yield from hang(line(" " * _INDENT, Span(file.advice, Style.WARNING)), width, _INDENT)


def starter_lines(result: StarterResult, width: int) -> list[Line]:
    """Return the files, unless a person has just seen them, how many were written, and what is left to do."""
    lines = [] if result.listed else [*file_lines(result.folder, result.files, width), ()]
    written, stay = len(result.written), len(result.files) - len(result.written)
    counted = f"{count(written, 'file')} written" if written else "nothing to write"
    lines.append(line(Span(counted, Style.GOOD), f", {stay} there already" if stay else ""))
    if result.next_steps:
        lines += [(), line("left to do")]
    for number, step in enumerate(result.next_steps, 1):
        lines += hang(line(f"  {number}. ", next_step_text(step)), width, 5)
    return lines
