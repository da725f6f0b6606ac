"""A rebalance as a call: target weights become a table, and a batch file that is reviewed like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.app.hosts import Host, TrioProgram
from runner.app.rebalance import RebalanceOptions
from runner.app.rebalance import rebalance as compute
from runner.errors import ExitCode, InvalidInput
from runner.kraken import Tier
from runner.rebalance import outcome_of

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from pathlib import Path

    from runner.app.console import Console
    from runner.rebalance import BatchFile, Outcome, Rebalance

    from .job import Job

__all__ = ["Rebalanced", "rebalance"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebalanced:
    """The result of ``rebalance``.

    ``outcome`` says whether the account is where the file wants it; ``table`` has each currency with its
    weight, its band, and its order or the reasons for none, all in ``Decimal``. ``batch`` is the batch file:
    its name, its text, and whether it was written. ``snapshot`` is the SHA-256 of what was read, in hex.
    ``exit_code``: ``DONE``, ``CHANGES`` if requested and orders follow, ``INCOMPLETE`` if a currency is
    outside its band and no order is possible, ``INVALID`` if the batch file could not be written.
    """

    exit_code: ExitCode
    outcome: Outcome
    table: Rebalance
    batch: BatchFile
    snapshot: str
    notes: tuple[str, ...]


async def rebalance(
    job: Job,
    *,
    out: Path | None = None,
    name: str = "",
    check: bool = False,
    detailed_exitcode: bool = False,
    snapshot: Path | None = None,
    save_snapshot: Path | None = None,
    tier: Tier = Tier.STARTER,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> Rebalanced:
    """Compute the orders that bring an account to the weights of the job's targets file. Sends nothing.

    ``out``: the batch file to write, which is never overwritten. ``name``: the name of the batch, empty for
    that of the targets with the day. ``check``: only look; orders that follow end with ``CHANGES``, as with
    ``detailed_exitcode``. ``save_snapshot`` keeps what was read; ``snapshot`` computes from such a file,
    without a connection, to the same bytes. ``tier``: the account's, for rate limits.

    Raises ``InvalidBatch`` for problems of the file, ``InvalidInput``, ``Unreachable`` for anything that
    could not be read, and ``Refused`` for prices that are no basis for orders.
    """
    _refuse_contradictions(job, out=out, check=check, snapshot=snapshot, save_snapshot=save_snapshot)
    collector, environ = Collector(console), job.variables()
    options = RebalanceOptions(
        environ=environ,
        out=out,
        name=name,
        check=check,
        detailed_exitcode=detailed_exitcode,
        snapshot=snapshot,
        save_snapshot=save_snapshot,
        tier=tier,
    )
    with families():
        code = await compute(job.target(), options, collector, host)
    assert collector.rebalanced is not None, "a rebalance that ends is shown"
    table, batch, digest = collector.rebalanced
    return Rebalanced(
        exit_code=code,
        outcome=outcome_of(table),
        table=table,
        batch=batch,
        snapshot=digest,
        notes=tuple(collector.notes),
    )


def _refuse_contradictions(
    job: Job, *, out: Path | None, check: bool, snapshot: Path | None, save_snapshot: Path | None
) -> None:
    if check and out is not None:
        raise InvalidInput("a check writes no batch: leave out one of the two")
    if snapshot is not None and save_snapshot is not None:
        raise InvalidInput("a snapshot that is read is saved already: leave out one of the two")
    if job.run_key:
        raise InvalidInput("a rebalance has no run key: its batches have a name each")
