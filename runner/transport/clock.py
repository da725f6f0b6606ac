"""The run's clock: Unix seconds that never go backwards.

It takes the wall's time once and then follows the monotonic clock (virtual in tests), so a wall clock that
is set during a run moves no deadline.
"""

from __future__ import annotations

import time

import trio


class RunClock:
    """Call it for the time; use it inside one ``trio.run`` only."""

    def __init__(self, wall_s: float | None = None) -> None:
        self._offset_s = (time.time() if wall_s is None else wall_s) - trio.current_time()

    def __call__(self) -> float:
        return self._offset_s + trio.current_time()

    def trio_time(self, unix_s: float) -> float:
        """A moment as Trio's own clock counts it, for deadlines."""
        return unix_s - self._offset_s
