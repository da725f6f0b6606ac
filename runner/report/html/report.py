"""Results as one HTML page on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import InvalidInput
from runner.report.base import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.journal import History
    from runner.report.base import FileResult, PlanResult, RunResult, SeriesResult, StatusResult


class HtmlReport(Report):
    """The writer of ``--format html``, for plans, runs and a history."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def validated(self, files: Sequence[FileResult]) -> None:
        """Refuse: there is no page of a validation."""
        raise InvalidInput("there is no page of a validation")

    def plan(self, result: PlanResult) -> None:
        """Write the page of a plan."""
        from .plan import plan_page  # noqa: PLC0415

        self._write(plan_page(result))

    def run(self, result: RunResult) -> None:
        """Write the page of a run."""
        from .result import result_page  # noqa: PLC0415

        self._write(result_page(result))

    def series(self, result: SeriesResult) -> None:
        """Refuse: a page is about one file, whose orders it sorts and filters."""
        raise InvalidInput("there is no page of several files")

    def status(self, result: StatusResult) -> None:
        """Refuse: there is no page of a status."""
        raise InvalidInput("there is no page of a status")

    def history(self, found: History) -> None:
        """Write the page of runs of all batches."""
        from .history import history_page  # noqa: PLC0415

        self._write(history_page(found))

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write a page that says why there is no result."""
        from .failure import failure_page  # noqa: PLC0415

        self._write(failure_page(error, problems))
