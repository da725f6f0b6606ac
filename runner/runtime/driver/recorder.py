"""The record of a run: each entry in the journal first, then in memory, then reported as an event.

If the disk fails, memory still holds all that is known of the run, so that its result can be reported.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import trio

from runner.errors import Refused, Unreachable
from runner.journal import Memory, RunStarted, new_acts, read_entries, to_content
from runner.runtime.storage import Terms, disk_cure_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from runner.journal import Entry, Ledger
    from runner.policy import Demand, Draw
    from runner.runtime.storage import State


class Recorder:
    """Records the entries of one run in a locked ``state``.

    ``keep`` is False for a run that only validates: nothing of it is written. ``on_event`` gets each entry as
    a JSON object once it is durable. ``draws_of`` returns what the intents among entries take of limits of a
    day. ``demand`` are the approvals that the first of them needs, None where none are needed.
    """

    def __init__(
        self,
        state: State,
        *,
        keep: bool = True,
        on_event: Callable[[Mapping[str, Any]], object] | None = None,
        draws_of: Callable[[Sequence[Entry]], Sequence[Draw]] = lambda _: (),
        demand: Demand | None = None,
    ) -> None:
        self._state = state
        self._demand = demand
        self._draws_of = draws_of
        self._keep = keep
        self._on_event = on_event
        self._memory = Memory(read_entries(state.journal.contents))
        self._failure = ""

    def ledger(self) -> Ledger:
        """Return the ledger of the journal and of this run. Does not read the disk, which may have failed."""
        return self._memory.ledger()

    async def append(self, entries: Sequence[Entry]) -> None:
        """Make entries durable. Raises ``Refused``, or ``Unreachable`` if a ledger is away.

        Raises ``IntentsRefused`` as well: then none of them is, and those that it does not name may be.
        """
        if self._keep:
            await self._write(entries)
        self._memory.add_written(entries)
        if self._on_event is not None:
            for entry in entries:
                self._on_event(to_content(entry))

    def add_last_words(self, last_words: Callable[[str], Sequence[Entry]]) -> None:
        """After a failed write, add the entries that are still to come, given its reason; else do nothing."""
        if self._failure:
            self._memory.add_last_words(last_words(self._failure))

    async def _write(self, entries: Sequence[Entry]) -> None:
        journal = self._state.journal
        try:
            # Encode here, so that the thread only does I/O.
            terms = self._terms(entries)
            await trio.to_thread.run_sync(journal.write, journal.sealed(entries), terms)
            if terms.demand is not None:
                self._demand = None  # What is under way is completed.
        except OSError as error:
            self._memory.add_unwritten(entries)
            self._failure = f"the journal cannot be written: {error.strerror}"
            # Of a ledger that is away, and of a disk, the next run may have a better one.
            kind = Unreachable if error.errno == errno.ECONNRESET else Refused
            raise kind(
                f"{journal.name}: {self._failure}",
                details=[f"What it does not hold was not sent. {disk_cure_of(error)}"],
            ) from error

    def _terms(self, entries: Sequence[Entry]) -> Terms:
        plans = (entry.plan for entry in entries if isinstance(entry, RunStarted))
        intents = new_acts(entries)
        return Terms(
            draws=self._draws_of(entries),
            plan=next(plans, None),
            demand=self._demand if intents else None,
            intents=intents,
        )
