"""A run in virtual time: an engine, and what a driver does for it, in its order.

The loop is in ``virtual_time``. A subclass is a machine: it has the disk and the
way to the exchange.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import inf
from typing import TYPE_CHECKING, Any

from tests.support.virtual_time import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.execution import EngineEvent, Execution, Turn
    from runner.journal import Entry
    from runner.kraken import ClientSession


class Fallen(Exception):
    """The process has come to a sudden end."""


class Killed(Fallen):
    """The process is gone, from one instant to the next."""


class VirtualRun(ABC):
    """One process. What comes in is put into ``events``, for its next step.

    ``skew_s``: how far its clock is ahead. ``points`` counts the instants at which it may die, ``kill_at`` is
    the one at which it does. Who changes ``session`` or hears something on it calls ``look_at_timers``.
    """

    skew_s = 0.0
    slack_s = 0.0
    kill_at: int | None = None
    session: ClientSession | None = None

    def __init__(self, time: VirtualTime | None = None) -> None:
        self.time = time or VirtualTime()
        self.over = True
        self.events: list[EngineEvent] = []
        self.steps = self.points = 0
        self._generation = 0
        self._wakes_at: float | None = None

    @property
    def now(self) -> float:
        """The time by the clock of this process."""
        return self.time.now + self.skew_s

    @now.setter
    def now(self, moment: float) -> None:
        self.time.now = moment - self.skew_s

    # --- a process ---

    def launch(self) -> None:
        """Have a new process, in which nothing has happened yet."""
        self.over = False
        self.points = 0
        self.events = []
        self.session = None
        self._wakes_at = None
        self.time.begin(self)

    def start(self, execution: Execution) -> None:
        """Let the process have an engine, and start that."""
        self.execution = execution
        self.carry_out(execution.start(self.now))
        self._see_whether_over()

    def carry_through(self, execution: Execution) -> None:
        """Run an engine to its end."""
        self.launch()
        self.start(execution)
        self.time.run()

    def die(self) -> None:
        """End the process: it takes no further step, and what was put off for it does not happen."""
        self.over = True
        self._generation += 1
        self.time.end(self)

    def later(self, delay_s: float, act: Callable[..., None], *about: Any) -> None:
        """Let something happen to this process after a while, if it still is the same one by then."""
        time = self.time
        time.at(time.now + delay_s, self._do, self._generation, act, about)

    def _do(self, generation: int, act: Callable[..., None], about: tuple[Any, ...]) -> None:
        if generation == self._generation:
            act(*about)

    def guard(self, act: Callable[..., None], *about: Any) -> None:
        """Do something in the process, which may fall over it."""
        try:
            act(*about)
        except Fallen as end:
            self.fall(end)

    def fall(self, end: Fallen) -> None:
        """The process has come to a sudden end; a test that has not reckoned with that hears of it."""
        self.die()
        raise end

    def _see_whether_over(self) -> None:
        if self.execution.finished:
            assert self.execution.timer() is None, "what is finished waits for nothing"
            self.die()

    # --- a step ---

    def timer(self) -> float:
        """Return when ``step`` is due, by the true clock: at once if anything has come in."""
        if self.events:
            return self.time.now
        if self._wakes_at is None:
            self._wakes_at = self.wakes_at()
        return self._wakes_at

    def look_at_timers(self) -> None:
        """Work out anew when the next step is due."""
        self._wakes_at = None

    def wakes_at(self) -> float:
        """Return when the next timer wakes the process up, by the true clock."""
        due = self.execution.timer()
        alive = None if self.session is None else self.session.timer()
        return min(inf if due is None else due, inf if alive is None else alive) - self.skew_s

    def step(self) -> None:
        """Take what has come in, and the time; or come to a sudden end."""
        self.guard(self.take_step)

    def take_step(self) -> None:
        """Take what has come in, and the time."""
        self.steps += 1
        self._wakes_at = None
        now = self.now + self.slack_s
        if self.session is not None:
            self.events += self.session.handle_timer(now)
            self.flush()
        events, self.events = self.events, []
        self.carry_out(self.execution.handle(events, now))
        due = self.execution.timer()
        assert due is None or due > now, "the engine asks for the present again: it would spin"
        self._see_whether_over()

    # --- a turn ---

    def carry_out(self, turn: Turn) -> None:
        """Make the entries durable, then do the actions; the process may die between any two of them."""
        self.point()
        if turn.entries:
            self.make_durable(turn.entries)
        self.point()
        for action in turn.actions:
            self.act(action)
            self.flush()
            self.point()

    def point(self) -> None:
        """Die if this is the instant."""
        self.points += 1
        if self.points == self.kill_at:
            raise Killed

    def flush(self) -> None:
        """Write what the session has to say."""
        if self.session is not None:
            for text in self.session.outgoing():
                self.write(text)

    @abstractmethod
    def make_durable(self, entries: Sequence[Entry]) -> None:
        """Write entries to the disk."""

    @abstractmethod
    def act(self, action: object) -> None:
        """Carry out one action of a turn."""

    def write(self, text: str) -> None:  # noqa: B027 - a run without a session has no frames
        """Put a frame on its way to the exchange."""
