"""The output of a command: results to standard output, all else to standard error.

It selects the writer: the formats and the display of a running apply are in separate modules, each loaded on
first use.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .base import (
    BundleResult,
    FailedResult,
    FileResult,
    Format,
    NotBegunResult,
    PlanResult,
    RebalanceResult,
    RunResult,
    SeriesResult,
    StarterResult,
    StatusResult,
    VerifyResult,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TextIO

    from runner.domain import Content, HaltInForce, Problem, StarterFile, StepToDo
    from runner.errors import OrderBatchError, Remedy
    from runner.execution import Progress
    from runner.journal import History
    from runner.kraken import ListedOrder
    from runner.planning import Contradiction, Forecast, Plan
    from runner.rebalance import BatchFile, Rebalance
    from runner.review import Diff, PlanApprovals, Review, SeriesEnd

    from .base import FileOutcome, Report, Shown
    from .text.paint import Painter


_NAMED: Final = 5


class Output:
    """The output of a command.

    Colours and width are found out by rich, which respects ``NO_COLOR``, ``FORCE_COLOR``, ``COLUMNS`` and
    ``TERM=dumb``, unless ``color`` or ``width`` (in columns) is given. ``step_summary`` is the file to which
    ``github`` adds the whole result, None outside of a workflow; ``command`` writes its workflow commands.
    ``rooted_path`` names a file from the repository's root, as annotations and SARIF have to. ``options``
    has a sentence for each remedy. ``also`` are further formats of the same results, each with its stream.
    """

    def __init__(
        self,
        format: Format,
        *,
        stdout: TextIO,
        stderr: TextIO,
        color: bool | None = None,
        width: int | None = None,
        step_summary: Path | None = None,
        command: Callable[[str], object] | None = None,
        rooted_path: Callable[[str], str] = str,
        options: Mapping[Remedy, str] = MappingProxyType({}),
        also: Sequence[tuple[Format, TextIO]] = (),
    ) -> None:
        self._format = format
        self._stdout = stdout
        self._stderr = stderr
        self._color = color
        self._width = width
        self._step_summary = step_summary
        self._command = command or stdout.write
        self._rooted_path = rooted_path
        self._options = options
        self._also = tuple(also)
        self._verb = ""
        self._series: list[FileOutcome] | None = None

    # --- results -----------------------------------------------------------------------------

    def validated(self, files: Sequence[tuple[str, Content | None, Sequence[Problem]]]) -> None:
        """Show what was found in each file: ``(file, batch or policy or None, problems)``."""
        self._report.validated([FileResult(*file) for file in files])

    def plan(self, plan: Plan, review: Review | None = None, diff: Diff | None = None) -> None:
        """Show what a run would do, what a review found of it, and what is different from another version."""
        result = PlanResult(plan, review, diff)
        if self._series is None:
            self._report.plan(result)
        else:
            self._add(result)

    def manifest(self, manifest: Mapping[str, Any], *, path: str, elapsed_s: float) -> None:
        """Show the result of a run; ``path`` is where its manifest was written.

        Unless the format is text, failures and advice are also written to standard error, for the log.
        """
        result = RunResult(manifest, path, elapsed_s)
        if self._series is None:
            self._report.run(result)
        else:
            self._add(result)
        if self._format not in (Format.TEXT, Format.GITHUB):
            from .result_summary import advice_lines, failure_lines, summary_line  # noqa: PLC0415

            painter = self._stderr_painter
            advice = advice_lines(manifest, painter.width)
            painter.paint([*failure_lines(manifest), *advice, summary_line(manifest, elapsed_s)])

    def status(
        self,
        plan: Plan,
        manifest: Mapping[str, Any] | None,
        shown: Shown | None = None,
        denied: Sequence[Contradiction] = (),
        read_at: str = "",
        *,
        halt: HaltInForce | None = None,
    ) -> None:
        """Show the journal's state of a file's orders; ``manifest`` is the last run's, None before any.

        ``shown`` is the exchange's record of each order, None for an order without one; None if it was not
        read, at ``read_at``. ``denied`` are the claims that the exchange contradicts, also written to
        standard error. ``halt`` is one that holds for its runs.
        """
        for contradiction in denied[:_NAMED]:
            self.note(f"WARNING: {contradiction}.")
        if len(denied) > _NAMED:
            self.note(f"WARNING: the exchange contradicts {len(denied) - _NAMED} more claims of the journal.")
        self._report.status(StatusResult(plan, manifest, shown, denied, read_at, halt))

    def several(self, verb: str) -> None:
        """Announce the results of several files: for each a result or an error, then ``finished``."""
        self._verb, self._series = verb, []

    def file_failed(self, file: str, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Report why one of several files has no result, also on standard error."""
        from .text.stderr import error_lines  # noqa: PLC0415

        painter = self._stderr_painter
        explained = [self._options[each] for each in error.remedies if each in self._options]
        error.details = tuple(dict.fromkeys((*error.details, *explained)))
        painter.paint(error_lines(error, problems, painter.width, terminal=painter.terminal))
        self._add(FailedResult(file, error, problems))

    def not_begun(self, file: str, stopped_by: str) -> None:
        """Report that one of several files was not begun, also on standard error."""
        result = NotBegunResult(file, stopped_by)
        self.note(f"{file}: not applied{f': {stopped_by} failed' if stopped_by else ''}")
        self._add(result)

    def finished(self, end: SeriesEnd) -> None:
        """Show the end of several files, with the sums of all."""
        assert self._series is not None, "the results of several files are announced"
        series, self._series = tuple(self._series), None
        self._report.series(SeriesResult(self._verb, series, end))

    def _add(self, outcome: FileOutcome) -> None:
        assert self._series is not None, "the results of several files are announced"
        self._series.append(outcome)
        self._report.entry(outcome)

    def rebalance(self, rebalance: Rebalance, batch: BatchFile, *, snapshot: str) -> None:
        """Show what follows from targets, and the batch file; ``snapshot``: SHA-256 of what was read."""
        self._report.rebalance(RebalanceResult(rebalance, batch, snapshot))

    def served(
        self, *, rest_url: str, ws_url: str, api_key: str, api_secret: str, control_token: str = ""
    ) -> None:
        """Say where the simulated exchange is and how to use it. The credentials are worth paper money."""
        if self._format is Format.TEXT:
            self.note("The simulated exchange listens. For a client, set what follows; to stop: Ctrl-C.")
        self._report.served(
            {
                "KRAKEN_SPOT_URL": rest_url,
                "KRAKEN_WS_AUTH_URL": ws_url,
                "KRAKEN_API_KEY": api_key,
                "KRAKEN_API_SECRET": api_secret,
                **({"ORDER_BATCH_CONTROL_TOKEN": control_token} if control_token else {}),
            }
        )

    def bundled(self, *, path: str, digest: str, files: Sequence[str]) -> None:
        """Show where a bundle was written, its SHA-256, and the files in it."""
        self._report.bundled(BundleResult(path, digest, files))

    def verified(self, *, path: str, digest: str, checks: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show the checks of a bundle; what is wrong is written to standard error as well."""
        self._report.verified(VerifyResult(path, digest, checks))
        for problem in (problem for _, problems in checks for problem in problems):
            self.note(f"{path}: {problem}")

    def approvals(self, plans: Sequence[PlanApprovals]) -> None:
        """Show the approvals of saved plans, and what is missing."""
        self._report.approvals(plans)

    def history(self, found: History) -> None:
        """Show runs of all batches."""
        self._report.history(found)

    def initialized(
        self,
        folder: str,
        files: Sequence[StarterFile],
        written: Sequence[str],
        next_steps: Sequence[StepToDo],
        *,
        listed: bool,
    ) -> None:
        """Show the starter files, unless ``listed`` before, what became of them, and what is left."""
        self._report.initialized(StarterResult(folder, files, written, next_steps, listed))

    def halted(self, result: Mapping[str, Any]) -> None:
        """Show what a halt did, and on standard error what is not certain."""
        if result["reason"]:
            self.note(f"Not certain: {result['reason']}.")
        self._report.halted(result)

    def resumed(self, result: Mapping[str, Any]) -> None:
        """Show which halt has ended."""
        self._report.resumed(result)

    def diagnosed(self, result: Mapping[str, Any]) -> None:
        """Show the checks of a set-up, with the options that get past what is wrong."""
        from .cures import with_options  # noqa: PLC0415 - no other result has cures of ours

        self._report.diagnosed(with_options(result, self._options))

    # --- on standard error -------------------------------------------------------------------

    def error(self, error: OrderBatchError, *, problems: Sequence[Problem] = ()) -> None:
        """Report the error of a command on standard error, and on standard output in its format."""
        from .text.stderr import error_lines  # noqa: PLC0415

        painter = self._stderr_painter
        painter.paint(error_lines(error, problems, painter.width, terminal=painter.terminal))
        self._report.failed(error, problems)

    def note(self, text: str) -> None:
        """Report a message on standard error."""
        from .text.stderr import note_lines  # noqa: PLC0415

        self._stderr_painter.paint(note_lines(text, self._stderr_painter.width))

    def advise(self, remedies: Sequence[Remedy]) -> None:
        """Report the options that would avoid the problem noted last."""
        for remedy in remedies:
            if remedy in self._options:
                self.note(self._options[remedy])

    def remarks(self, problems: Sequence[Problem]) -> None:
        """Report remarks on places in a file, on standard error."""
        from .text.validation import problem_lines  # noqa: PLC0415

        width = self._stderr_painter.width if self._stderr_painter.terminal else 0
        self._stderr_painter.paint(problem_lines(problems, width=width))

    def expect(self, forecast: Forecast) -> None:
        """Say on standard error what may not fit of a run that begins unchecked; checks say it themselves."""
        if forecast.crowded:
            from .text.plans.forecast import describe_crowded_pairs  # noqa: PLC0415

            for text in describe_crowded_pairs(forecast):
                self.note(text)

    def confirm(
        self,
        plan: Plan,
        ask: Callable[[str], bool],
        review: Review | None = None,
        *,
        account: str = "",
        exchange: str = "",
    ) -> bool:
        """Show the account, the exchange and the orders to be sent on standard error, and ask a person."""
        from .text.plans.confirmation import QUESTION, confirmation_lines  # noqa: PLC0415

        width = self._stderr_painter.width
        self._stderr_painter.paint(
            confirmation_lines(plan, width, review, account=account, exchange=exchange)
        )
        return ask(QUESTION)

    def confirm_files(self, folder: str, files: Sequence[StarterFile], ask: Callable[[str], bool]) -> bool:
        """Show starter files on standard error, and ask a person whether to write those that are new."""
        from .text.starter import QUESTION, file_lines  # noqa: PLC0415

        self._stderr_painter.paint(file_lines(folder, files, self._stderr_painter.width))
        return ask(QUESTION)

    def confirm_halt(
        self, scope: str, orders: Sequence[ListedOrder] | None, ask: Callable[[str], bool]
    ) -> bool:
        """Show on standard error what a halt would cancel, and ask a person."""
        from .text.runs.halting import QUESTION, halt_prompt_lines  # noqa: PLC0415

        self._stderr_painter.paint(halt_prompt_lines(scope, orders, self._stderr_painter.width))
        return ask(QUESTION)

    def progress(self, batch: str) -> AbstractContextManager[Callable[[Progress], None]]:
        """Return a display of a running apply, on standard error, for as long as the context lasts.

        The callable may be called at any rate. Without a terminal, and in other formats than text, waits are
        reported in lines.
        """
        from .wording.progress import WaitLines  # noqa: PLC0415

        lines = nullcontext(WaitLines(self.note, time.time))
        if self._format is not Format.TEXT or not self._stderr.isatty():
            return lines
        from .text.paint import console_of  # noqa: PLC0415

        console = console_of(self._stderr, color=self._color, width=self._width)
        if console.is_dumb_terminal or not console.is_terminal:
            return lines
        from .progress import live_progress  # noqa: PLC0415 - it needs more of rich than all else

        return live_progress(console, batch)

    # --- who writes --------------------------------------------------------------------------

    @cached_property
    def _report(self) -> Report:
        from .writers import Together, report_as  # noqa: PLC0415

        def writer(format: Format, stream: TextIO) -> Report:
            return report_as(
                format,
                stream,
                painter=self._painter,
                step_summary=self._step_summary,
                command=self._command,
                note=self.note,
                rooted_path=self._rooted_path,
            )

        first = writer(self._format, self._stdout)
        others = [writer(format, stream) for format, stream in self._also]
        return Together([first, *others]) if others else first

    @cached_property
    def _stderr_painter(self) -> Painter:
        from .text.paint import PlainPainter  # noqa: PLC0415

        if self._format is not Format.TEXT:
            return PlainPainter(self._stderr, self._width)
        return self._painter(self._stderr)

    def _painter(self, stream: TextIO) -> Painter:
        from .text.paint import painter  # noqa: PLC0415

        return painter(stream, color=self._color, width=self._width)
