"""``order-batch plan`` of several files: each is planned as it comes after the others. Sends nothing.

All of them are read first, the exchange is looked at once, and every file is shown, whatever another one has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.errors import InvalidInput, OrderBatchError
from runner.review import FileEnd, SeriesEnd, reporting_currency, save_series, write_series

from .checks.halts import refuse_halted
from .exit_codes import worst_of
from .inputs.batches import folder_of
from .inputs.saved_plans import saved_form, write_saved
from .plan import ask, judge, read_for_plan, say_what_was_saved, show
from .rehearsal.rehearsing import refuse_pointless, with_rehearsal_of_all
from .series import Predecessors, load_each, refuse_same_journals
from .team.opening import with_ledger_of_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.errors import ExitCode
    from runner.planning import Plan
    from runner.review import SavedPlan, SavedSeries

    from .console import Console
    from .hosts import Host
    from .inputs.batches import Target
    from .plan import Judged, PlanOptions, Reading
    from .series import Entry


@dataclass(slots=True)
class PlannedFile:
    """One of several files. ``intended`` is its plan by file and journal, None if that cannot be made.

    ``code`` is the exit code of the file alone, and ``error`` why there is no plan of it.
    """

    file: str
    batch: str
    out: Console
    intended: Plan | None = None
    reading: Reading | None = field(default=None, repr=False)
    judged: Judged | None = None
    error: OrderBatchError | None = None

    @property
    def code(self) -> ExitCode:
        """The exit code of the file alone."""
        if self.error is not None:
            return self.error.exit_code
        assert self.judged is not None, "a file without an error has a plan"
        return self.judged.code

    def end(self) -> FileEnd:
        """Return how the file ended, as a value."""
        error = "" if self.error is None else str(self.error)
        return FileEnd(file=self.file, batch=self.batch, exit_code=self.code, error=error)


@dataclass(frozen=True, slots=True)
class SeriesOutcome:
    """The plans of several files, and the saved form of all, if they were saved."""

    files: tuple[PlannedFile, ...]
    code: ExitCode
    saved: SavedSeries | None


async def plan_all(
    targets: Sequence[Target],
    options: PlanOptions,
    collect: Callable[[], Console],
    out: Console,
    host: Host,
    *,
    removed: Sequence[tuple[str, str]] = (),
) -> SeriesOutcome:
    """Show the plans of several files. ``collect`` makes the console of each.

    Raises ``InvalidInput`` for two files of one batch, and ``Unreachable``.
    """
    _refuse_one_version(options.against)
    review = options.review
    refuse_pointless(targets, offline=review.offline, saves=options.saving is not None)
    async with (
        with_rehearsal_of_all(targets, review.environ, host, out, review.tier) as (own, serving),
        with_ledger_of_all(own, review.environ, serving, offline=review.offline) as opened,
    ):
        refuse_halted(opened)
        return await _plan_all(opened, options, collect, out, serving, removed=removed)


async def _plan_all(
    targets: Sequence[Target],
    options: PlanOptions,
    collect: Callable[[], Console],
    out: Console,
    host: Host,
    *,
    removed: Sequence[tuple[str, str]],
) -> SeriesOutcome:
    files = [_read(entry, options, collect()) for entry in load_each(targets)]
    readings = [file.reading for file in files if file.reading is not None]
    refuse_same_journals(
        [(each.loaded.batch.file, folder_of(each.target, each.loaded.batch)) for each in readings]
    )
    await _judge_all(files, options, host)
    out.several("plan")
    for file in files:
        if file.error is not None:
            out.file_failed(file.file, file.error, getattr(file.error, "problems", ()))
        elif file.reading is not None and file.judged is not None:
            show(file.reading, file.judged)
    saved = _save(files, options, out)
    code = worst_of(file.code for file in files)
    ends = tuple(file.end() for file in files)
    out.finished(SeriesEnd(files=ends, exit_code=code, removed=tuple(removed)))
    return SeriesOutcome(tuple(files), code, saved)


def _refuse_one_version(against: str) -> None:
    """Raise ``InvalidInput`` for a version of one file: several are each compared with their own."""
    if ":" in against or against.startswith(("/", "./", "../")):
        raise InvalidInput(
            f"comparing with {against}: several files are compared each with its own version, at a revision",
            details=["Name the revision alone, such as origin/main."],
        )


def _read(entry: Entry, options: PlanOptions, out: Console) -> PlannedFile:
    file = PlannedFile(entry.file, entry.batch, out, error=entry.error)
    if entry.loaded is not None:
        try:
            file.reading = read_for_plan(entry.target, entry.loaded, options, out)
            file.intended = file.reading.intended
        except OrderBatchError as error:
            file.error = error
    return file


async def _judge_all(files: Sequence[PlannedFile], options: PlanOptions, host: Host) -> None:
    """Ask the exchange about all files at once, then review each as it comes after the others."""
    read = [(file, file.reading) for file in files if file.reading is not None]
    if not read:
        return
    readings = [reading for _, reading in read]
    reporting = options.review.currency or reporting_currency([each.intended for each in readings])
    answers, looked = await ask(readings, options, reporting=reporting, host=host)
    before = Predecessors(looked.account if looked else None)
    for (file, reading), answer in zip(read, answers, strict=True):
        if isinstance(answer, OrderBatchError):
            file.error = answer
        else:
            file.judged = judge(reading, answer, looked, before, options, reporting=reporting)


def _save(files: Sequence[PlannedFile], options: PlanOptions, out: Console) -> SavedSeries | None:
    """Save the plans of all files in one file, unless one of them would be refused."""
    saving = options.saving
    if saving is None or not files:
        return None
    plans: list[SavedPlan] = []
    for file in files:
        reading, judged = file.reading, file.judged
        if reading is None or judged is None or not judged.may_be_saved:
            out.note(f"{saving.path}: no plan is saved, since {file.file} would not be applied")
            return None
        source, review = reading.loaded.source, judged.review
        plans.append(saved_form(judged.plan, source, reading.target, saving, review, look=judged.look))
    series = save_series(plans)
    write_saved(saving.path, write_series(series))
    for plan in plans:
        say_what_was_saved(saving, plan, out)
    return series
