"""The waits of a run, said in lines where no terminal shows it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from runner.execution import Progress, Wait
from runner.report.wording.progress import WaitLines, describe_wait

NOW = 1_795_000_000.0


def progress(wait: Wait | None) -> Progress:
    """Return how far a run of two orders has come."""
    return Progress(2, 1, 0, 0, 0, 0, 0, connected=True, wait=wait)


class Watch:
    """A reader of progress once a second, with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = NOW
        self.written: list[tuple[float, str]] = []
        self.lines = WaitLines(lambda text: self.written.append((self.now - NOW, text)), lambda: self.now)

    def wait(self, duration_s: int, wait: Wait | None) -> None:
        """Hear the same for so long."""
        for _ in range(duration_s):
            self.lines(progress(wait))
            self.now += 1

    @property
    def moments(self) -> list[float]:
        """Return when something was said."""
        return [moment for moment, _ in self.written]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (None, "Waiting for a connection."),
        (NOW - 1, "Waiting for a connection."),
        (NOW + 85, "Waiting for a connection; until 11:08:05 UTC at most, in 1 min 25 s."),
    ],
)
def test_a_wait_in_words(until: float | None, words: str) -> None:
    """By the clock, and how long that is from now."""
    assert describe_wait(Wait("a connection", until), NOW) == words


def test_a_wait_is_said_at_once_and_then_every_ten_seconds() -> None:
    """No silence lasts longer than that."""
    watch = Watch()
    watch.wait(35, Wait("a connection", NOW + 40))
    assert watch.moments == [1, 11, 21, 31]
    assert watch.written[0][1].endswith("in 39.0 s. So far: 1 sent, 0 of 2 placed.")


def test_a_long_wait_is_said_ever_more_rarely() -> None:
    """A day of it is some hundred lines; the silence is never longer than five minutes."""
    watch = Watch()
    watch.wait(86_400, Wait("fills", NOW + 86_400))
    gaps = [later - before for before, later in pairwise(watch.moments)]
    assert len(watch.moments) < 350
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (10, 300)


def test_what_has_changed_about_a_wait_is_said_soon() -> None:
    """Within ten seconds, and not at each change."""
    watch = Watch()
    watch.wait(1000, Wait("fills", NOW + 2000, "0 of 2"))
    before = len(watch.written)
    for number in range(100):
        watch.wait(1, Wait("fills", NOW + 2000, f"{number} of 200"))
    assert 9 <= len(watch.written) - before <= 10


def test_a_wait_for_something_else_is_said_anew() -> None:
    """It has not been heard of yet."""
    watch = Watch()
    watch.wait(5, Wait("a connection"))
    watch.wait(5, Wait("the rate limit"))
    assert watch.moments == [1, 6]


def test_short_waits_are_no_news() -> None:
    """A wait of a moment is not reported."""
    watch = Watch()
    for _ in range(20):
        watch.wait(1, Wait("a connection"))
        watch.wait(1, None)
    assert watch.written == []
