"""Results as GitHub workflow annotations, and all of them in the summary of the step.

A pull request shows annotations at their lines. GitHub takes ten of a kind from a step; the others are in the
summary, or in the log. All commands of a step share its summary.
Untrusted text cannot become a command: commands are lines that begin with two colons.
Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import OrderOutcome
from runner.harmless import neutral
from runner.report.base import Report
from runner.report.diagnostics import (
    Level,
    Remark,
    remarks_of_contradictions,
    remarks_of_error,
    remarks_of_looks,
    remarks_of_orphans,
    remarks_of_plan,
    remarks_of_problems,
    remarks_of_result,
    rooted,
)
from runner.report.humanize import count
from runner.report.lines import plain
from runner.report.result_summary import summary_line
from runner.report.text.plans.plan import plan_summary
from runner.report.text.runs.status import status_summary
from runner.report.wording.approvals import approvals_of_run, required_of_plan
from runner.report.wording.policies import describe_policies, policies_of_plan, policies_of_run
from runner.runtime.storage import append_text

from .escaping import code, command_property, command_text
from .page import STEP_SUMMARY_BYTES, is_cut
from .report import MarkdownReport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TextIO

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.report.base import (
        FileResult,
        PlanResult,
        RebalanceResult,
        RunResult,
        SeriesResult,
        StatusResult,
    )

MAX_OF_A_KIND: Final = 10

HEADLINE_BYTES: Final = 2_000
"""Size reserved for each command in a summary that other commands have filled."""

GITHUB_TAKES_BYTES: Final = 1024 * 1024


_STILL: Final = (OrderOutcome.UNRESOLVED.value, "barrier")
"""What an earlier run left and still matters: doubts, and groups that wait or have waited in vain."""


class GithubReport(Report):
    """The format ``github``.

    ``summary`` is the file of the step's summary, or None. ``command`` writes a line that is a command,
    ``note`` reports on standard error what could not be written, and ``rooted_path`` names a file from the
    repository's root.
    """

    def __init__(
        self,
        stdout: TextIO,
        summary: Path | None,
        *,
        command: Callable[[str], object],
        note: Callable[[str], None],
        rooted_path: Callable[[str], str],
    ) -> None:
        self._stdout = stdout
        self._command = command
        self._note = note
        self._summary = summary
        self._rooted_path = rooted_path
        self._all_in_summary = False

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in batch files."""
        self._page().validated(files)
        self._annotate(remarks_of_problems(problem for _, _, found in files for problem in found))
        bad = sum(batch is None for _, batch, _ in files)
        self._say(f"{count(len(files), 'file')}, {bad or 'none'} invalid")

    def plan(self, result: PlanResult) -> None:
        """Write what a run would do."""
        plan, review, _ = result
        self._page().plan(result)
        self._annotate([*remarks_of_looks(review, plan.file), *remarks_of_plan(plan, review)])
        self._say(plain(plan_summary(plan, review)))
        for text in (describe_policies(policies_of_plan(plan)), *required_of_plan(plan)):
            self._say(text)

    def run(self, result: RunResult) -> None:
        """Write what a run did."""
        manifest, path, elapsed_s = result
        where = code(path) if path else "the log"
        self._page(f"{where} has them all").run(result)
        self._annotate(remarks_of_result(manifest))
        self._say(plain(summary_line(manifest, elapsed_s)))
        for text in (describe_policies(policies_of_run(manifest)), *approvals_of_run(manifest)):
            self._say(text)

    def series(self, result: SeriesResult) -> None:
        """Write the results of several files."""
        from runner.report.series_remarks import remarks_of_outcome  # noqa: PLC0415
        from runner.report.text.runs.series_words import describe_outcome, headline, sums  # noqa: PLC0415

        self._page().series(result)
        self._annotate([remark for outcome in result.outcomes for remark in remarks_of_outcome(outcome)])
        for file, outcome in zip(result.end.files, result.outcomes, strict=True):
            self._say(f"{file.file}: {describe_outcome(outcome)}")
        for text in (headline(result), *sums(result)):
            self._say(text)

    def status(self, result: StatusResult) -> None:
        """Write what the journal says, and what the exchange says."""
        plan, manifest, _, denied, *_ = result
        self._page().status(result)
        if manifest is not None:
            left = remarks_of_result(manifest)
            self._annotate([remark for remark in left if any(word in remark.rule for word in _STILL)])
        self._annotate([*remarks_of_orphans(plan), *remarks_of_contradictions(denied, plan.file)])
        self._say(plain(status_summary(plan, denied)))

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what follows from a targets file."""
        from runner.report.rebalance_remarks import remarks_of_rebalance  # noqa: PLC0415
        from runner.report.wording.rebalances import summary_of  # noqa: PLC0415

        self._page().rebalance(result)
        self._annotate(remarks_of_rebalance(result.rebalance))
        self._say(summary_of(result.rebalance))

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""
        self._page().failed(error, problems)
        self._annotate(remarks_of_problems(problems) or [remarks_of_error(error, "")])

    def _annotate(self, remarks: Sequence[Remark]) -> None:
        for level in Level:
            alike = [remark for remark in remarks if remark.level is level]
            for remark in rooted(alike[:MAX_OF_A_KIND], self._rooted_path):
                self._command(annotation(remark))
            rest = alike[MAX_OF_A_KIND:]
            if rest and self._all_in_summary:
                self._say(f"{count(len(rest), f'more {level.value}')}: see the summary of this step")
            elif rest:
                for remark in rest:
                    self._say(f"{level.value}: {remark.file}:{remark.line}:{remark.column}: {remark.text}")

    def _say(self, text: str) -> None:
        """Write a line of the log that is no command, whatever is in it."""
        self._stdout.write(f"- {neutral(text)}\n")
        self._stdout.flush()

    def _page(self, more: str = "`--format json` shows them all") -> MarkdownReport:
        """Return a report that adds a page to the summary, as long as there is room; ``more`` is markdown."""
        return MarkdownReport(self._append, limit=self._room(), more=more)

    def _room(self) -> int:
        """Return how many more bytes the summary takes: GitHub drops one that is too long as a whole."""
        try:
            there = self._summary.stat().st_size if self._summary else 0
        except OSError:
            there = 0
        return max(STEP_SUMMARY_BYTES - there, min(HEADLINE_BYTES, GITHUB_TAKES_BYTES - there))

    def _append(self, text: str) -> None:
        if self._summary is None:
            return
        try:
            append_text(self._summary, text)
        except OSError as error:
            self._note(f"The summary of this step cannot be written: {error.strerror}: {self._summary}")
            return
        self._all_in_summary = not is_cut(text)
        if not text:
            self._note("The summary of this step has no room left; nothing was added to it.")


def annotation(remark: Remark) -> str:
    """Return a remark as a workflow command, with its line end."""
    place = {"file": remark.file, "line": str(remark.line), "col": str(remark.column)} if remark.file else {}
    named = {**place, "title": remark.rule}
    properties = ",".join(f"{name}={command_property(text)}" for name, text in named.items())
    return f"::{remark.level.value} {properties}::{command_text(remark.text)}\n"
