"""The progress of a run and what it waits for, in words; and lines for where no terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import time_of_day
from runner.report.humanize import seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.execution import Progress, Wait

SAY_AFTER_S: Final = 1.0
"""Minimum duration of a wait that is reported; checked once a second."""

SAY_EVERY_S: Final = 10.0
"""Minimum interval of further reports of the same wait."""

SAY_RARELY_S: Final = 300.0
"""Maximum interval of further reports of the same wait."""

_SHARE: Final = 4.0
"""A wait that has lasted this many times longer than the last interval is reported more rarely."""


def counts(progress: Progress) -> str:
    """Return how far a run has come, in words."""
    validated = progress.validated
    done = f"{progress.placed} of {progress.orders} placed"
    parts = [
        f"{progress.sent} sent",
        done if validated is None else f"{validated} of {progress.orders} validated",
    ]
    if progress.rejected:
        parts.append(f"{progress.rejected} rejected")
    if progress.canceled > progress.cancels:  # Unwinding cancels more than the file does.
        parts.append(f"{progress.canceled} canceled")
    elif progress.cancels:
        parts.append(f"{progress.canceled} of {progress.cancels} canceled")
    if progress.remaining_s >= 1:
        parts.append(f"about {seconds(round(progress.remaining_s))} left")
    if not progress.connected:
        parts.append("connecting again" if progress.sent else "connecting")
    return ", ".join(parts)


def describe_wait(wait: Wait, now: float) -> str:
    """Return what is waited for, and until when: by the clock, and how long from ``now``, in Unix seconds."""
    what = f"{wait.what} ({wait.detail})" if wait.detail else wait.what
    if wait.until is None or wait.until <= now:
        return f"Waiting for {what}."
    clock = time_of_day(wait.until)
    return f"Waiting for {what}; until {clock} at most, in {seconds(round(wait.until - now))}."


class WaitLines:
    """Reports the reason of a wait in a line: soon after it begins, then again and again, ever more rarely.

    What has changed about it is reported within ten seconds. ``say`` writes a line; ``clock`` returns Unix
    seconds.
    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._clock = clock
        self._what = self._detail = ""
        self._since = 0.0
        self._said_at: float | None = None

    def __call__(self, progress: Progress) -> None:
        """Take news; they may come at any rate."""
        wait, now = progress.wait, self._clock()
        if wait is None:
            self._what = ""
            return
        if wait.what != self._what:
            self._what, self._since = wait.what, now
            self._said_at = None
        if now >= self._due_at(wait):
            self._said_at, self._detail = now, wait.detail
            self._say(f"{describe_wait(wait, now)} So far: {counts(progress)}.")

    def _due_at(self, wait: Wait) -> float:
        """Return from when on a wait is to be reported."""
        if self._said_at is None:
            return self._since + SAY_AFTER_S
        rarely_s = min((self._said_at - self._since) / _SHARE, SAY_RARELY_S)
        return self._said_at + (SAY_EVERY_S if wait.detail != self._detail else max(rarely_s, SAY_EVERY_S))
