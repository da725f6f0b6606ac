"""A command as a person hears it: when each of its bytes comes, and how long it waits in silence."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SILENT_S = 2.0
"""The longest wait of which nothing need be said."""

SAMPLE_S = 0.05
LIMIT_S = 180.0


@dataclass(frozen=True)
class Heard:
    """The end of a command, its output, its longest silent wait in seconds, and what came before that."""

    code: int
    output: str
    longest_s: float
    after: str


def listen(command: str, *, cwd: Path, environment: Mapping[str, str], terminal: bool) -> Heard:
    """Run a command with bash, at a terminal or into a pipe, until it ends.

    A silent wait is time without output in which the process neither computes nor lacks a processor: so
    it is the same on a busy machine. Raises ``TimeoutError`` after three minutes.
    """
    ours, theirs = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        ["bash", "-ec", command],
        cwd=cwd,
        env={**environment, "TERM": "xterm-256color"},
        stdin=theirs if terminal else subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        return _heard(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _heard(process: subprocess.Popen[bytes], stream: int) -> Heard:
    begun = time.monotonic()
    output, after, longest_s, since = b"", b"", 0.0, 0.0
    while process.poll() is None:
        if time.monotonic() > begun + LIMIT_S:
            raise TimeoutError(output.decode(errors="replace"))
        waited = time.monotonic() - begun - at_work_s(process.pid)
        if waited - since > longest_s:
            longest_s, after = waited - since, output
        if chunk := _read(stream):
            output += chunk
            since = waited
    while chunk := _read(stream):
        output += chunk
    return Heard(process.returncode, output.decode(errors="replace"), longest_s, after.decode()[-300:])


def _read(stream: int) -> bytes:
    if not select.select([stream], [], [], SAMPLE_S)[0]:
        return b""
    with contextlib.suppress(OSError):  # a terminal whose other side has gone
        return os.read(stream, 65536)
    return b""


def idle_s() -> float:
    """Return a time of this process that passes only while it waits, in seconds: a busy machine adds none."""
    return time.monotonic() - at_work_s(os.getpid())


def at_work_s(pid: int) -> float:
    """Return how long a process has computed or has waited for a processor, in seconds."""
    with contextlib.suppress(OSError):
        computed, queued, _ = Path(f"/proc/{pid}/schedstat").read_text("ascii").split()
        return (int(computed) + int(queued)) / 1e9
    return 0.0
