"""Virtual time: what is to happen when, and the counting of faults that struck. No engine, no exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappush
from math import ceil
from random import Random
from typing import Any

from tests.simulation.schedule import FAULTS_MAX, GRAIN_S, Fault, Schedule
from tests.support.virtual_time import START, VirtualTime


class Timeline(VirtualTime):
    """The clock of the exchange, which is the true one, and everything that is under way. Unix seconds."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        self.chance = Random(schedule.seed ^ 0x5EED)
        self._random = self.chance.random
        self.faults: Counter[Fault] = Counter()
        self.left = FAULTS_MAX
        self.quiet = False
        self.trace: Callable[[str], None] | None = None
        self._rate_of = schedule.chances.get
        self._delay_s = schedule.delay_s

    def at(self, moment: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen at a moment, on the grain."""
        self._serial += 1  # Written out, since everything that happens goes through here.
        heappush(self._heap, (ceil(moment / GRAIN_S) * GRAIN_S, self._serial, act, about))

    def delay_s(self) -> float:
        """Return how long a frame takes, this time."""
        return GRAIN_S if self.quiet else self._random() * self._delay_s

    def strikes(self, fault: Fault) -> bool:
        """Return whether this kind of fault strikes now; it is counted if so."""
        rate = self._rate_of(fault)
        if rate is None or self.quiet or self.left <= 0 or self._random() >= rate:
            return False
        self.left -= 1
        self.count(fault)
        return True

    def count(self, fault: Fault) -> None:
        """Note that a fault has struck."""
        self.faults[fault] += 1
        self.note("*** %s", fault)

    def note(self, text: str, *about: object) -> None:
        """Say what happens, if anyone listens; put together as in ``logging``."""
        if self.trace is not None:
            self.trace(f"{self.now - START:10.3f}  {text % about}")
