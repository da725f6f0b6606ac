"""A request by a program to end its run early and cleanly."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import trio

from runner.errors import ExitCode, Interrupted
from runner.runtime.driver import StopRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

REASON: Final = "stopped by the program"


class Stop:
    """A request to end a run early, made at any time by any task, thread or signal handler.

    It holds for every run that it is given to, and cannot be taken back.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # A signal handler may interrupt its own thread.
        self._requested = False
        self._wakers: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        """True once it was requested."""
        return self._requested

    def request(self) -> None:
        """Request it. A second request changes nothing."""
        with self._lock:
            self._requested = True
            wakers = tuple(self._wakers)
        for wake in wakers:
            wake()

    async def wait(self) -> None:
        """Return once it was requested."""
        woken, token = trio.Event(), trio.lowlevel.current_trio_token()

        def wake() -> None:
            with suppress(trio.RunFinishedError):
                token.run_sync_soon(woken.set)

        with self._lock:
            self._wakers.append(wake)
            if self._requested:
                woken.set()
        try:
            await woken.wait()
        finally:
            with self._lock:
                self._wakers.remove(wake)

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[StopRequest]]:
        """Return a block whose iterator yields the request."""
        yield self._requests()

    async def _requests(self) -> AsyncIterator[StopRequest]:
        await self.wait()
        yield StopRequest(REASON, ExitCode.INTERRUPTED)


async def unless_stopped(stop: Stop, main: Callable[[trio.CancelScope], Awaitable[None]]) -> None:
    """Run the part before a run listens for itself; raise ``Interrupted`` if it is stopped until then.

    ``main`` cancels the scope that it gets when it listens for itself.
    """
    async with trio.open_nursery() as nursery:
        watching = trio.CancelScope()
        nursery.start_soon(_interrupt, stop, watching)
        await main(watching)
        watching.cancel()


async def _interrupt(stop: Stop, watching: trio.CancelScope) -> None:
    with watching:
        await stop.wait()
        raise Interrupted("the program", ExitCode.INTERRUPTED)
