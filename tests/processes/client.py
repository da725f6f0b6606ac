"""Processes as a test sees them: like those of subprocess, and forked from one that has loaded everything."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

ROOT = Path(__file__).resolve().parents[2]
NUMBER_BYTES = 8
CLOSED = -1
"""In place of a descriptor: the process has none there."""
_LOCK = threading.Lock()

DOOR = "PYTEST_PROCESSES_DOOR"
"""The variable that says to workers where their server is."""
_SHARED = os.environ.get(DOOR)  # read once: tests change the environment


class Process:
    """A program that runs, with its output in pipes unless it was led elsewhere."""

    def __init__(self, status: int, stdout: int | None, stderr: int | None) -> None:
        self._status = os.fdopen(status, "rb", buffering=0)
        self.stdout: IO[str] | None = None if stdout is None else os.fdopen(stdout, encoding="utf-8")
        self.stderr: IO[str] | None = None if stderr is None else os.fdopen(stderr, encoding="utf-8")
        self.returncode: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        """Give the exit code if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; gives the exit code, negative for a signal.

        Raises ``subprocess.TimeoutExpired`` after so many seconds.
        """
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = self._number()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Read all that it writes until its end; gives output and errors.

        Raises ``subprocess.TimeoutExpired`` after so many seconds.
        """
        texts = ["", ""]

        def read(number: int, stream: IO[str]) -> None:
            texts[number] = stream.read()

        streams = [(n, stream) for n, stream in enumerate((self.stdout, self.stderr)) if stream is not None]
        readers = [threading.Thread(target=read, args=pair, daemon=True) for pair in streams]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join(timeout)
        self._close()
        return texts[0], texts[1]

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Stop it."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        """Nothing is to be done."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for its end, and close the pipes."""
        self.wait()
        self._close()

    def _number(self) -> int:
        return int.from_bytes(self._status.read(NUMBER_BYTES), signed=True)

    def _close(self) -> None:
        for stream in (self.stdout, self.stderr, self._status):
            if stream is not None:
                stream.close()


def launch(
    module: str,
    *args: str,
    environment: Mapping[str, str],
    folder: Path | None = None,
    streams: tuple[int | None, int | None, int | None] = (None, None, None),
) -> Process:
    """Run ``python -m MODULE ARG ...`` in a folder, or here.

    ``streams`` are descriptors of standard input, output and error, or ``CLOSED``; in place of those that are
    None there are an empty input, and pipes.
    """
    closed = [number for number, given in enumerate(streams) if given == CLOSED]
    inputs = os.open(os.devnull, os.O_RDWR) if streams[0] in (None, CLOSED) else os.dup(streams[0])
    pipes = [
        os.pipe() if given is None else (None, os.dup(inputs if given == CLOSED else given))
        for given in streams[1:]
    ]
    status, telling = os.pipe()
    theirs = [inputs, *(pipe[1] for pipe in pipes), telling]
    request = {
        "module": module,
        "args": args,
        "environment": dict(environment),
        "folder": str(folder or Path.cwd()),
        "closed": closed,
    }
    try:
        with _LOCK:
            socket.send_fds(_server(), [json.dumps(request).encode()], theirs)
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    return Process(status, pipes[0][0], pipes[1][0])


@contextlib.contextmanager
def shared_server() -> Iterator[dict[str, str]]:
    """Start a server for several processes, the workers of a run; gives the variables that they need."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door,
    ):
        path = str(Path(folder, "door"))
        door.bind(path)
        door.listen()
        with _started_server(door.fileno()):
            yield {DOOR: path}


def _socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)


@cache
def _server() -> socket.socket:
    """The way to the process that forks: that of all workers, or one that ends when this process does."""
    if _SHARED is None:
        stack = contextlib.ExitStack()
        atexit.register(stack.close)
        return stack.enter_context(_started_server())
    way = _socket()
    way.connect(_SHARED)
    return way


@contextlib.contextmanager
def _started_server(*door: int) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    descriptors = (theirs.fileno(), *door)
    command = [sys.executable, "-m", "tests.processes.server", *map(str, descriptors)]
    plain = {name: text for name, text in os.environ.items() if not name.startswith(("KRAKEN_", "ORDER_"))}
    process = subprocess.Popen(command, cwd=ROOT, env=plain, pass_fds=descriptors, stdin=subprocess.DEVNULL)
    theirs.close()
    with process, ours:
        yield ours
