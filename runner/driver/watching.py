"""Whoever watches a run hears of waits too, in which nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.engine import Execution, Progress

OBSERVE_EVERY_S = 1.0
"""How often whoever watches is told how far a run is, beside every turn."""


async def keep_observing(execution: Execution, observe: Callable[[Progress], None]) -> None:
    """Tell ``observe`` once a second how far a run is, until cancelled."""
    while True:
        await trio.sleep(OBSERVE_EVERY_S)
        observe(execution.progress())
