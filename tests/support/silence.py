"""A command as a person hears it: when each of its bytes comes, and how long it waits in silence."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.processes.client import Process, launch

if TYPE_CHECKING:
    from collections.abc import Mapping

SILENT_S = 2.0
"""The longest wait of which nothing need be said."""

PLAIN = re.compile(r"order-batch( [\w./=@:,+-]+)*")
"""A command in which a shell finds nothing to do."""

SAMPLE_S = 0.05
LIMIT_S = 180.0


@dataclass(frozen=True)
class Heard:
    """The end of a command, its output, its longest silent wait in seconds, and what came before that."""

    code: int
    output: str
    longest_s: float
    after: str


def listen(
    command: str, *, cwd: Path, environment: Mapping[str, str], terminal: bool, forked: bool = False
) -> Heard:
    """Run a command with bash, at a terminal or into a pipe, until it ends.

    A silent wait is time without output in which the process neither computes nor lacks a processor: so
    it is the same on a busy machine. With ``forked``, a plain ``order-batch`` command starts no Python of its
    own. Raises ``TimeoutError`` after three minutes.
    """
    ours, theirs = pty.openpty() if terminal else os.pipe()
    environment = {**environment, "TERM": "xterm-256color"}
    if forked and PLAIN.fullmatch(command):
        streams = (theirs if terminal else None, theirs, theirs)
        args = command.split()[1:]
        process = launch("runner", *args, environment=environment, folder=cwd, streams=streams)
    else:
        process = subprocess.Popen(
            ["bash", "-ec", command],
            cwd=cwd,
            env=environment,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
    os.close(theirs)
    with process:
        try:
            return _heard(process, ours)
        finally:
            process.kill()
            os.close(ours)


def _heard(process: subprocess.Popen[bytes] | Process, stream: int) -> Heard:
    started = time.monotonic()
    work = Work(process.pid)
    output, after, longest_s, since = b"", b"", 0.0, 0.0
    while process.poll() is None:
        now = time.monotonic()
        if now > started + LIMIT_S:
            raise TimeoutError(output.decode(errors="replace"))
        asleep = (
            work.is_asleep()
        )  # before its times are read: those of one that waits for a processor are old
        waited = now - started - work.seconds()
        if asleep and waited - since > longest_s:
            longest_s, after = waited - since, output
        if chunk := _read(stream):
            output += chunk
            since = waited
    while chunk := _read(stream):
        output += chunk
    return Heard(process.returncode, output.decode(errors="replace"), longest_s, after.decode()[-300:])


class Work:
    """The time that the threads of a process have computed or waited for a processor."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._seconds: dict[str, float] = {}

    def is_asleep(self) -> bool:
        """Return whether each thread waits for something else than a processor or a disk."""
        with contextlib.suppress(OSError):
            stats = [(task / "stat").read_text("utf-8", "replace") for task in self._tasks.iterdir()]
            return all(stat.rpartition(")")[2].split()[0] == "S" for stat in stats)
        return False

    def seconds(self) -> float:
        """The sum over all threads, those that have ended too."""
        with contextlib.suppress(OSError):
            for task in self._tasks.iterdir():
                self._seconds[task.name] = at_work_s(task)
        return sum(self._seconds.values())


def _read(stream: int) -> bytes:
    if not select.select([stream], [], [], SAMPLE_S)[0]:
        return b""
    with contextlib.suppress(OSError):  # a terminal whose other side has gone
        return os.read(stream, 65536)
    return b""


def idle_s() -> float:
    """Return a time of this process that passes only while it waits, in seconds: a busy machine adds none."""
    return time.monotonic() - at_work_s(Path("/proc/self"))


def at_work_s(task: Path) -> float:
    """Return how long a thread has computed or has waited for a processor, in seconds."""
    with contextlib.suppress(OSError):
        computed, queued, _ = (task / "schedstat").read_text("ascii").split()
        return (int(computed) + int(queued)) / 1e9
    return 0.0
