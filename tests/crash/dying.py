"""``python -m tests.crash.dying K -- apply FILE …``: a command line that kills itself at its K-th instant.

An instant lies before each write to a journal and halfway through it, after each sync to the disk, and before
and after each frame that is sent. All of it is wrapped from outside, in this process only: the product knows
nothing of it. With K = 0 nothing is killed, and how many instants there were is printed at the end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from runner.cli.exit_codes import run
from runner.net.websocket import PrivateConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

JOURNAL_LINE = b'{"crc"'
STDERR = 2
WORDS = {signal.SIGKILL: "killed", signal.SIGSTOP: "stopped"}


class Countdown:
    """Counts instants, and kills or stops this process at the ``last`` of them; says which one it was."""

    def __init__(self, last: int, how: signal.Signals = signal.SIGKILL) -> None:
        self.last = last
        self.passed = 0
        self._how = how

    def instant(self, name: str, *, at_last: Callable[[], object] = lambda: None) -> None:
        """One more has come; ``at_last`` is done just before death."""
        self.passed += 1
        if self.passed == self.last:
            at_last()
            _write(STDERR, f"{WORDS[self._how]} {name}\n".encode())
            # To this thread: so it does not go on while others are being stopped.
            signal.pthread_kill(threading.get_ident(), self._how)


_write = os.write


def watch(countdown: Countdown) -> None:
    """Put an instant around every durable write and every send of this process."""

    def write(file: int, data: Any) -> int:
        if bytes(data[: len(JOURNAL_LINE)]) != JOURNAL_LINE:
            return _write(file, data)
        what = _entries(bytes(data))
        countdown.instant(f"before writing {what}")
        half = data[: len(data) // 2]
        countdown.instant(f"halfway through writing {what}", at_last=lambda: _write(file, half))
        return _write(file, data)

    os.write = write
    for name in ("fsync", "fdatasync"):
        setattr(os, name, _synced(getattr(os, name), name, countdown))
    watch_sends(countdown)


def watch_sends(countdown: Countdown) -> None:
    """Put an instant before and after each frame that this process sends."""
    send = PrivateConnection.send

    async def send_one_by_one(wire: PrivateConnection, texts: Sequence[str]) -> None:
        """A process may die when a part of a burst has left: so each text is a separate burst here."""
        for text in texts:
            what = json.loads(text)["event"]
            countdown.instant(f"before sending {what}")
            await send(wire, [text])
            countdown.instant(f"after sending {what}")

    PrivateConnection.send = send_one_by_one  # type: ignore[method-assign]


def _synced(sync: Callable[[int], None], name: str, countdown: Countdown) -> Callable[[int], None]:
    def synced(file: int) -> None:
        # What was written and not synced outlives the process all the same, so before it nothing is new.
        sync(file)
        countdown.instant(f"after {name}")

    return synced


def _entries(data: bytes) -> str:
    kinds = [json.loads(line).get("entry", "what the paper exchange keeps") for line in data.splitlines()]
    return ", ".join(dict.fromkeys(kinds))


def watch_waits(countdown: Countdown) -> None:
    """Put an instant after each burst of frames that is heard, be it nothing but a heartbeat."""
    receive = PrivateConnection.receive

    async def receive_and_count(wire: PrivateConnection) -> list[str]:
        texts = await receive(wire)
        countdown.instant("after hearing something")
        return texts

    PrivateConnection.receive = receive_and_count  # type: ignore[method-assign]


def die(instant: int, args: Sequence[str], *, waits: bool = False) -> int:
    """Run a command line up to an instant, or to its end; then gives its exit code.

    ``waits``: an instant is also while it waits for something to be heard.
    """
    countdown = Countdown(instant)
    watch(countdown)
    if waits:
        watch_waits(countdown)
    code = run(args)
    _write(STDERR, f"{countdown.passed} instants\n".encode())
    return code


if __name__ == "__main__":
    instant, dashes, *command = sys.argv[1:]
    assert dashes == "--", __doc__
    sys.exit(die(int(instant), command))
