"""The journals of an account in a ledger. One run at a time holds the account, and writes."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.errors import Locked, Refused
from runner.runtime.storage import State, make_folder, state_path
from runner.runtime.team_ledger.approvals import require
from runner.runtime.team_ledger.halts import change_halt, halts_of
from runner.runtime.team_ledger.journal import (
    LedgerJournal,
    entries_of,
    find_journal,
    journals_of,
    text_of,
)
from runner.runtime.team_ledger.lease import Holder, is_held, let_go, take_account

from .failures import failing
from .seen_orders import SeenOrders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from runner.app.inputs.batches import Target
    from runner.domain import Approval, HaltChange, RunId
    from runner.journal import Entry
    from runner.policy import Demand
    from runner.runtime.storage import Sender
    from runner.runtime.team_ledger.journal import KeptJournal
    from runner.runtime.team_ledger.lease import Lease
    from runner.runtime.team_ledger.nonces import LedgerNonces
    from runner.runtime.team_ledger.session import Session


@dataclass(frozen=True, slots=True)
class TeamJournal:
    """A journal in a ledger, which another run may be writing."""

    records: TeamRecords
    kept: KeptJournal

    @property
    def name(self) -> str:
        """The batch and the run key, as a state folder is called."""
        return f"{self.kept.batch}@{self.kept.run_key}" if self.kept.run_key else self.kept.batch

    @property
    def place(self) -> str:
        """The ledger and the name."""
        return f"{self.records.name}, {self.name}"

    def written_at(self) -> float:
        """Return when its last row was written, in Unix seconds by the ledger's clock."""
        return self.kept.written_at

    def entries(self) -> list[Entry]:
        """Return its entries. Raises ``Refused``, ``Unreachable``."""
        return self.records.read(self.kept.id, self.place)


class TeamRecords:
    """The journals of an account. The manifest and messages of a run are kept on this machine as well.

    Each method raises ``Unreachable`` for a ledger that is away.
    """

    def __init__(self, session: Session, account: int, target: Target, nonces: LedgerNonces) -> None:
        self.nonces = nonces
        self.seen = SeenOrders(session, account)
        self._session = session
        self._account = account
        self._state_dir, self._venue = target.state_dir, target.venue
        self._lease: Lease | None = None
        self.name = f"the ledger {session.name}"

    def take(self, holder: Mapping[str, str]) -> None:
        """Take the account for the next run. Raises ``Locked`` with the run that holds it."""
        named = Holder(
            user=holder["user"],
            host=holder["host"],
            pid=int(holder["pid"]),
            batch=holder["batch"],
            job=holder["job"],
        )
        with failing(self._session):
            self._lease = take_account(self._session, self._account, named)

    def try_take(self, holder: Mapping[str, str]) -> bool:
        """Return True if the account could be taken."""
        try:
            self.take(holder)
        except Locked:
            return False
        return True

    def place(self, run: RunId) -> str:
        """Return the ledger with the name of a run."""
        return f"{self.name}, {run.batch}@{run.run_key}" if run.run_key else f"{self.name}, {run.batch}"

    @contextmanager
    def hold(self, run: RunId) -> Iterator[State]:
        """Open the journal of a run in the account that was taken, during a block."""
        assert self._lease is not None, "the account was taken"
        folder = state_path(self._state_dir, self._venue, run.batch, run.run_key)
        try:
            make_folder(folder, durable=False)
        except OSError as error:
            raise Refused(f"{folder}: no state can be kept here: {error.strerror}") from error
        with failing(self._session):
            journal = LedgerJournal(self._session, self._lease, run.batch, run.run_key)
        yield State(folder, journal)

    def approvals(self, demand: Demand) -> tuple[Approval, ...]:
        """Return the approvals of a plan that count. Raises ``Refused`` if there are not enough."""
        with failing(self._session):
            return require(self._session, demand)

    def let_go(self) -> None:
        """Let go of the account, if it was taken."""
        if self._lease is not None:
            let_go(self._session, self._lease)
            self._lease = None

    def is_held(self, run: RunId) -> bool:
        """Return True while a run of any batch holds the account."""
        with failing(self._session):
            return is_held(self._session, self._account)

    def has(self, run: RunId) -> bool:
        """Return True if a run of the batch was ever begun."""
        return self._find(run) is not None

    def entries(self, run: RunId) -> list[Entry]:
        """Return the entries of a run's journal, none without one. Raises ``Refused``."""
        found = self._find(run)
        return [] if found is None else self.read(found, self.place(run))

    @contextmanager
    def written(self, run: RunId) -> Iterator[bytes]:
        """Give the lines of a run's journal; whoever holds the account may be writing it."""
        if self.is_held(run):
            raise Locked(f"{self.place(run)}: a run holds the account", details=["Wait until it is done."])
        found = self._find(run)
        with failing(self._session):
            text = "" if found is None else text_of(self._session, found)[0]
        yield text.encode("ascii")

    def all(self) -> Iterator[TeamJournal]:
        """Yield all journals of the account."""
        with failing(self._session):
            found = journals_of(self._session, self._account)
        return (TeamJournal(self, kept) for kept in found)

    def exclude(self, sender: Sender) -> AbstractContextManager[None]:
        """Do nothing: whoever sends has taken the account, on any machine."""
        return nullcontext()

    def halts(self) -> Sequence[HaltChange]:
        """Return all halts and resumptions of the account."""
        with failing(self._session):
            return halts_of(self._session, self._account)

    def change_halt(self, change: HaltChange) -> HaltChange:
        """Halt the account, or resume it; the ledger says by whom and when."""
        with failing(self._session):
            return change_halt(
                self._session, self._account, halted=change.halted, host=change.host, reason=change.reason
            )

    def nothing_passes(self) -> bool:
        """Return True: to change the row of the account is to wait for what is being written."""
        return True

    def read(self, journal: int, place: str) -> list[Entry]:
        """Return the entries of a journal. Raises ``Refused``."""
        with failing(self._session):
            return entries_of(self._session, journal, place)

    def _find(self, run: RunId) -> int | None:
        with failing(self._session):
            return find_journal(self._session, self._account, run.batch, run.run_key)
