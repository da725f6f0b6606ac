"""Command lines in processes, forked from one that has loaded everything already.

A process that is forked so runs the same code as one that was started afresh, in a fraction of the time.
Its user must have no threads.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.cli.exit_codes import run
from tests.processes.server import load

from .dying import die

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

LIMIT_S = 180

load()


@dataclass(frozen=True)
class Ended:
    """The end of a process: ``code`` is negative for a signal."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Process:
    """A running command line, with its output in files."""

    pid: int
    folder: Path

    def stdout(self) -> str:
        """Return what it has written so far."""
        return (self.folder / "stdout").read_text("utf-8")

    def wait(self) -> Ended:
        """Wait for its end."""
        limit = time.monotonic() + LIMIT_S
        while (found := os.waitpid(self.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() > limit:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise TimeoutError(f"{self.folder}: not done after {LIMIT_S} s")
            time.sleep(0.005)
        stderr = (self.folder / "stderr").read_text("utf-8")
        return Ended(os.waitstatus_to_exitcode(found[1]), self.stdout(), stderr)


def fork(work: Callable[[], int]) -> int:
    """Do some work in another process, which ends with its result; gives the process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def start(
    args: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    instant: int | None = None,
    waits: bool = False,
    become: Callable[[Sequence[str]], int] | None = None,
) -> Process:
    """Start a command line; with an ``instant`` it counts, and dies there unless that is 0.

    ``waits``: what it hears while it waits counts as well. ``become``: what carries it out instead.
    """
    folder.mkdir(parents=True)
    for name in ("stdout", "stderr"):
        (folder / name).touch()

    def work() -> int:
        for name, file in (("/dev/null", 0), (folder / "stdout", 1), (folder / "stderr", 2)):
            opened = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
            os.dup2(opened, file)
            os.close(opened)
        os.environ.update(environment)
        if become is not None:
            return become(args)
        return run(args) if instant is None else die(instant, args, waits=waits)

    return Process(fork(work), folder)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """``order-batch paper serve`` for the length of a block; gives the line in which it says where it is."""
    state = folder / "exchange"
    options = ["--format", "json", "--state-dir", str(state), "--option", "rest.enforce_rates=false"]
    process = start(["paper", "serve", *options], folder / "serve", {})
    try:
        limit = time.monotonic() + LIMIT_S
        while not (line := process.stdout()).endswith("\n"):
            assert time.monotonic() < limit, "the exchange did not start"
            time.sleep(0.005)
        yield line
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait()
