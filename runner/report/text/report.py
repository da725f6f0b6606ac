"""Results as text for a person, on standard output.

The layout of a result is loaded on first use: a plan needs the engine's nouns, and a validation does not
wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.base import PlanResult, Report, RunResult
from runner.report.lines import line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.journal import History
    from runner.report.base import (
        BundleResult,
        FileOutcome,
        FileResult,
        Manifest,
        RebalanceResult,
        SeriesResult,
        StarterResult,
        StatusResult,
        VerifyResult,
    )
    from runner.review import PlanApprovals

    from .paint import Painter


class TextReport(Report):
    """The writer of ``--format text``."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._begun = False

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in batch files."""
        from .validation import validation_lines  # noqa: PLC0415

        width = self._painter.width if self._painter.terminal else 0
        self._painter.paint(validation_lines(files, width=width))

    def plan(self, result: PlanResult) -> None:
        """Write what a run would do, its totals, and what is different about it."""
        plan, review, diff = result
        from runner.report.wording.refusals import refusals  # noqa: PLC0415

        from .plans.plan import plan_lines  # noqa: PLC0415

        self._painter.paint(plan_lines(plan, self._painter.width, review))
        if plan.forecast is not None and not refusals(plan, review):
            from .plans.forecast import forecast_lines  # noqa: PLC0415

            self._painter.paint(forecast_lines(plan.forecast, self._painter.width))
        if diff is not None:
            from .plans.diff import diff_lines  # noqa: PLC0415

            self._painter.paint([(), *diff_lines(diff, self._painter.width)])

    def run(self, result: RunResult) -> None:
        """Write what a run did."""
        manifest, path, elapsed_s = result
        from .runs.result import result_lines  # noqa: PLC0415

        width = self._painter.width
        self._painter.paint(result_lines(manifest, path=path, elapsed_s=elapsed_s, width=width))

    def status(self, result: StatusResult) -> None:
        """Write what the journal says, and what the exchange says."""
        from .runs.status import status_lines  # noqa: PLC0415

        self._painter.paint(status_lines(result, self._painter.width))

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what follows from a targets file."""
        from .rebalance import rebalance_lines  # noqa: PLC0415

        self._painter.paint(rebalance_lines(result, self._painter.width))

    def bundled(self, result: BundleResult) -> None:
        """Write where a bundle is, and what is in it."""
        from .bundles import bundle_lines  # noqa: PLC0415

        self._painter.paint(bundle_lines(result, self._painter.width))

    def verified(self, result: VerifyResult) -> None:
        """Write the checks of a bundle."""
        from .bundles import verification_lines  # noqa: PLC0415

        self._painter.paint(verification_lines(result, self._painter.width))

    def approvals(self, plans: Sequence[PlanApprovals]) -> None:
        """Write the approvals of saved plans, and what is missing."""
        from .approvals import plan_approval_lines  # noqa: PLC0415

        width = self._painter.width
        self._painter.paint(row for each in plans for row in plan_approval_lines(each, width))

    def history(self, found: History) -> None:
        """Write runs of all batches, and what was traded in all."""
        from .runs.history import history_lines  # noqa: PLC0415

        self._painter.paint(history_lines(found, self._painter.width))

    def initialized(self, result: StarterResult) -> None:
        """Write which starter files there are now."""
        from .starter import starter_lines  # noqa: PLC0415

        self._painter.paint(starter_lines(result, self._painter.width))

    def halted(self, result: Manifest) -> None:
        """Write what a halt did."""
        from .runs.halting import halt_lines  # noqa: PLC0415

        self._painter.paint(halt_lines(result, self._painter.width))

    def resumed(self, result: Manifest) -> None:
        """Write which halt has ended."""
        from .runs.halting import resume_lines  # noqa: PLC0415

        self._painter.paint(resume_lines(result, self._painter.width))

    def diagnosed(self, result: Manifest) -> None:
        """Write the checks of a set-up, each with its cure."""
        from .doctor import doctor_lines  # noqa: PLC0415

        self._painter.paint(doctor_lines(result, self._painter.width))

    def entry(self, outcome: FileOutcome) -> None:
        """Write a plan or a run of several at once; what is no result is in the summary."""
        if isinstance(outcome, PlanResult | RunResult):
            if self._begun:
                self._painter.paint([(), ()])
            self._begun = True
            self.plan(outcome) if isinstance(outcome, PlanResult) else self.run(outcome)

    def series(self, result: SeriesResult) -> None:
        """Write how each of several files ended, and the sums of all."""
        from .runs.series import series_lines  # noqa: PLC0415

        apart = [(), ()] if self._begun else []
        self._painter.paint([*apart, *series_lines(result, self._painter.width)])

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write nothing: an error is for standard error alone."""

    def served(self, variables: Mapping[str, str]) -> None:
        """Write where the simulated exchange is, as lines that a shell takes."""
        import shlex  # noqa: PLC0415 - no other result is a line for a shell

        self._painter.paint(line(f"export {name}={shlex.quote(text)}") for name, text in variables.items())
