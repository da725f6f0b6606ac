"""Several files, applied one after another: the result of each, and how all of them ended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from runner.app.apply_all import apply_all as carry_out
from runner.app.hosts import Host, TrioProgram
from runner.domain import RECORDS_LAG_S
from runner.kraken import Tier

from .applied import Applied, Consent, Stop, applied_of, options_of
from .collector import Collector
from .job import Jobs, families

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.app.apply_all import AppliedFile as Ended
    from runner.app.console import Console
    from runner.errors import ExitCode, OrderBatchError

__all__ = ["AppliedAll", "AppliedFile", "apply_all"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFile:
    """One of several files: its result, or the ``error`` because of which there is none.

    ``exit_code`` is None for a file that was not begun, because ``stopped_by`` has failed. ``batch`` is the
    name of the batch, empty if the file could not be read.
    """

    file: str
    batch: str
    exit_code: ExitCode | None
    applied: Applied | None
    error: OrderBatchError | None
    stopped_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedAll:
    """The result of ``apply_all``, with the files in their order. ``exit_code`` is the worst of them."""

    exit_code: ExitCode
    files: tuple[AppliedFile, ...]
    notes: tuple[str, ...]


async def apply_all(
    jobs: Jobs,
    *,
    confirm: str | Consent,
    keep_going: bool = False,
    unchecked: bool = False,
    validate_only: bool = False,
    deadline_s: int = 10,
    settle_s: int = RECORDS_LAG_S,
    dead_man_s: int = 0,
    tier: Tier = Tier.STARTER,
    on_event: Callable[[Mapping[str, Any]], object] | None = None,
    events: Path | None = None,
    console: Console | None = None,
    stop: Stop | None = None,
    started_at: float | None = None,
    host: Host = _IN_TRIO,
) -> AppliedAll:
    """Carry out the plans whose digest is ``confirm``, one file after another.

    ``confirm``: ``PlannedAll.digest``, or a ``Consent``, whose question is put once for all. All files are
    read, validated and locked before the first is sent anything, and none is sent anything if one of them is
    invalid. The market and the account are looked at once, and again before a file whose turn comes more
    than a minute later, or after a failed one. What is refused in that look stops all files, and a file that
    fails later stops those after it; with ``keep_going`` the others go on. An interrupted run is completed
    in either case, and ``stop`` or a signal ends all. The other arguments are those of ``apply``.

    The next call with the same arguments continues where this one has stopped: no order is placed twice.

    A file that is refused or fails is part of the result. Raises ``InvalidInput`` for two files of a batch,
    ``Refused`` for other plans than those confirmed, and what prevents all files before anything is sent.
    """
    began = time.monotonic() if started_at is None else started_at
    out, each = Collector(console), list[Collector]()
    options = options_of(
        jobs.job(Path()),
        confirm=confirm,
        unchecked=unchecked,
        validate_only=validate_only,
        deadline_s=deadline_s,
        settle_s=settle_s,
        dead_man_s=dead_man_s,
        manifest=None,
        tier=tier,
        on_event=on_event,
        events=events,
        stop=stop,
        elapsed_s=lambda: time.monotonic() - began,
    )

    def collect() -> Collector:
        each.append(Collector(console))
        return each[-1]

    with families():
        ended = await carry_out(
            jobs.targets(), options, collect, out, host, keep_going=keep_going, removed=jobs.removed
        )
    files = tuple(_file(file, found) for file, found in zip(ended.files, each, strict=True))
    return AppliedAll(exit_code=ended.code, files=files, notes=tuple(out.notes))


def _file(file: Ended, out: Collector) -> AppliedFile:
    known = file.code is not None and out.result is not None
    return AppliedFile(
        file=file.file,
        batch=file.entry.batch,
        exit_code=file.code,
        applied=applied_of(out, file.code) if known and file.code is not None else None,
        error=file.error,
        stopped_by=file.stopped_by,
    )
