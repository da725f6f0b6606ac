"""The silent console of the library: it keeps what a recipe shows, and forwards it to a console, if any."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from runner.app.console import Console
from runner.harmless import neutral

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from runner.domain import Content, HaltInForce, OrderKey, Problem, StarterFile, StepToDo
    from runner.errors import OrderBatchError, Remedy
    from runner.execution import Progress
    from runner.journal import History
    from runner.kraken import ListedOrder, OpenOrder
    from runner.planning import Contradiction, Forecast, Plan
    from runner.rebalance import BatchFile, Rebalance
    from runner.review import Diff, PlanApprovals, Review, SeriesEnd

    Shown = Mapping[OrderKey, OpenOrder | None]
    Reported = tuple[
        Plan,
        Mapping[str, Any] | None,
        Shown | None,
        tuple[Contradiction, ...],
        str,
        HaltInForce | None,
    ]

__all__ = ["Collector", "Console"]


class Collector:
    """A console that shows nothing. ``console`` gets all that is collected as well."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console
        self.notes: list[str] = []
        self.found_remarks: list[Problem] = []
        self.planned: tuple[Plan, Review | None, Diff | None] | None = None
        self.result: tuple[Mapping[str, Any], str, float] | None = None
        self.reported: Reported | None = None
        self.rebalanced: tuple[Rebalance, BatchFile, str] | None = None
        self.packed: tuple[str, tuple[str, ...]] | None = None
        self.checked: tuple[str, tuple[tuple[str, tuple[str, ...]], ...]] | None = None

    def validated(self, files: Sequence[tuple[str, Content | None, Sequence[Problem]]]) -> None:
        """Pass on what was found in files; ``validate`` returns it."""
        if self._console is not None:
            self._console.validated(files)

    def plan(self, plan: Plan, review: Review | None = None, diff: Diff | None = None) -> None:
        """Keep a plan with its review."""
        self.planned = plan, review, diff
        if self._console is not None:
            self._console.plan(plan, review, diff)

    def manifest(self, manifest: Mapping[str, Any], *, path: str, elapsed_s: float) -> None:
        """Keep the result of a run."""
        self.result = manifest, path, elapsed_s
        if self._console is not None:
            self._console.manifest(manifest, path=path, elapsed_s=elapsed_s)

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
        """Keep the state of a file's orders."""
        self.reported = plan, manifest, shown, tuple(denied), read_at, halt
        if self._console is not None:
            self._console.status(plan, manifest, shown, denied, read_at, halt=halt)

    def rebalance(self, rebalance: Rebalance, batch: BatchFile, *, snapshot: str) -> None:
        """Keep what follows from a targets file."""
        self.rebalanced = rebalance, batch, snapshot
        if self._console is not None:
            self._console.rebalance(rebalance, batch, snapshot=snapshot)

    def several(self, verb: str) -> None:
        """Pass on that results of several files follow."""
        if self._console is not None:
            self._console.several(verb)

    def file_failed(self, file: str, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Pass on why a file has no result; the call returns it."""
        if self._console is not None:
            self._console.file_failed(file, error, problems)

    def not_begun(self, file: str, stopped_by: str) -> None:
        """Pass on that a file was not begun."""
        if self._console is not None:
            self._console.not_begun(file, stopped_by)

    def finished(self, end: SeriesEnd) -> None:
        """Pass on the end of several files."""
        if self._console is not None:
            self._console.finished(end)

    def served(
        self, *, rest_url: str, ws_url: str, api_key: str, api_secret: str, control_token: str = ""
    ) -> None:
        """Pass on where a simulated exchange is; its credentials are not kept."""
        if self._console is not None:
            self._console.served(
                rest_url=rest_url,
                ws_url=ws_url,
                api_key=api_key,
                api_secret=api_secret,
                control_token=control_token,
            )

    def bundled(self, *, path: str, digest: str, files: Sequence[str]) -> None:
        """Keep the digest of a bundle and the files in it."""
        self.packed = digest, tuple(files)
        if self._console is not None:
            self._console.bundled(path=path, digest=digest, files=files)

    def verified(self, *, path: str, digest: str, checks: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Keep the checks of a bundle."""
        self.checked = digest, tuple((words, tuple(problems)) for words, problems in checks)
        if self._console is not None:
            self._console.verified(path=path, digest=digest, checks=checks)

    def approvals(self, plans: Sequence[PlanApprovals]) -> None:
        """Pass on the approvals of saved plans; the call returns them."""
        if self._console is not None:
            self._console.approvals(plans)

    def history(self, found: History) -> None:
        """Pass on runs of all batches; the call returns them."""
        if self._console is not None:
            self._console.history(found)

    def initialized(
        self,
        folder: str,
        files: Sequence[StarterFile],
        written: Sequence[str],
        next_steps: Sequence[StepToDo],
        *,
        listed: bool,
    ) -> None:
        """Pass on the starter files; ``init`` returns them."""
        if self._console is not None:
            self._console.initialized(folder, files, written, next_steps, listed=listed)

    def note(self, text: str) -> None:
        """Keep a message, with non-printing characters escaped."""
        self.notes.append(neutral(text))
        if self._console is not None:
            self._console.note(text)

    def advise(self, remedies: Sequence[Remedy]) -> None:
        """Forward the arguments that would avoid the problem noted last."""
        if self._console is not None:
            self._console.advise(remedies)

    def remarks(self, problems: Sequence[Problem]) -> None:
        """Keep remarks on places in a file."""
        self.found_remarks += problems
        if self._console is not None:
            self._console.remarks(problems)

    def expect(self, forecast: Forecast) -> None:
        """Forward a forecast of orders for which there may be no room."""
        if self._console is not None:
            self._console.expect(forecast)

    def confirm(
        self,
        plan: Plan,
        ask: Callable[[str], bool],
        review: Review | None = None,
        *,
        account: str = "",
        exchange: str = "",
    ) -> bool:
        """Ask a person through the console; without a console the answer is no."""
        if self._console is None:
            return False
        return self._console.confirm(plan, ask, review, account=account, exchange=exchange)

    def confirm_files(self, folder: str, files: Sequence[StarterFile], ask: Callable[[str], bool]) -> bool:
        """Ask a person through the console; without a console the answer is no."""
        return self._console is not None and self._console.confirm_files(folder, files, ask)

    def confirm_halt(
        self, scope: str, orders: Sequence[ListedOrder] | None, ask: Callable[[str], bool]
    ) -> bool:
        """Ask a person through the console; without a console the answer is no."""
        return self._console is not None and self._console.confirm_halt(scope, orders, ask)

    def progress(self, batch: str) -> AbstractContextManager[Callable[[Progress], None]]:
        """Return the console's display of a running apply, or one that shows nothing."""
        return nullcontext(_ignore) if self._console is None else self._console.progress(batch)


def _ignore(_: Progress) -> None:
    pass
