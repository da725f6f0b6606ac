"""The command line. Streams and signals are set up first; slow imports follow."""

from __future__ import annotations

import gc
import signal
import sys
from typing import Final, NoReturn

from .streams import open_streams

__all__ = ["main"]

GARBAGE_AFTER: Final = 50_000
"""Net number of new objects that triggers a garbage collection: more than a command loads that checks a file.

What is loaded is no garbage, so that Python's 700 only make it look through all of that, again and again.
"""


class Terminated(BaseException):
    """SIGTERM or SIGHUP while nothing was under way that must be completed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main() -> NoReturn:
    """Run ``order-batch`` with the arguments of the process, and end it with the exit code."""
    gc.set_threshold(GARBAGE_AFTER)
    open_streams()
    # As process 1 of a container, a process gets no signal that it does not listen to.
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGHUP, _terminate)
    try:
        from .exit_codes import run  # noqa: PLC0415 - a signal while click is loaded is a signal too

        code = run(sys.argv[1:])
    except Terminated as terminated:
        code = 128 + terminated.number
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    gc.freeze()  # What there is ends with the process, and is not looked through once more.
    sys.exit(code)


def _terminate(number: int, frame: object) -> NoReturn:
    raise Terminated(number)
