"""The loop of the simulations: an engine in virtual time, over a network that the subclass is.

Nothing waits: the clock goes to the next thing that happens. What is shared is what a driver must do, in its
order; a network decides how long messages take, what becomes of them, and what the actions of a turn mean.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from runner.execution import EngineEvent, Execution, Turn

START: Final = 1_795_000_000.0
MAX_STEPS: Final = 200_000


class Agenda:
    """Future events by time; of events at one moment, the one noted first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._serial = 0

    def at(self, moment: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen at a moment."""
        self._serial += 1
        heappush(self._heap, (moment, self._serial, act, about))

    def next(self) -> float:
        """Return the moment of the next thing; infinity when there is none."""
        return self._heap[0][0] if self._heap else inf

    def forget(self) -> None:
        """Let nothing happen any more."""
        self._heap.clear()

    def run_due(self, now: float) -> None:
        """Let everything happen whose time has come."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            _, _, act, about = heappop(heap)
            act(*about)


class VirtualRun(ABC):
    """One engine and its network. What comes in is put into ``events``, for the next step of the engine."""

    now: float

    def __init__(self) -> None:
        self.agenda = Agenda()
        self.events: list[EngineEvent] = []
        self.steps = 0

    def carry_through(self, execution: Execution) -> None:
        """Run an engine to its end."""
        self.carry_out(execution.start(self.now))
        for _ in range(MAX_STEPS):
            if execution.finished:
                break
            self._step(execution)
        assert execution.finished, "the run does not end"
        assert execution.timer() is None, "what is finished waits for nothing"

    def later(self, delay_s: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen after a while."""
        self.agenda.at(self.now + delay_s, act, *about)

    @abstractmethod
    def timers(self) -> Iterable[float | None]:
        """Return when something of the network is due, besides the agenda."""

    @abstractmethod
    def pass_time(self) -> None:
        """Let happen in the network what is due now."""

    @abstractmethod
    def carry_out(self, turn: Turn) -> None:
        """Make the entries durable, then do the actions."""

    def before_step(self) -> None:  # noqa: B027 - nothing is what most networks do then
        """Do what a test wants done before each step."""

    def wake_up(self, timer: float) -> float:
        """Return when the process wakes up for a timer of its engine; on time as it stands."""
        return timer

    def _step(self, execution: Execution) -> None:
        self.steps += 1
        self.before_step()
        if not self.events:
            timer = execution.timer()
            due = [self.agenda.next(), *(moment for moment in self.timers() if moment is not None)]
            wakes_at = min(due if timer is None else [*due, self.wake_up(timer)])
            assert wakes_at < inf, "nothing will ever happen"
            self.now = max(self.now, wakes_at)
        self.agenda.run_due(self.now)
        self.pass_time()
        events, self.events = self.events, []
        self.carry_out(execution.handle(events, self.now))
        again = execution.timer()
        assert again is None or again > self.now, "the engine asks for the present again: it would spin"
