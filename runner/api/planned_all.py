"""The plans of several files, each as it comes after the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.consent import digest_of
from runner.app.hosts import Host, TrioProgram
from runner.app.plan_all import plan_all as make_plans
from runner.kraken import Tier
from runner.review import digest_over, totals_over

from .collector import Collector
from .job import Jobs, families
from .planned import Planned, Save, options_of, planned_of

if TYPE_CHECKING:
    from runner.app.console import Console
    from runner.app.plan_all import PlannedFile as Ended
    from runner.errors import ExitCode, OrderBatchError
    from runner.review import Totals

__all__ = ["PlannedAll", "PlannedFile", "plan_all"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """One of several files: its plan, or the ``error`` because of which there is none.

    ``batch`` is the name of the batch, empty if the file could not be read.
    """

    file: str
    batch: str
    exit_code: ExitCode
    planned: Planned | None
    error: OrderBatchError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAll:
    """The result of ``plan_all``, with the files in the order of a run.

    ``digest`` is what ``apply_all`` takes as ``confirm``; it is empty if a file has no plan. ``totals`` are
    those of all plans that would be carried out, from what the first finds to what the last leaves; None
    where the market was not read. ``saved_as`` is the id of the saved plans, None if none were saved.
    ``exit_code`` is the worst of the files.
    """

    digest: str
    exit_code: ExitCode
    files: tuple[PlannedFile, ...]
    totals: Totals | None
    saved_as: str | None
    notes: tuple[str, ...]


async def plan_all(
    jobs: Jobs,
    *,
    offline: bool = False,
    currency: str = "",
    tier: Tier = Tier.STARTER,
    against: str = "",
    save: Save | None = None,
    detailed_exitcode: bool = False,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> PlannedAll:
    """Plan several files, with one look at the market and the account. Sends no order.

    Each file is reviewed as it comes after the others: their orders wait, what they buy and sell at once has
    traded, and they count for the limits of a day. ``save`` writes one file with the plans of all, unless
    one of them would be refused. The other arguments are those of ``plan``.

    A file that cannot be planned is part of the result. Raises ``InvalidInput`` for two files of one batch,
    and ``Unreachable`` if the exchange cannot be reached at all.
    """
    job, out, each = jobs.job(Path()), Collector(console), list[Collector]()
    options = options_of(
        job,
        offline=offline,
        currency=currency,
        tier=tier,
        against=against,
        save=save,
        detailed_exitcode=detailed_exitcode,
    )

    def collect() -> Collector:
        each.append(Collector(console))
        return each[-1]

    with families():
        ended = await make_plans(jobs.targets(), options, collect, out, host, removed=jobs.removed)
        digests = [_digest(file, jobs) for file in ended.files]
    files = [_file(*known) for known in zip(ended.files, each, digests, strict=True)]
    reviews = [file.planned.review for file in files if file.planned and not file.planned.refused]
    return PlannedAll(
        digest=digest_over(digests) if all(digests) else "",
        exit_code=ended.code,
        files=tuple(files),
        totals=totals_over(reviews) if any(review.market for review in reviews) else None,
        saved_as=None if ended.saved is None else ended.saved.id,
        notes=tuple(out.notes),
    )


def _digest(file: Ended, jobs: Jobs) -> str:
    """Return the digest of a file's plan, empty if there is none."""
    if file.intended is None or file.judged is None or file.reading is None:
        return ""
    return digest_of(file.intended, file.reading.target, jobs.job(Path()).variables())


def _file(file: Ended, out: Collector, digest: str) -> PlannedFile:
    planned = None if out.planned is None else planned_of(out, file.code, digest, saved=None)
    return PlannedFile(
        file=file.file, batch=file.batch, exit_code=file.code, planned=planned, error=file.error
    )
