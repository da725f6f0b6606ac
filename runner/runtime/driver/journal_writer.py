"""The entries that the engine has returned and the journal does not hold yet.

Rules: entries are written in the order in which they were noted, one write at a time. A message leaves only
after all entries noted before it are durable. Entries from the exchange may be written in the background:
one that a crash loses is found again at the exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

from runner.journal import CancelIntent, OrderIntent
from runner.runtime.storage import IntentsRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from runner.journal import Entry

LINGER_S = 0.02
"""Delay of background writes, so that one sync covers a burst of replies."""


class JournalWriter:
    """Hands entries to ``append``, which makes them durable and returns only then."""

    def __init__(
        self,
        append: Callable[[Sequence[Entry]], Awaitable[None]],
        on_denied: Callable[[IntentsRefused], None] = lambda _: None,
    ) -> None:
        self._append = append
        self._on_denied = on_denied
        self._waiting: list[Entry] = []
        self._lock = trio.Lock()
        self._lingers = False

    def note(self, entries: Iterable[Entry]) -> None:
        """Queue entries; they are not durable yet."""
        self._waiting += entries

    def take(self) -> list[Entry]:
        """Remove and return the queued entries, after a write has failed."""
        entries, self._waiting = self._waiting, []
        return entries

    async def write(self) -> None:
        """Write all queued entries; they are durable on return. Raises what ``append`` raises.

        Intents that may not become durable are left out, and ``on_denied`` gets which and why.
        """
        async with self._lock:
            while self._waiting:
                entries, self._waiting = self._waiting, []
                try:
                    await self._append(entries)
                except IntentsRefused as denied:
                    self._waiting = [*_without(entries, denied.reqids), *self._waiting]
                    self._on_denied(denied)

    def write_in_background(self, nursery: trio.Nursery) -> None:
        """Start writing the queued entries without waiting for it."""
        # A write in progress also takes the entries that are noted until it ends.
        if self._waiting and not (self._lingers or self._lock.locked()):
            self._lingers = True
            nursery.start_soon(self._write_soon)

    async def _write_soon(self) -> None:
        await trio.sleep(LINGER_S)
        self._lingers = False
        await self.write()


def _without(entries: Iterable[Entry], reqids: frozenset[int]) -> list[Entry]:
    return [
        entry
        for entry in entries
        if not (isinstance(entry, OrderIntent | CancelIntent) and entry.reqid in reqids)
    ]
