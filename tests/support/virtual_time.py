"""The one loop of all simulations: processes and a network in virtual time.

Nothing waits: the clock goes to the next thing that is due, wherever that is. A network is plugged in,
processes begin and end, and what happens later is put on the agenda.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

START: Final = 1_795_000_000.0
STEPS_MAX: Final = 200_000

SLACK_S: Final = 1e-6
"""A process may be woken up so much early: by another clock the moment of a timer is not exact."""


class Process(Protocol):
    """A program that runs, on a machine or as another one on the same."""

    over: bool

    def timer(self) -> float:
        """Return when ``step`` is due: now if anything has come in, infinity for never."""

    def step(self) -> None:
        """Take what has come in, and the time."""


class Network(Protocol):
    """All that lies beyond the processes: the exchange, and the ways to it."""

    @property
    def due(self) -> float:
        """Return the time of the next event of ``advance``, infinity for none."""

    def advance(self) -> None:
        """Let happen what is due now."""


class Silence:
    """A network on which nothing happens."""

    due = inf

    def advance(self) -> None:
        """Do nothing."""


class VirtualTime:
    """The clock, the agenda and the loop. ``running`` is a new list whenever a process begins or ends."""

    def __init__(self) -> None:
        self.now = START
        self.steps = 0
        self.running: list[Process] = []
        self._network: Network = Silence()
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._serial = 0

    def plug(self, network: Network) -> None:
        """Have this network."""
        self._network = network

    # --- the agenda ---

    def at(self, moment: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen at a moment; of two things at one moment, the one noted first comes first."""
        self._serial += 1
        heappush(self._heap, (moment, self._serial, act, about))

    def after(self, delay_s: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen after a while."""
        self.at(self.now + delay_s, act, *about)

    def forget(self) -> None:
        """Let nothing happen any more, on the agenda or in the network."""
        self._heap.clear()
        self._network = Silence()

    # --- processes ---

    def begin(self, process: Process) -> None:
        """Step this process too, from the next step on."""
        self.running = [*self.running, process]

    def end(self, process: Process) -> None:
        """Never step this process again."""
        self.running = [other for other in self.running if other is not process]

    # --- the loop ---

    def run(
        self,
        over: Callable[[], bool] | None = None,
        *,
        steps_max: int = STEPS_MAX,
        lasts_max_s: float = inf,
    ) -> None:
        """Let time pass until that is over; where nothing is given, until no process runs."""
        began, steps = self.now, self.steps
        while not over() if over else self.running:
            self.step()
            assert self.steps - steps < steps_max, "the run takes steps without end"
            assert self.now - began < lasts_max_s, "the run does not end"

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while self.now < until:
            self.step(until)

    def step(self, limit: float = inf) -> None:
        """Go to the next thing that is due, at most to ``limit``; do it, and all else that is due by then."""
        self.steps += 1
        heap, running = self._heap, self.running
        moment = min(heap[0][0] if heap else inf, self._network.due, limit)
        for process in running:
            wakes_at = process.timer()
            if wakes_at < moment:
                moment = wakes_at
        assert moment < inf, "nothing will ever happen"
        if moment > self.now:
            self.now = moment
        now = self.now
        while heap and heap[0][0] <= now:
            _, _, act, about = heappop(heap)
            act(*about)
        self._network.advance()
        for process in running:
            if not process.over and process.timer() <= now + SLACK_S:
                process.step()
