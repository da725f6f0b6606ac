"""The writer of each format, loaded when it is chosen, and one that writes several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Format, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TextIO

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.journal import History

    from .base import (
        FileOutcome,
        FileResult,
        Manifest,
        PlanResult,
        RebalanceResult,
        RunResult,
        SeriesResult,
        StatusResult,
    )
    from .text.paint import Painter


def report_as(
    format: Format,
    stream: TextIO,
    *,
    painter: Callable[[TextIO], Painter],
    step_summary: Path | None,
    command: Callable[[str], object],
    note: Callable[[str], None],
    rooted_path: Callable[[str], str],
) -> Report:
    """Return the writer of a format to a stream.

    ``painter`` lays text out. ``step_summary``, ``command`` and ``note`` are those of ``GithubReport``, and
    ``rooted_path`` names a file from the repository's root.
    """
    match format:
        case Format.TEXT:
            from .text.report import TextReport  # noqa: PLC0415

            return TextReport(painter(stream))
        case Format.MARKDOWN:
            from .markdown.report import MarkdownReport  # noqa: PLC0415

            return MarkdownReport(stream.write)
        case Format.GITHUB:
            from .markdown.github import GithubReport  # noqa: PLC0415

            return GithubReport(stream, step_summary, command=command, note=note, rooted_path=rooted_path)
        case Format.SARIF:
            from .ci.sarif import SarifReport  # noqa: PLC0415

            return SarifReport(stream, rooted_path)
        case _:
            return _report_of_rows(format, stream)


def _report_of_rows(format: Format, stream: TextIO) -> Report:
    match format:
        case Format.JUNIT:
            from .ci.junit import JunitReport  # noqa: PLC0415

            return JunitReport(stream)
        case Format.CSV:
            from .csv.executions import CsvReport  # noqa: PLC0415

            return CsvReport(stream.write)
        case Format.HTML:
            from .html.report import HtmlReport  # noqa: PLC0415

            return HtmlReport(stream.write)
        case _:
            from .json.report import JsonReport  # noqa: PLC0415

            return JsonReport(stream)


class Together(Report):
    """A writer that hands each result to several others, in their order."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._reports = tuple(reports)

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in files."""
        for report in self._reports:
            report.validated(files)

    def plan(self, result: PlanResult) -> None:
        """Write what a run would do."""
        for report in self._reports:
            report.plan(result)

    def run(self, result: RunResult) -> None:
        """Write what a run did."""
        for report in self._reports:
            report.run(result)

    def status(self, result: StatusResult) -> None:
        """Write what the journal says, and what the exchange says."""
        for report in self._reports:
            report.status(result)

    def entry(self, outcome: FileOutcome) -> None:
        """Write the result of one of several files."""
        for report in self._reports:
            report.entry(outcome)

    def series(self, result: SeriesResult) -> None:
        """Write the results of several files."""
        for report in self._reports:
            report.series(result)

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what follows from a targets file."""
        for report in self._reports:
            report.rebalance(result)

    def halted(self, result: Manifest) -> None:
        """Write what a halt did."""
        for report in self._reports:
            report.halted(result)

    def resumed(self, result: Manifest) -> None:
        """Write which halt has ended."""
        for report in self._reports:
            report.resumed(result)

    def history(self, found: History) -> None:
        """Write runs of all batches."""
        for report in self._reports:
            report.history(found)

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""
        for report in self._reports:
            report.failed(error, problems)
