"""The memory of one run: the journal as found, the entries written, and those that could not be written.

When the disk fails, the result of the run is made from here. A message without an intent in the journal was
not sent, so its outcome is not in doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import CancelOutcome

from .entries import CancelIntent, CancelSettled, GroupEnded, OrderIntent, OrderUnresolved, RunEnded
from .ledger import Ledger, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .entries import Entry


class Memory:
    """``before`` are the entries of the journal as the run found it."""

    def __init__(self, before: Iterable[Entry]) -> None:
        self._entries = list(before)
        self._found = len(self._entries)
        self._unsent: set[tuple[str, str]] = set()
        self._unsent_cancels: set[tuple[str, bool]] = set()

    def ledger(self) -> Ledger:
        """All of it."""
        return fold(self._entries)

    def add_written(self, entries: Iterable[Entry]) -> None:
        """Add entries that have reached the disk."""
        self._entries += entries

    def add_unwritten(self, entries: Iterable[Entry]) -> None:
        """Add entries that have not reached it; what the exchange has said is known all the same."""
        for entry in entries:
            if isinstance(entry, OrderIntent):
                self._unsent.add((entry.group, entry.id))
            elif isinstance(entry, CancelIntent):
                if not self._was_sent(entry):
                    self._unsent_cancels.add((entry.group, entry.unwind))
            elif not self._is_about_unsent(entry):
                self._entries.append(entry)

    def add_last_words(self, entries: Iterable[Entry]) -> None:
        """Add the last entries of an interrupted run: neither its groups nor the run itself have ended."""
        self.add_unwritten(entry for entry in entries if not isinstance(entry, GroupEnded | RunEnded))

    def _was_sent(self, intent: CancelIntent) -> bool:
        """Return True if this run has sent a cancellation of the same group before."""
        sent = (entry for entry in self._entries[self._found :] if isinstance(entry, CancelIntent))
        return any((entry.group, entry.unwind) == (intent.group, intent.unwind) for entry in sent)

    def _is_about_unsent(self, entry: Entry) -> bool:
        if isinstance(entry, OrderUnresolved):
            return (entry.group, entry.id) in self._unsent
        if isinstance(entry, CancelSettled) and entry.outcome == CancelOutcome.UNRESOLVED:
            return (entry.group, entry.unwind) in self._unsent_cancels
        return False
