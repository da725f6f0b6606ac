"""Virtual time: what is to happen when, and the counting of faults that struck. No engine, no exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from math import ceil, inf
from random import Random
from typing import Any

from tests.simulation.schedule import FAULTS_MAX, GRAIN_S, Fault, Schedule

START = 1_795_000_000.0


class Timeline:
    """The clock of the exchange, which is the true one, and everything that is under way. Unix seconds."""

    def __init__(self, schedule: Schedule) -> None:
        self.now = START
        self.chance = Random(schedule.seed ^ 0x5EED)
        self._random = self.chance.random
        self.faults: Counter[Fault] = Counter()
        self.left = FAULTS_MAX
        self.quiet = False
        self.trace: Callable[[str], None] | None = None
        self._rate_of = schedule.chances.get
        self._delay_s = schedule.delay_s
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._serial = 0

    def at(self, moment: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen at a moment, on the grain."""
        self._serial += 1
        heappush(self._heap, (ceil(moment / GRAIN_S) * GRAIN_S, self._serial, act, about))

    def after(self, delay_s: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen after a while."""
        self.at(self.now + delay_s, act, *about)

    def delay_s(self) -> float:
        """How long a frame takes, this time."""
        return GRAIN_S if self.quiet else self._random() * self._delay_s

    def next(self) -> float:
        """When the next thing happens; infinity when nothing is under way."""
        return self._heap[0][0] if self._heap else inf

    def forget(self) -> None:
        """Let nothing happen any more."""
        self._heap.clear()

    def run_due(self) -> None:
        """Let everything happen whose time has come."""
        heap = self._heap
        while heap and heap[0][0] <= self.now:
            _, _, act, about = heappop(heap)
            act(*about)

    def strikes(self, fault: Fault) -> bool:
        """Whether this kind of fault strikes now; it is counted if so."""
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
