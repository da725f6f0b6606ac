"""The run's clock: Unix seconds that never go backwards.

It reads the wall clock once and then follows the monotonic clock (virtual in tests), so that setting the wall
clock during a run moves no deadline. A jump of the wall clock, or a sleep of the machine, can be detected:
then the exchange's clock has to be compared with this one again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import trio

if TYPE_CHECKING:
    from collections.abc import Callable

JUMP_S: Final = 1.0
"""A larger step is not the gradual correction of a clock."""


class RunClock:
    """Call it for the time; use it inside one ``trio.run`` only.

    ``wall`` and ``steady`` are the machine's clocks: the one that can be set, and the one that cannot.
    """

    def __init__(
        self,
        wall_s: float | None = None,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._offset_s = (wall() if wall_s is None else wall_s) - trio.current_time()
        self._wall, self._steady = wall, steady
        self._ahead_s = wall() - steady()

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return self._offset_s + trio.current_time()

    def trio_time(self, unix_s: float) -> float:
        """Return a moment as Trio's own clock counts it, for deadlines."""
        return unix_s - self._offset_s

    def jump(self) -> float | None:
        """Return the jump of the wall clock since the last call, in seconds; None without one."""
        ahead_s = self._wall() - self._steady()
        jumped_s, self._ahead_s = ahead_s - self._ahead_s, ahead_s
        return jumped_s if abs(jumped_s) >= JUMP_S else None
