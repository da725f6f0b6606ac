"""Bundles as text: what was packed, and what a check of it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.report.humanize import count
from runner.report.lines import Span, Style, hang, line

if TYPE_CHECKING:
    from runner.report.base import BundleResult, VerifyResult
    from runner.report.lines import Line

_HOLDS: Final = Span("holds   ", Style.GOOD)
_FAILS: Final = Span("broken  ", Style.BAD)


def bundle_lines(result: BundleResult, width: int) -> list[Line]:
    """Return the path of a bundle, its digest and its files as lines of at most ``width`` columns."""
    files = f"{count(len(result.files), 'file')}: {', '.join(result.files)}"
    return [
        line(Span(result.path, Style.NAME)),
        *hang(line(Span(files, Style.QUIET)), width, 2),
        line(Span(f"SHA-256 {result.digest}", Style.QUIET)),
    ]


def verification_lines(result: VerifyResult, width: int) -> list[Line]:
    """Return the checks of a bundle, and what is wrong, as lines of at most ``width`` columns."""
    lines: list[Line] = [line(Span(result.path, Style.NAME))]
    for words, problems in result.checks:
        lines += hang(line(_FAILS if problems else _HOLDS, Span(words, Style.PLAIN)), width, 8)
        for problem in problems:
            lines += hang(line(Span(f"        {problem}", Style.BAD)), width, 8)
    wrong = sum(len(problems) for _, problems in result.checks)
    verdict = (
        f"{count(wrong, 'problem')}: not what was run" if wrong else "sound: its files agree with each other"
    )
    return [
        *lines,
        line(Span(verdict, Style.BAD if wrong else Style.GOOD)),
        line(Span(f"SHA-256 {result.digest}", Style.QUIET)),
    ]
