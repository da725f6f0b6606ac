"""Results as text for a person, painted on standard output.

What a result looks like is loaded with the first one of its kind: a plan needs the engine's nouns, and who
validates a file does not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.report.lines import line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Content, OrderKey, Problem
    from runner.errors import OrderBatchError
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, Plan
    from runner.review import Diff, Review

    Shown = Mapping[OrderKey, OpenOrder | None]

    from .paint import Painter


class TextReport:
    """The writer of ``--format text``."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter

    def validated(self, files: Sequence[tuple[str, Content | None, Sequence[Problem]]]) -> None:
        """Write what was found in batch files."""
        from .validation import validation_lines  # noqa: PLC0415

        width = self._painter.width if self._painter.terminal else 0
        self._painter.paint(validation_lines(files, width=width))

    def plan(self, plan: Plan, review: Review | None, diff: Diff | None) -> None:
        """Write what a run would do, its totals, and what is different about it."""
        from runner.report.refusals import refusals  # noqa: PLC0415

        from .plan import plan_lines  # noqa: PLC0415

        self._painter.paint(plan_lines(plan, self._painter.width, review))
        if plan.forecast is not None and not refusals(plan, review):
            from .forecast import forecast_lines  # noqa: PLC0415

            self._painter.paint(forecast_lines(plan.forecast, self._painter.width))
        if diff is not None:
            from .diff import diff_lines  # noqa: PLC0415

            self._painter.paint([(), *diff_lines(diff, self._painter.width)])

    def manifest(self, manifest: Mapping[str, Any], *, path: str, elapsed_s: float) -> None:
        """Write what a run did."""
        from .result import result_lines  # noqa: PLC0415

        width = self._painter.width
        self._painter.paint(result_lines(manifest, path=path, elapsed_s=elapsed_s, width=width))

    def status(
        self,
        plan: Plan,
        manifest: Mapping[str, Any] | None,
        shown: Mapping[OrderKey, OpenOrder | None] | None,
        denied: Sequence[Contradiction],
    ) -> None:
        """Write what the journal says, and what the exchange says."""
        from .status import status_lines  # noqa: PLC0415

        self._painter.paint(status_lines(plan, manifest, self._painter.width, shown, denied))

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write nothing: an error is for standard error alone."""

    def served(self, variables: Mapping[str, str]) -> None:
        """Write where the simulated exchange is, as lines that a shell takes."""
        import shlex  # noqa: PLC0415 - no other result is a line for a shell

        self._painter.paint(line(f"export {name}={shlex.quote(text)}") for name, text in variables.items())
