"""The base of all formats: the results that a command has to show, and a method for each kind of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from runner.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import Content, HaltInForce, OrderKey, Problem, StarterFile, StepToDo
    from runner.errors import OrderBatchError
    from runner.journal import History
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, Plan
    from runner.rebalance import BatchFile, Rebalance
    from runner.review import Diff, PlanApprovals, Review, SeriesEnd

    Manifest = Mapping[str, Any]
    Shown = Mapping[OrderKey, OpenOrder | None]


class Format(StrEnum):
    """The format of results."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"
    CSV = "csv"
    HTML = "html"


class FileResult(NamedTuple):
    """A file that was validated; ``content`` is None if it has problems that are errors."""

    file: str
    content: Content | None
    problems: Sequence[Problem]


class PlanResult(NamedTuple):
    """A plan, its review, and its difference from another version; None for what was not made."""

    plan: Plan
    review: Review | None
    diff: Diff | None


class RunResult(NamedTuple):
    """The manifest of a run, the path that it was written to, and the time that the run took."""

    manifest: Manifest
    path: str
    elapsed_s: float


class StatusResult(NamedTuple):
    """The journal of a batch, and what the exchange says of it.

    ``manifest`` is that of the last run, None before any; ``shown`` is None if the exchange was not read;
    ``denied`` are the claims of the journal that the exchange contradicts; ``read_at`` is when the exchange
    was read (RFC 3339); ``halt`` is one that holds for its runs.
    """

    plan: Plan
    manifest: Manifest | None
    shown: Shown | None
    denied: Sequence[Contradiction] = ()
    read_at: str = ""
    halt: HaltInForce | None = None


class FailedResult(NamedTuple):
    """One of several files without a result: the error, and the problems of the file."""

    file: str
    error: OrderBatchError
    problems: Sequence[Problem]


class NotBegunResult(NamedTuple):
    """One of several files that was not begun, because another one has failed."""

    file: str
    stopped_by: str


FileOutcome = PlanResult | RunResult | FailedResult | NotBegunResult


class SeriesResult(NamedTuple):
    """The results of several files, in their order; ``verb`` is ``plan`` or ``apply``."""

    verb: str
    outcomes: Sequence[FileOutcome]
    end: SeriesEnd


class RebalanceResult(NamedTuple):
    """A rebalance, the batch file that was made of it, and the SHA-256 of the snapshot."""

    rebalance: Rebalance
    batch: BatchFile
    snapshot: str


class BundleResult(NamedTuple):
    """A bundle that was written: its path, the SHA-256 of its bytes, and the names of the files in it."""

    path: str
    digest: str
    files: Sequence[str]


class VerifyResult(NamedTuple):
    """The checks of a bundle: each in words, and what is wrong."""

    path: str
    digest: str
    checks: Sequence[tuple[str, Sequence[str]]]


class StarterResult(NamedTuple):
    """The files of ``init`` in a folder, the paths that were written, and the steps that are left.

    ``listed``: a person has seen the files before.
    """

    folder: str
    files: Sequence[StarterFile]
    written: Sequence[str]
    next_steps: Sequence[StepToDo]
    listed: bool = False


class Report(ABC):
    """The writer of one format. A command calls one of its methods, once."""

    @abstractmethod
    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in files."""

    @abstractmethod
    def plan(self, result: PlanResult) -> None:
        """Write what a run would do."""

    @abstractmethod
    def run(self, result: RunResult) -> None:
        """Write what a run did."""

    @abstractmethod
    def status(self, result: StatusResult) -> None:
        """Write what the journal says, and what the exchange says."""

    @abstractmethod
    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""

    def entry(self, outcome: FileOutcome) -> None:  # noqa: B027 - most formats are one document
        """Write the result of one of several files at once; only text does."""

    def series(self, result: SeriesResult) -> None:
        """Write the results of several files. Refuse where there is no such form of them."""
        raise InvalidInput("several files are not shown in this format")

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what follows from a targets file. Refuse where there is no such form of it."""
        raise InvalidInput("a rebalance is not shown in this format")

    def halted(self, result: Manifest) -> None:
        """Write what a halt did. Refuse where there is no such form of it."""
        raise InvalidInput("a halt is not shown in this format")

    def resumed(self, result: Manifest) -> None:
        """Write which halt has ended. Refuse where there is no such form of it."""
        raise InvalidInput("the end of a halt is not shown in this format")

    def diagnosed(self, result: Manifest) -> None:
        """Write the checks of a set-up. Refuse where there is no such form of them."""
        raise InvalidInput("the checks of a set-up are not shown in this format")

    def served(self, variables: Mapping[str, str]) -> None:  # noqa: B027 - most formats have no place for it
        """Write where the simulated exchange is; only formats for a shell or a program do."""

    def bundled(self, result: BundleResult) -> None:  # noqa: B027 - it is shown as text or as JSON alone
        """Write where a bundle is, and what is in it."""

    def verified(self, result: VerifyResult) -> None:  # noqa: B027 - it is shown as text or as JSON alone
        """Write the checks of a bundle."""

    def approvals(self, plans: Sequence[PlanApprovals]) -> None:  # noqa: B027 - as above
        """Write the approvals of saved plans, and what is missing."""

    def history(self, found: History) -> None:
        """Write runs of all batches. Refuse where there is no such form of them."""
        raise InvalidInput("the runs of all batches are not shown in this format")

    def initialized(self, result: StarterResult) -> None:  # noqa: B027 - as above
        """Write which starter files there are now."""
