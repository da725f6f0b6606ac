"""Requests to stop a run, by a signal or by the program that called the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import trio

from runner.errors import Stopped
from runner.execution import StopRequested

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractContextManager

    from runner.errors import ExitCode


@dataclass(frozen=True, slots=True)
class StopRequest:
    """One request. ``reason`` goes into the journal; ``exit_code`` is that of a run which stops at once."""

    reason: str
    exit_code: ExitCode


class StopSource(Protocol):
    """The origin of requests, such as the signals of a process."""

    def listen(self) -> AbstractContextManager[AsyncIterator[StopRequest]]:
        """Return a block whose iterator yields each request."""
        ...


async def listen_to(
    source: StopSource,
    report: Callable[[StopRequested], Awaitable[None]],
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Report the first request of a source, which ends the run cleanly; raise ``Stopped`` at the second."""
    with source.listen() as requests:
        async with trio.open_nursery() as nursery:
            task_status.started()
            first = True
            async for request in requests:
                if not first:
                    raise Stopped(request.exit_code)
                first = False
                # A run that hangs takes no note of the first one, and is stopped by the second.
                nursery.start_soon(report, StopRequested(request.reason))
