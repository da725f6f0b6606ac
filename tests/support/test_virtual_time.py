"""The loop of the simulations: what is due comes in its order, and a process steps only when it is due."""

from __future__ import annotations

from math import inf

import pytest

from tests.support.virtual_time import SLACK_S, START, VirtualTime


class Ticking:
    """A process that wakes up after each of these pauses, and then is over; ``seen`` is when it did."""

    def __init__(self, time: VirtualTime, *pauses: float) -> None:
        self.over = False
        self.seen: list[float] = []
        self._time, self._pauses = time, list(pauses)
        self._due = time.now + self._pauses.pop(0)
        time.begin(self)

    def timer(self) -> float:
        """Return when it wakes up."""
        return self._due

    def step(self) -> None:
        """Wake up; the next pause begins, if there is one."""
        self.seen.append(self._time.now - START)
        if self._pauses:
            self._due = self._time.now + self._pauses.pop(0)
        else:
            self.over = True
            self._time.end(self)


class Bell:
    """A network in which something happens at a moment; ``rung`` is when it was let happen."""

    def __init__(self, moment: float) -> None:
        self.due = moment
        self.rung: list[float] = []

    def advance(self) -> None:
        """Ring if it is time."""
        if self.due <= self._now():
            self.rung.append(self._now() - START)
            self.due = inf

    def plug_into(self, time: VirtualTime) -> None:
        """Be the network of this time."""
        self._now = lambda: time.now
        time.plug(self)


def test_what_is_due_comes_in_its_order() -> None:
    """By time, and of two things at one moment the one that was noted first; what is past is due at once."""
    time, seen = VirtualTime(), list[str]()
    for name, after_s in (("late", 5.0), ("first", 1.0), ("second", 1.0), ("past", -3.0)):
        time.after(after_s, lambda name=name: seen.append(f"{name} at {time.now - START:g}"))
    time.wait(10)
    assert seen == ["past at 0", "first at 1", "second at 1", "late at 5"]
    assert time.now == START + 10


def test_processes_and_network_share_one_clock() -> None:
    """Each is woken up when it is due, and the loop ends with the last of them."""
    time, bell = VirtualTime(), Bell(START + 2.5)
    bell.plug_into(time)
    one, two = Ticking(time, 1, 1, 7), Ticking(time, 3)
    time.run()
    assert (one.seen, two.seen, bell.rung) == ([1, 2, 9], [3], [2.5])
    assert (time.now, time.running) == (START + 9, [])


def test_a_process_that_begins_in_a_step_takes_its_first_one_in_the_next() -> None:
    """It has begun by then, with all that is on its way at that moment."""
    time, begun = VirtualTime(), list[Ticking]()
    time.after(2, lambda: begun.append(Ticking(time, 0.0)))
    time.step()
    assert begun[0].seen == []
    time.step()
    assert begun[0].seen == [2]


def test_a_process_that_ended_in_a_step_does_not_take_it() -> None:
    """Another process, or the agenda, may have ended it at the same moment."""
    time = VirtualTime()
    process = Ticking(time, 1)

    def end() -> None:
        process.over = True
        time.end(process)

    time.after(1, end)
    time.run()
    assert process.seen == []


def test_the_timer_of_another_clock_may_be_off_by_a_little() -> None:
    """An event that is due within the slack happens in this step."""
    time = VirtualTime()
    process = Ticking(time, 1 + SLACK_S / 2)
    time.after(1, lambda: None)
    time.step()
    assert process.seen == [1]


def test_a_run_that_does_not_end_is_an_error() -> None:
    """After too many steps, after too long, or when nothing is due any more."""
    for limits, words in (({"steps_max": 5}, "without end"), ({"lasts_max_s": 5.0}, "does not end")):
        time = VirtualTime()
        Ticking(time, *[1.0] * 10)
        with pytest.raises(AssertionError, match=words):
            time.run(**limits)  # type: ignore[arg-type]
    time = VirtualTime()
    Ticking(time, inf)
    with pytest.raises(AssertionError, match="nothing will ever happen"):
        time.run()


def test_what_is_forgotten_does_not_happen() -> None:
    """Neither on the agenda nor in the network."""
    time, bell, seen = VirtualTime(), Bell(START + 1), list[int]()
    bell.plug_into(time)
    time.after(1, seen.append, 1)
    time.forget()
    time.wait(5)
    assert (bell.rung, seen) == ([], [])
