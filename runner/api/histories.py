"""The runs of all batches, in a state folder or in a team's ledger; and one of them as its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.app.history import Source, show_run
from runner.app.history import history as recipe
from runner.journal import History, PastRun, RunMoney, WantedRuns

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.app.console import Console
    from runner.errors import ExitCode

__all__ = [
    "FoundHistory",
    "History",
    "PastRun",
    "RunMoney",
    "ShownRun",
    "Source",
    "WantedRuns",
    "history",
    "past_run",
]

_ALL = WantedRuns()


@dataclass(frozen=True, slots=True)
class FoundHistory:
    """The result of ``history``. ``exit_code``: ``REFUSED`` if a journal could not be read, else ``DONE``."""

    history: History
    exit_code: ExitCode


@dataclass(frozen=True, slots=True)
class ShownRun:
    """The result of ``past_run``: the manifest of a run, and the exit code that it ended with."""

    manifest: Mapping[str, Any]
    exit_code: ExitCode


def history(source: Source, wanted: WantedRuns = _ALL, *, console: Console | None = None) -> FoundHistory:
    """Return the runs that are wanted, in the order in which they began. Opens no connection to an exchange.

    Raises ``Unreachable`` and ``Refused`` for a ledger that cannot be used, and ``InvalidInput`` for a state
    folder that cannot be seen.
    """
    with families():
        return FoundHistory(*recipe(source, wanted, Collector(console)))


def past_run(
    source: Source, name: str, wanted: WantedRuns = _ALL, *, console: Console | None = None
) -> ShownRun:
    """Return a run as its result: the last one of a batch, or the one with a number, ``weekly@2026-W47#2``.

    Its manifest is what the journal held when the next run began. Raises ``InvalidInput`` for a run that is
    not there, or that several journals have, besides what ``history`` raises.
    """
    with families():
        return ShownRun(*show_run(source, name, wanted, Collector(console)))
