"""Waits that nothing can end but time pass at once: for commands whose exchange is in the same process.

A clock for ``trio.run`` that follows the machine's own until nothing is left to do: no task runs, no thread
works for one, and nothing arrives for ``QUIET_S``. Then it goes on to the next deadline. On a busy machine
that takes longer, and skips nothing that is under way. What another process or thread is about
to send, it cannot see.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import trio

from runner.net.clock import RunClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

QUIET_S = 0.02
"""A frame that was sent on the loopback has arrived by then."""


_wall = time.time


class Skipped:
    """The time that was passed over so far, in seconds, and the machine's clocks with it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wall(self) -> float:
        """Return Unix seconds."""
        return _wall() + self.seconds

    def steady(self) -> float:
        """Return the seconds of a clock that cannot be set."""
        return time.monotonic() + self.seconds


class IdleClock(trio.abc.Clock, trio.abc.Instrument):
    """A clock that passes over the time in which nothing happens; an instrument of the same run as well."""

    def __init__(self, skipped: Skipped) -> None:
        self._skipped = skipped
        self._quiet_since = math.inf

    def start_clock(self) -> None:
        """Nothing is to be done."""

    def current_time(self) -> float:
        """Return the time, in seconds."""
        return self._skipped.steady()

    def before_task_step(self, _: trio.lowlevel.Task) -> None:
        """Something happens."""
        self._quiet_since = math.inf

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Return how long to wait for events before the next look at the clock, in seconds."""
        now, rest_s = time.monotonic(), deadline - self.current_time()
        if rest_s <= QUIET_S or math.isinf(rest_s) or threads_at_work():
            self._quiet_since = math.inf
            return rest_s
        self._quiet_since = min(self._quiet_since, now)
        if now - self._quiet_since < QUIET_S:
            return QUIET_S - (now - self._quiet_since)
        self._skipped.seconds += rest_s
        return 0.0


def threads_at_work() -> bool:
    """Return whether a thread works for a task of this run."""
    return trio.to_thread.current_default_thread_limiter().borrowed_tokens > 0


def skip_waits(monkeypatch: pytest.MonkeyPatch | None = None) -> None:
    """Start each ``trio.run`` with such a clock, with which the clocks of the run agree.

    Without a monkeypatch that is for the rest of this process.
    """
    change = setattr if monkeypatch is None else monkeypatch.setattr
    skipped, run = Skipped(), trio.run

    def run_with_clock(main: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        clock = IdleClock(skipped)
        return run(main, *args, clock=clock, instruments=[clock])

    defaults = {**(RunClock.__init__.__kwdefaults__ or {}), "wall": skipped.wall, "steady": skipped.steady}
    change(trio, "run", run_with_clock)
    change(time, "time", skipped.wall)
    change(RunClock.__init__, "__kwdefaults__", defaults)
