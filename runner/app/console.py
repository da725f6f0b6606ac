"""The interface through which a command reports its results: to a terminal, CI, or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

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


class Console(Protocol):
    """Results and messages.

    A command calls at most one method for results, once; between ``several`` and ``finished`` once for each
    file.
    """

    # --- results -----------------------------------------------------------------------------

    def validated(self, files: Sequence[tuple[str, Content | None, Sequence[Problem]]]) -> None:
        """Show what was found in each file: ``(file, batch or policy or None, problems)``."""

    def plan(self, plan: Plan, review: Review | None = None, diff: Diff | None = None) -> None:
        """Show a plan, its review, and the difference to another version."""

    def manifest(self, manifest: Mapping[str, Any], *, path: str, elapsed_s: float) -> None:
        """Show what a run did; ``path`` is where its manifest was written."""

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
        """Show the journal of a file's orders with the exchange's records of them, as read at ``read_at``."""

    def rebalance(self, rebalance: Rebalance, batch: BatchFile, *, snapshot: str) -> None:
        """Show what follows from targets, and the batch file; ``snapshot``: SHA-256 of what was read."""

    def several(self, verb: str) -> None:
        """Announce the results of several files: for each a result or an error, then ``finished``."""

    def file_failed(self, file: str, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Show why one of several files has no result."""

    def not_begun(self, file: str, stopped_by: str) -> None:
        """Show that one of several files was not begun, because another one has failed."""

    def finished(self, end: SeriesEnd) -> None:
        """Show the end of several files, with the sums of all."""

    def served(
        self, *, rest_url: str, ws_url: str, api_key: str, api_secret: str, control_token: str = ""
    ) -> None:
        """Show where the simulated exchange is and how to use it."""

    def bundled(self, *, path: str, digest: str, files: Sequence[str]) -> None:
        """Show where a bundle was written, its SHA-256, and the files in it."""

    def verified(self, *, path: str, digest: str, checks: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show the checks of a bundle, each in words and with what is wrong."""

    def approvals(self, plans: Sequence[PlanApprovals]) -> None:
        """Show the approvals of saved plans, and what is missing."""

    def history(self, found: History) -> None:
        """Show runs of all batches."""

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

    # --- messages ----------------------------------------------------------------------------

    def note(self, text: str) -> None:
        """Report a message."""

    def advise(self, remedies: Sequence[Remedy]) -> None:
        """Report the arguments that would avoid the problem noted last."""

    def remarks(self, problems: Sequence[Problem]) -> None:
        """Report remarks on places in a file."""

    def expect(self, forecast: Forecast) -> None:
        """Report pairs with too little room in a run that starts unchecked."""

    def confirm(
        self,
        plan: Plan,
        ask: Callable[[str], bool],
        review: Review | None = None,
        *,
        account: str = "",
        exchange: str = "",
    ) -> bool:
        """Show the account, the exchange and the orders to be sent, and ask a person."""

    def confirm_files(self, folder: str, files: Sequence[StarterFile], ask: Callable[[str], bool]) -> bool:
        """Show starter files, and ask a person whether to write those that are new."""

    def confirm_halt(
        self, scope: str, orders: Sequence[ListedOrder] | None, ask: Callable[[str], bool]
    ) -> bool:
        """Show what a halt would cancel, and ask a person; ``orders`` are the open ones, None if unknown."""

    def progress(self, batch: str) -> AbstractContextManager[Callable[[Progress], None]]:
        """Show a running apply during the context; the callable may be called at any rate."""
