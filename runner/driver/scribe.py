"""What the engine has said and the journal does not hold yet.

Rules: entries are written in the order in which they were noted, one write at a time. Whatever leaves waits
until all that was noted before is durable; what the exchange said may be written while more of it comes in,
for an outcome that a crash takes away is only found again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from runner.records import Entry

LINGER_S = 0.02
"""How long what the exchange said may wait for more of it: one sync then covers a burst of replies."""


class Scribe:
    """Hands entries to ``append``, which makes them durable and returns only then."""

    def __init__(self, append: Callable[[Sequence[Entry]], Awaitable[None]]) -> None:
        self._append = append
        self._waiting: list[Entry] = []
        self._lock = trio.Lock()
        self._lingers = False

    def note(self, entries: Iterable[Entry]) -> None:
        """Take entries up; nothing is durable yet."""
        self._waiting += entries

    def take(self) -> list[Entry]:
        """What was noted and never handed over, for whoever can write no more; it is handed over no more."""
        entries, self._waiting = self._waiting, []
        return entries

    async def write(self) -> None:
        """On return everything that was noted before is durable. Raises what ``append`` raises."""
        async with self._lock:
            while self._waiting:
                entries, self._waiting = self._waiting, []
                await self._append(entries)

    def write_meanwhile(self, nursery: trio.Nursery) -> None:
        """See to it that what was noted gets written, without waiting for it."""
        # A write that is under way takes along what is noted until its end.
        if self._waiting and not (self._lingers or self._lock.locked()):
            self._lingers = True
            nursery.start_soon(self._write_soon)

    async def _write_soon(self) -> None:
        await trio.sleep(LINGER_S)
        self._lingers = False
        await self.write()
