"""``order-batch rebalance``: from target weights to a batch file, which is reviewed like any other.

Nothing is sent and no state is made. What cannot be read or believed is no basis for an order.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from runner.batchfile import MAX_FILE_BYTES, parse, parse_targets
from runner.domain import Problem
from runner.errors import ExitCode, InvalidInput, Refused, Remedy
from runner.kraken import Tier
from runner.rebalance import (
    BatchFile,
    DoubtKind,
    Outcome,
    Writing,
    batch_name,
    batch_text,
    compute,
    decode_snapshot,
    doubts,
    encode_snapshot,
    narrowed,
    outcome_of,
    snapshot_digest,
)
from runner.runtime.storage import read_limited, write_new

from .checks.earlier_batches import describe_earlier, read_earlier, refuse_used_name
from .inputs.batches import InvalidBatch, Target
from .inputs.outputs import refuse_output
from .rehearsal.rehearsing import refuse_pointless, with_rehearsal
from .team.opening import with_ledger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.domain import Targets
    from runner.rebalance import Doubt, Rebalance, Snapshot

    from .console import Console
    from .hosts import Host

_TOP: Final = (1, 1)

MAX_SNAPSHOT_BYTES = 16 * 1024 * 1024
"""Of an account with thousands of open orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebalanceOptions:
    """The options of a rebalance.

    ``out`` is the batch file to write, None for the table alone, and ``name`` the name of its batch, empty
    for one with the date. ``check``: write nothing. ``snapshot`` is a file to compute from, offline;
    ``save_snapshot`` one that keeps what was read.
    """

    environ: Mapping[str, str] = field(repr=False)
    out: Path | None = None
    name: str = ""
    check: bool = False
    detailed_exitcode: bool = False
    snapshot: Path | None = None
    save_snapshot: Path | None = None
    tier: Tier = Tier.STARTER


async def rebalance(target: Target, options: RebalanceOptions, out: Console, host: Host) -> ExitCode:
    """Show what follows from a targets file, write the batch file if one is wanted, and return the exit code.

    Raises ``InvalidBatch`` for the problems of the file, ``Unreachable`` for what could not be read, and
    ``Refused`` for a market that is no basis for orders.
    """
    if options.snapshot is not None:  # Nothing but that file is read.
        refuse_pointless([target], offline=True, saves=False)
        return await _rebalance(target, options, out, host)
    async with (
        with_rehearsal(target, options.environ, host, out, options.tier) as (own, serving),
        with_ledger(own, options.environ, serving) as opened,
    ):
        return await _rebalance(opened, options, out, serving)


async def _rebalance(target: Target, options: RebalanceOptions, out: Console, host: Host) -> ExitCode:
    _refuse_outputs(target, options)
    targets = _load(target)
    snapshot = narrowed(targets, await _snapshot(targets, target, options, host=host, out=out))
    if options.save_snapshot is not None:
        _create(options.save_snapshot, encode_snapshot(snapshot), "the snapshot")
    _refuse_doubts(targets, snapshot)
    result = compute(targets, snapshot)
    batch = _write(_batch(result, options), target, options, out)
    out.rebalance(result, batch, snapshot=snapshot_digest(snapshot))
    if options.snapshot is None:
        for note in describe_earlier(read_earlier(target), result.holding):
            out.note(note)
    if batch.text and options.out is None and not options.check:
        out.advise([Remedy.WRITE])
    return _exit_code(result, batch, options)


def _refuse_outputs(target: Target, options: RebalanceOptions) -> None:
    """Refuse files that cannot be written, before anything is read."""
    read = [target.file, *filter(None, [options.snapshot])]
    named = ((options.out, "the batch"), (options.save_snapshot, "the snapshot"))
    for path, what in named:
        if path is not None:
            refuse_output(path, what, read, options.environ)
            if path.is_symlink():
                raise InvalidInput(f"{path}: {what} cannot be written: it is a link; name the file itself")
    if options.out is not None and options.out == options.save_snapshot:
        raise InvalidInput(f"{options.out}: the batch and the snapshot cannot be one file")


def _load(target: Target) -> Targets:
    parsed = parse_targets(read_limited(target.file, MAX_FILE_BYTES), str(target.file))
    if parsed.targets is None:
        raise InvalidBatch(str(target.file), parsed.problems)
    return parsed.targets


async def _snapshot(
    targets: Targets, target: Target, options: RebalanceOptions, *, host: Host, out: Console
) -> Snapshot:
    """Return what is computed from: the file that was named, or else what the venue says now."""
    if options.snapshot is not None:
        content = read_limited(options.snapshot, MAX_SNAPSHOT_BYTES)
        return decode_snapshot(content, name=str(options.snapshot))
    from .checks.snapshots import read_snapshot  # noqa: PLC0415 - offline loads no sockets

    return await read_snapshot(targets, target, options.environ, host=host, say=out.note, tier=options.tier)


class Doubtful(Refused):
    """A market or an account that is no basis for orders; each reason is one of the ``problems``."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        many = "a reason" if len(problems) == 1 else f"{len(problems)} reasons"
        super().__init__(f"{file}: no orders are computed, for {many}; nothing was written")
        self.problems = tuple(problems)


def _refuse_doubts(targets: Targets, snapshot: Snapshot) -> None:
    """Raise ``Doubtful`` for a market or an account that is no basis for orders.

    Raises ``InvalidBatch`` if the file names pairs that do not exist.
    """
    doubts_found = doubts(targets, snapshot)
    problems = {doubt: _problem(doubt, targets) for doubt in doubts_found}
    unknown = [problem for doubt, problem in problems.items() if doubt.kind is DoubtKind.NO_PAIR]
    if unknown:
        raise InvalidBatch(targets.file, unknown)
    if problems:
        raise Doubtful(targets.file, list(problems.values()))


def _problem(doubt: Doubt, targets: Targets) -> Problem:
    """Return a doubt at the line of the currency that it is about, else at the top of the file."""
    currency = doubt.subject.partition("/")[0]
    place = targets.places.get(currency)
    line, column = place or _TOP
    path = f"weights.{currency}" if place else doubt.subject
    return Problem(targets.file, line, column, path, doubt.message, doubt.hint, doubt.kind.value)


def _batch(result: Rebalance, options: RebalanceOptions) -> BatchFile:
    """Return the batch of a rebalance, without a text if no orders follow. Raises ``InvalidBatch``."""
    name = options.name or batch_name(result)
    path = "" if options.out is None else str(options.out)
    if outcome_of(result) is not Outcome.ORDERS:
        return BatchFile(name=name, path=path)
    text = batch_text(result, name=name)
    checked = parse(text.encode("utf-8"), path or name, now=time.time())
    if checked.batch is None:
        raise InvalidBatch(path or name, checked.problems)
    return BatchFile(name=name, path=path, text=text)


def _write(batch: BatchFile, target: Target, options: RebalanceOptions, out: Console) -> BatchFile:
    """Write a batch file that is wanted; return it with what became of it."""
    if options.out is None or not batch.text:
        return batch
    try:
        content = batch.text.encode("utf-8")
        if _is_there(options.out, content):
            return replace(batch, writing=Writing.UNCHANGED)
        if options.snapshot is None:
            refuse_used_name(target, batch.name)
        _create(options.out, content, "the batch")
    except InvalidInput as problem:
        # The table is the result; why its batch is not written is a message.
        for text in (f"The batch is not written: {problem}.", *problem.details):
            out.note(text)
        return replace(batch, writing=Writing.FAILED)
    return replace(batch, writing=Writing.WRITTEN)


def _is_there(path: Path, content: bytes) -> bool:
    """Return True if a file has this content; raise ``InvalidInput`` if it has any other."""
    if not path.exists():
        return False
    if read_limited(path, len(content)) != content:
        raise InvalidInput(
            f"{path} is there already, with other content, and is not replaced",
            details=["Apply it and remove it, or name another file."],
        )
    return True


def _create(path: Path, content: bytes, what: str) -> None:
    """Write a file that is not there yet; one with the same content will do. Raises ``InvalidInput``."""
    if _is_there(path, content):
        return
    try:
        made = write_new(path.parent, PurePosixPath(path.name), content)
    except OSError as error:
        raise InvalidInput(f"{path}: {what} cannot be written: {error.strerror}") from error
    if not made:
        raise InvalidInput(f"{path}: {what} cannot be written: a file of this name was made meanwhile")


def _exit_code(result: Rebalance, batch: BatchFile, options: RebalanceOptions) -> ExitCode:
    """Return the exit code. Of a check ``DONE`` means that the account is where the file wants it."""
    if batch.writing is Writing.FAILED:
        return ExitCode.INVALID
    match outcome_of(result):
        case Outcome.BLOCKED:
            return ExitCode.INCOMPLETE
        case Outcome.ORDERS if options.detailed_exitcode or options.check:
            return ExitCode.CHANGES
        case _:
            return ExitCode.DONE
