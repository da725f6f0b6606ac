"""The events of a run, of the schema ``events``: the entries of its journal, and what it waits for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from runner.domain import rfc3339
from runner.errors import InvalidInput
from runner.runtime.storage import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from runner.execution import Progress

    OnEvent = Callable[[Mapping[str, Any]], object]

WAIT_S: Final = 1.0
"""Minimum duration of a wait that is an event."""

REPEAT_S: Final = 10.0
"""Interval of further events about the same wait."""


@contextmanager
def event_stream(
    path: Path | None, on_event: OnEvent | None, say: Callable[[str], None]
) -> Iterator[OnEvent | None]:
    """Yield a receiver of events that writes them to a file, if one is wanted, and passes them on.

    Raises ``InvalidInput`` if the file cannot be written at all.
    """
    if path is None:
        yield on_event
        return
    try:
        log = EventLog(path, say)
    except OSError as error:
        raise InvalidInput(f"{path}: the events cannot be written: {error.strerror}") from error

    def take(event: Mapping[str, Any]) -> None:
        log.add(event)
        if on_event is not None:
            on_event(event)

    with log:
        yield take


class WaitEvents:
    """An observer of a run that makes events of its waits, and passes the progress on.

    ``clock`` returns Unix seconds.
    """

    def __init__(
        self, observe: Callable[[Progress], None], on_event: OnEvent | None, clock: Callable[[], float]
    ) -> None:
        self._observe = observe
        self._on_event = on_event
        self._clock = clock
        self._what = ""
        self._due_at = 0.0

    def __call__(self, progress: Progress) -> None:
        """Take news; they may come at any rate."""
        self._observe(progress)
        if self._on_event is None:
            return
        wait, now = progress.wait, self._clock()
        if wait is None or wait.what != self._what:
            self._what, self._due_at = ("" if wait is None else wait.what), now + WAIT_S
        if wait is not None and now >= self._due_at:
            self._due_at = now + REPEAT_S
            self._on_event(progress_event(progress, now))


def progress_event(progress: Progress, now: float) -> dict[str, Any]:
    """Return the progress of a run as an event; ``now`` is Unix seconds."""
    wait = progress.wait
    return {
        "entry": "progress",
        "at": rfc3339(now),
        "orders": progress.orders,
        "sent": progress.sent,
        "placed": progress.placed,
        "rejected": progress.rejected,
        "settled": progress.settled,
        "cancels": progress.cancels,
        "canceled": progress.canceled,
        "connected": progress.connected,
        "waiting_for": None if wait is None else wait.what,
        "until": None if wait is None or wait.until is None else rfc3339(wait.until),
        "detail": "" if wait is None else wait.detail,
    }
