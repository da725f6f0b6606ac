"""``order-batch apply`` of several files, one after another: one look, one consent, one summary.

All are read, validated and locked before the first is sent anything; an invalid one stops all of them. Each
has its own journal and manifest. ``runs`` decides what else stops what.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from runner.domain import RunOutcome
from runner.errors import ExitCode, OrderBatchError, input_error
from runner.review import FileEnd, SeriesEnd

from .apply import (
    accept_plan,
    admit_saved,
    end_run,
    hold_journal,
    hold_plan,
    prepare,
    refuse_bad_access,
    take_turn,
)
from .carrying import Carrying
from .checks.halts import refuse_halted
from .consent import refuse_other_plan
from .event_stream import event_stream
from .exit_codes import worst_of
from .inputs.batches import folder_of
from .rehearsal.rehearsing import with_rehearsal_of_all
from .runs import Run, Runs
from .series import load_each, refuse_same_journals
from .team.opening import with_ledger_of_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .apply import Prepared
    from .carrying import ApplyOptions, Held
    from .console import Console
    from .hosts import Host
    from .inputs.batches import Target
    from .series import Entry


@dataclass(slots=True)
class AppliedFile:
    """One of several files. ``code`` is the exit code of the file alone, None if it has not begun.

    ``error`` is why it has no result, and ``stopped_by`` the file because of which it has not begun.
    """

    entry: Entry
    out: Console
    prepared: Prepared | None = None
    held: Held | None = None
    run: Run | None = None
    code: ExitCode | None = None
    error: OrderBatchError | None = None
    stopped_by: str = ""
    published: bool = False

    @property
    def file(self) -> str:
        """The name of the batch file."""
        return self.entry.file

    def attempt(self, step: Callable[[], None]) -> None:
        """Take a step, unless an earlier one has failed; keep its error."""
        if self.error is None:
            try:
                step()
            except OSError as error:
                self.error = input_error(error)
            except OrderBatchError as error:
                self.error = error

    def end(self) -> FileEnd:
        """Return how the file ended, as a value."""
        error = "" if self.error is None else str(self.error)
        return FileEnd(
            file=self.file,
            batch=self.entry.batch,
            exit_code=self.code,
            error=error,
            stopped_by=self.stopped_by,
        )


@dataclass(frozen=True, slots=True)
class AppliedSeries:
    """The ends of several files, and the exit code of all."""

    files: tuple[AppliedFile, ...]
    code: ExitCode


async def apply_all(
    targets: Sequence[Target],
    options: ApplyOptions,
    collect: Callable[[], Console],
    out: Console,
    host: Host,
    *,
    keep_going: bool = False,
    removed: Sequence[tuple[str, str]] = (),
) -> AppliedSeries:
    """Apply several files; ``collect`` makes the console of each.

    Raises ``InvalidInput`` for two files of one batch, and what prevents all of them before anything is sent.
    """
    async with (
        with_rehearsal_of_all(targets, options.environ, host, out, options.tier) as (own, serving),
        with_ledger_of_all(own, options.environ, serving) as opened,
    ):
        refuse_halted(opened)
        return await _apply_all(
            opened, options, collect, out, serving, keep_going=keep_going, removed=removed
        )


async def _apply_all(
    targets: Sequence[Target],
    options: ApplyOptions,
    collect: Callable[[], Console],
    out: Console,
    host: Host,
    *,
    keep_going: bool,
    removed: Sequence[tuple[str, str]],
) -> AppliedSeries:
    files = [AppliedFile(entry, collect(), error=entry.error) for entry in load_each(targets)]
    batches = [file.entry for file in files if file.entry.loaded is not None]
    refuse_same_journals(
        [(each.file, folder_of(each.target, each.loaded.batch)) for each in batches if each.loaded]
    )
    series = _Series(files, options, out, host, keep_going=keep_going)
    with ExitStack() as block:
        if series.read():
            await series.take_turn()
            series.hold(block)
            await series.carry_out()
        series.end_rest()
    code = worst_of(file.code for file in files if file.code is not None)
    out.finished(SeriesEnd(files=tuple(file.end() for file in files), exit_code=code, removed=tuple(removed)))
    return AppliedSeries(tuple(files), code)


class _Series:
    """The steps of a command about several files, and the publication of each end in its place."""

    def __init__(
        self,
        files: Sequence[AppliedFile],
        options: ApplyOptions,
        out: Console,
        host: Host,
        *,
        keep_going: bool,
    ) -> None:
        self._files = files
        self._options = options
        self._out = out
        self._host = host
        self._keep_going = keep_going
        self._since = 0.0
        self._announced = False

    def read(self) -> bool:
        """Read the policies of all files; return True if every file and policy is valid.

        Raises ``InvalidInput`` for an account or an address that cannot be used.
        """
        for file in self._files:
            file.attempt(partial(self._prepare, file))
        valid = all(file.error is None for file in self._files)
        if valid and self._files:
            refuse_bad_access(self._files[0].entry.target, self._options)
        return valid

    def _prepare(self, file: AppliedFile) -> None:
        assert file.entry.loaded is not None, "an entry that was not read has an error"
        file.prepared = prepare(file.entry.target, file.entry.loaded, self._options, file.out)

    async def take_turn(self) -> None:
        """Take the account in a ledger, for all files. Raises ``Locked``."""
        if self._files and self._files[0].prepared is not None:
            await take_turn(self._files[0].prepared, self._options, self._host)

    def hold(self, block: ExitStack) -> None:
        """Lock the journals of all files, and plan each by its own. Raises ``Refused`` for another plan."""
        events = event_stream(self._options.events, self._options.on_event, self._out.note)
        self._options = replace(self._options, on_event=block.enter_context(events))
        for file in self._files:
            file.attempt(partial(self._hold, file, block))
        plans = [file.held.plan for file in self._files if file.held is not None]
        if self._files:
            target, environ = self._files[0].entry.target, self._options.environ
            refuse_other_plan(self._options.consent, plans, target, environ, several=True)
        used_up = self._all_used()
        for file in self._files:
            file.attempt(partial(self._accept, file, used_up=used_up))

    def _hold(self, file: AppliedFile, block: ExitStack) -> None:
        assert file.prepared is not None, "what is locked was prepared"
        admit_saved(file.prepared, self._options)
        state = block.enter_context(hold_journal(file.prepared))
        file.held = hold_plan(file.prepared, state, self._options)

    def _all_used(self) -> bool:
        """Return True if each saved plan was applied to its end: then there is nothing left to go on with."""
        return all(file.held is not None and _was_done(file.held) for file in self._files)

    def _accept(self, file: AppliedFile, *, used_up: bool) -> None:
        held = file.held
        assert held is not None, "what is accepted is locked"
        if not used_up and _was_done(held) and not held.plan.changes:
            held = replace(held, saved=None)  # an earlier run of these plans has done it, and goes on here
        held = accept_plan(held, self._options)
        file.run = Run(Carrying(held, self._options, file.out, self._host))

    # --- the runs ---

    async def carry_out(self) -> None:
        """Carry out what was accepted; what was not stops all of it, unless the others keep going.

        Raises what prevents all of them before anything is sent.
        """
        runs = [file.run for file in self._files if file.run is not None]
        if not runs or (not self._keep_going and any(file.error is not None for file in self._files)):
            return
        sequence = Runs(runs, self._options, self._out, on_end=self._end_of, keep_going=self._keep_going)
        try:
            await self._host.run(sequence.main)
        except OrderBatchError as error:
            if sequence.turn is None and not any(run.over for run in runs):
                raise
            blamed = sequence.turn or next((run for run in runs if not run.over), None)
            if blamed is not None:
                blamed.error = blamed.error or error
                self._end_of(blamed)

    def _end_of(self, run: Run) -> ExitCode:
        """Publish the end of a run, after those of files that come before it."""
        file = self._file_of(run)
        for before in self._files[: self._files.index(file)]:
            self._publish(before)
        if run.stopped_by is not None:
            file.stopped_by = self._file_of(run.stopped_by).file
        self._publish(file)
        return ExitCode.DONE if file.code is None else file.code

    def end_rest(self) -> None:
        """Publish the ends of the files that had no run, and of those that were not begun."""
        for file in self._files:
            self._publish(file)
        self._announce()

    def _publish(self, file: AppliedFile) -> None:
        if file.published:
            return
        self._announce()
        file.published = True
        if file.error is None and not file.stopped_by and file.run is not None and self._has_ended(file.run):
            file.attempt(partial(self._publish_run, file))
        elif file.error is None:
            file.stopped_by = file.stopped_by or self._first_failed()
            self._out.not_begun(file.file, file.stopped_by)
        if file.error is not None:
            file.code = file.error.exit_code
            self._out.file_failed(file.file, file.error, getattr(file.error, "problems", ()))

    def _has_ended(self, run: Run) -> bool:
        return run.error is not None or run.carrying.ended

    def _publish_run(self, file: AppliedFile) -> None:
        assert file.run is not None, "only the end of a run is published so"
        now = self._options.elapsed_s()
        took, self._since = now - self._since, now
        file.code = end_run(file.run, replace(self._options, elapsed_s=lambda: took), file.out)

    def _first_failed(self) -> str:
        failed = (file.file for file in self._files if file.error is not None or file.code)
        return next(failed, "")

    def _file_of(self, run: Run) -> AppliedFile:
        return next(file for file in self._files if file.run is run)

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            self._out.several("apply")


def _was_done(held: Held) -> bool:
    """Return True for one of several saved plans that an earlier run has carried out to its end."""
    saved = held.saved
    of_several = saved is not None and bool(held.target.batch)
    return of_several and saved is not None and held.ledger.plans.get(saved.id) is RunOutcome.DONE
