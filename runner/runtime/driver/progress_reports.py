"""Progress reports once a second, also during waits without events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import trio
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.execution import Progress

OBSERVE_EVERY_S = 1.0
"""Interval of progress reports, in addition to one after each turn."""


class Working(Protocol):
    """A worker with long tasks; ``doing`` describes its current step, or is empty."""

    @property
    def doing(self) -> str:
        """Return a description of the current step."""
        ...


class Reporting(Protocol):
    """An engine that reports its progress."""

    def progress(self) -> Progress:
        """Return the progress."""
        ...


async def keep_observing(execution: Reporting, working: Working, observe: Callable[[Progress], None]) -> None:
    """Report the progress of a run to ``observe`` once a second, until cancelled."""
    while True:
        await trio.sleep(OBSERVE_EVERY_S)
        observe(progress_of(execution, working))


def progress_of(execution: Reporting, working: Working) -> Progress:
    """Return the progress of a run, with the current step of the worker."""
    progress = execution.progress()
    if progress.wait is not None and (doing := working.doing):
        return replace(progress, wait=replace(progress.wait, detail=doing))
    return progress
