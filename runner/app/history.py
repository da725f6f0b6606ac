"""``order-batch history``: the runs of all batches, in the state folder or in a ledger. Needs no exchange."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from runner.domain import parse_rfc3339
from runner.errors import ExitCode, InvalidInput, Refused, input_error
from runner.journal import History, RunStarted, WantedRuns, entries_until, fold, manifest, past_runs

from .exit_codes import exit_code_of
from .inputs.records import LocalJournal, LocalRecords
from .team.failures import failing
from .team.opening import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from runner.domain import Secret
    from runner.journal import Entry, PastRun
    from runner.runtime.team_ledger.session import Session

    from .console import Console

VENUES: Final = ("kraken", "paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The place of the journals: a ledger, or where there is none the state folder of this machine.

    ``venue`` is one of the venues, empty for both.
    """

    state_dir: Path
    venue: str = ""
    ledger: Secret | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A journal: its batch and run key, the account that it is kept for (None where it has to say so itself).

    ``read`` returns its entries; it raises ``Refused``, and ``LedgerLost`` in a ledger.
    """

    name: str
    account: str | None
    place: str
    read: Callable[[], list[Entry]]


def history(source: Source, wanted: WantedRuns, out: Console) -> tuple[History, ExitCode]:
    """Show the runs that are wanted. A journal that cannot be read hides no other, and refuses in the end."""
    with _open(source) as journals:
        found = _history(journals, wanted)
    for why in found.unread:
        out.note(f"WARNING: {why}.")
    out.history(found)
    return found, ExitCode.REFUSED if found.unread else ExitCode.DONE


def show_run(source: Source, name: str, wanted: WantedRuns, out: Console) -> tuple[dict[str, Any], ExitCode]:
    """Show a run as its result: the last one of a batch, or the one with a number, ``weekly@2026-W47#2``.

    Raises ``InvalidInput`` for a run that is not there, or that is one of several of that name, and
    ``Refused`` for a journal that cannot be read.
    """
    batch = name.partition("#")[0]
    with _open(source) as journals:
        found = [
            (kept, run)
            for kept in journals
            if kept.name == batch
            for run in _runs_of(kept)
            if name in (run.name, batch) and wanted.has(run)
        ]
        _refuse_unclear(name, found, [kept.name for kept in journals])
        kept, run = found[-1]
        content = manifest(fold(entries_until(kept.read(), run.number)))
    out.manifest(content, path=f"{run.name}, in {kept.place}", elapsed_s=_elapsed_s(run))
    return content, exit_code_of(content)


def _history(journals: Sequence[_Kept], wanted: WantedRuns) -> History:
    runs: list[PastRun] = []
    unread: list[str] = []
    for kept in journals:
        try:
            runs += filter(wanted.has, _runs_of(kept))
        except Refused as error:
            unread.append(str(error))
    return History(runs=tuple(sorted(runs, key=lambda run: (run.at, run.name))), unread=tuple(unread))


def _runs_of(kept: _Kept) -> list[PastRun]:
    entries = kept.read()
    runs = past_runs(entries, place=kept.place, account=kept.account)
    if entries and not isinstance(entries[0], RunStarted):
        raise Refused(f"{kept.place}: this journal does not begin with the beginning of a run")
    return runs


def _refuse_unclear(name: str, found: Sequence[tuple[_Kept, PastRun]], journals: Sequence[str]) -> None:
    if not found:
        known = ", ".join(dict.fromkeys(journals)) or "none yet"
        raise InvalidInput(f"there is no run {name}", details=[f"There are runs of: {known}."])
    places = {kept.place: kept.account or run.venue for kept, run in found}
    if len(places) > 1:
        raise InvalidInput(
            f"there are several runs {name}: say of which account or venue",
            details=[f"{whose}: {place}" for place, whose in places.items()],
        )


def _elapsed_s(run: PastRun) -> float:
    try:
        return max(0.0, parse_rfc3339(run.ended_at or run.at) - parse_rfc3339(run.at))
    except ValueError:
        return 0.0


@contextmanager
def _open(source: Source) -> Iterator[list[_Kept]]:
    """Give all journals of a source during a block. Raises ``InvalidInput``, ``Refused``, ``Unreachable``."""
    if source.ledger is None:
        try:
            yield [kept for venue in VENUES if source.venue in ("", venue) for kept in _local(source, venue)]
        except OSError as error:
            raise input_error(error) from error
        return
    with open_session(source.ledger) as session, failing(session):
        yield list(_in_ledger(session))


def _local(source: Source, venue: str) -> Iterator[_Kept]:
    for kept in LocalRecords(source.state_dir, venue).all():
        yield _Kept(kept.name, None, kept.place, partial(_read, kept))


def _read(kept: LocalJournal) -> list[Entry]:
    try:
        return kept.entries()
    except OSError as error:
        raise Refused(f"{kept.place}: the journal cannot be read: {error.strerror}") from error


def _in_ledger(session: Session) -> Iterator[_Kept]:
    from runner.runtime.team_ledger.journal import entries_of, journals_of  # noqa: PLC0415 - it loads psycopg
    from runner.runtime.team_ledger.lease import accounts  # noqa: PLC0415

    for account in accounts(session):
        for kept in journals_of(session, account.id):
            name = f"{kept.batch}@{kept.run_key}" if kept.run_key else kept.batch
            place = f"the ledger {session.name}, {name}"
            yield _Kept(name, account.name, place, partial(entries_of, session, kept.id, place))
