"""The place that keeps the journals of runs: the state folder of this machine, or the ledger of a team.

Whoever needs an earlier run reads it here, and does not know which of them it is.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runner.errors import Refused
from runner.runtime.storage import (
    JOURNAL,
    add_halt,
    halts_path,
    hold,
    is_held,
    join_senders,
    journal_entries,
    journal_paths,
    nothing_passes,
    read_halts,
    read_ours,
    state_path,
)

from .tracked_state import refuse_tracked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from runner.domain import HaltChange, RunId
    from runner.journal import Entry
    from runner.kraken import Tier
    from runner.planning import Plan
    from runner.runtime.kraken.access import KrakenAccess
    from runner.runtime.storage import Sender, State


class Kept(Protocol):
    """The journal of a batch and run key, as others may be writing it.

    ``name`` is the batch, with ``@`` and the run key if there is one, and ``place`` is where it is kept.
    """

    @property
    def name(self) -> str:
        """The batch and the run key."""
        ...

    @property
    def place(self) -> str:
        """The place in words."""
        ...

    def written_at(self) -> float:
        """Return when it was last written, in Unix seconds. Raises ``OSError``."""
        ...

    def entries(self) -> list[Entry]:
        """Return its entries. Raises ``OSError``, ``Refused``."""
        ...


class SeenOrders(Protocol):
    """The closed orders of an account that somebody of a team has read."""

    def bound(self, plan: Plan) -> Plan:
        """Return a plan with what was seen of it; as it is without a look so far."""
        ...

    async def read_new(
        self, access: KrakenAccess, tier: Tier, say: Callable[[str], None], *, most_s: float | None = ...
    ) -> None:
        """Read what has ended since the last look; the first one only if it does not take long."""

    def looked_until(self) -> float | None:
        """Return up to when all were read, in Unix seconds; None if they never were."""
        ...


class Records(Protocol):
    """The journals of one venue, in a ledger those of one account.

    Besides what each method names, a ledger that is away raises ``Unreachable``.
    """

    @property
    def nonces(self) -> Callable[[int], int] | None:
        """The nonces of the API key, if other machines use it too; else None."""
        ...

    @property
    def seen(self) -> SeenOrders | None:
        """The closed orders that others have read; None where they are not shared."""
        ...

    def place(self, run: RunId) -> str:
        """Return where the journal of a run is, in words."""
        ...

    def hold(self, run: RunId) -> AbstractContextManager[State]:
        """Hold the journal of a run alone during a block. Raises ``Locked``, ``Refused``."""
        ...

    def is_held(self, run: RunId) -> bool:
        """Return True if another process is writing the journal of a run. Raises ``Refused``."""
        ...

    def has(self, run: RunId) -> bool:
        """Return True if there is a journal of a run."""
        ...

    def entries(self, run: RunId) -> list[Entry]:
        """Return the entries of a run's journal, none without one. Raises ``Refused``."""
        ...

    def written(self, run: RunId) -> AbstractContextManager[bytes]:
        """Give the lines of a run's journal, to which nothing is added during a block; empty without one.

        Raises ``Locked`` while a run writes it, ``Refused``.
        """
        ...

    def all(self) -> Iterator[Kept]:
        """Yield all journals, in the order of their names. Raises ``OSError``, ``Refused``."""
        ...

    def exclude(self, sender: Sender) -> AbstractContextManager[None]:
        """Exclude during a block other runs that count in the same daily limit. Raises ``Locked``."""
        ...

    def halts(self) -> Sequence[HaltChange]:
        """Return all halts and resumptions. Raises ``Refused``."""
        ...

    def change_halt(self, change: HaltChange) -> HaltChange:
        """Add a halt or a resumption, and return it as it was added. Raises ``Locked``, ``Refused``."""
        ...

    def nothing_passes(self) -> bool:
        """Return True once each intent that was let pass before a halt is in its journal."""
        ...


@dataclass(frozen=True, slots=True)
class LocalJournal:
    """A journal in a folder of this machine."""

    path: Path

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.parent.name

    @property
    def place(self) -> str:
        """Its path."""
        return str(self.path)

    def written_at(self) -> float:
        """Return when the file was changed."""
        return self.path.stat().st_mtime

    def entries(self) -> list[Entry]:
        """Return the entries in the file."""
        return journal_entries(self.path)


@dataclass(frozen=True, slots=True)
class LocalRecords:
    """The journals of a venue in the state folder of this machine. What git tracks is not believed."""

    state_dir: Path
    venue: str

    @property
    def nonces(self) -> None:
        """None: each process counts its own."""

    @property
    def seen(self) -> None:
        """None: each run looks for itself."""

    def place(self, run: RunId) -> str:
        """Return the folder of a run."""
        return str(self._folder(run))

    def hold(self, run: RunId) -> AbstractContextManager[State]:
        """Lock the folder of a run during a block."""
        folder = self._folder(run)
        refuse_tracked(folder)
        return hold(folder, halts=self._halts())

    def is_held(self, run: RunId) -> bool:
        """Return True if another process has locked the folder of a run."""
        return is_held(self._folder(run))

    def has(self, run: RunId) -> bool:
        """Return True if the folder of a run has a journal."""
        return (self._folder(run) / JOURNAL).exists()

    def entries(self, run: RunId) -> list[Entry]:
        """Return what the folder of a run holds, without locking it."""
        folder = self._folder(run)
        refuse_tracked(folder)
        try:
            return journal_entries(folder / JOURNAL)
        except OSError as error:
            raise Refused(f"{folder}: the journal cannot be read: {error.strerror}") from error

    @contextmanager
    def written(self, run: RunId) -> Iterator[bytes]:
        """Lock the folder of a run during a block, and give the lines in it."""
        folder = self._folder(run)
        refuse_tracked(folder)
        if not self.has(run):
            yield b""
            return
        with hold(folder):
            yield read_ours(folder / JOURNAL)

    def all(self) -> Iterator[LocalJournal]:
        """Yield the journals of all batches of the venue."""
        return (LocalJournal(path) for path in journal_paths(self.state_dir, self.venue))

    def exclude(self, sender: Sender) -> AbstractContextManager[None]:
        """Register as a sender of this machine during a block."""
        return join_senders(self.state_dir, self.venue, sender)

    def halts(self) -> Sequence[HaltChange]:
        """Return those of all runs of the venue with this state folder."""
        return read_halts(self._halts())

    def change_halt(self, change: HaltChange) -> HaltChange:
        """Add one for all runs of the venue with this state folder."""
        add_halt(self._halts(), change)
        return change

    def nothing_passes(self) -> bool:
        """Return True if no run is writing an intent."""
        return nothing_passes(self._halts())

    def _halts(self) -> Path:
        return halts_path(self.state_dir, self.venue)

    def _folder(self, run: RunId) -> Path:
        return state_path(self.state_dir, self.venue, run.batch, run.run_key)
