"""A process that has loaded everything already, and becomes a command line at each request.

``python -m tests.processes.server OWNER [DOOR]``, which are descriptors of sockets: requests come over the
first, and over each that connects to the second. A request has descriptors: input, output and error of the
new process, and a pipe for its id and, when it has ended, its exit code. Nothing is loaded before the first
request; the server ends when its owner does.
A process that is forked so runs the same code as one that was started afresh, in a fraction of the time. How
Python itself starts is what it does not show: that has tests which start Python.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import traceback
from functools import cache, partial
from typing import Any

PACKAGES = ("runner", "tests.acceptance.foreign")
ALSO = ("certifi", "encodings.idna", "h11", "httpcore", "trio_websocket", "websockets.asyncio.server")
EXTRAS = ("psycopg",)
"""What only some installations have; modules that need it are not loaded elsewhere."""
BATCH = b"version: 1\nname: warm\ngroups: [{name: g, cancel: [{userref: 1}]}]\n"
MAX_REQUEST_BYTES = 1 << 20
DESCRIPTORS = 4
NUMBER_BYTES = 8


@cache
def load() -> None:
    """Import whatever a command line may need, but nothing that would run as a program."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                _load_unless_extra(module.name)
    for name in ALSO:
        importlib.import_module(name)
    importlib.import_module("runner.batchfile").parse(BATCH, "warm.yaml")  # compiles the schema
    gc.collect()
    gc.freeze()


def _load_unless_extra(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise


def serve(owner: socket.socket, door: socket.socket | None = None) -> None:
    """Fork a process for each request, until the owner is gone."""
    with selectors.DefaultSelector() as selector:
        selector.register(owner, selectors.EVENT_READ, take)
        if door is not None:
            selector.register(door, selectors.EVENT_READ, admit)
        while owner.fileno() >= 0:
            for key, _ in selector.select():
                key.data(selector, key.fileobj)


def admit(selector: selectors.BaseSelector, door: socket.socket) -> None:
    """Take the requests of one more client."""
    selector.register(door.accept()[0], selectors.EVENT_READ, take)


def take(selector: selectors.BaseSelector, client: socket.socket) -> None:
    """Become what a client requests; it may be gone."""
    data, descriptors, _, _ = socket.recv_fds(client, MAX_REQUEST_BYTES, DESCRIPTORS)
    if not data:
        selector.unregister(client)
        client.close()
        return
    load()
    pid = os.fork()
    if not pid:
        become(json.loads(data), descriptors, list(selector.get_map()))
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    report(descriptors[3], pid)
    selector.register(os.pidfd_open(pid), selectors.EVENT_READ, partial(report_end, pid, descriptors[3]))


def report(pipe: int, number: int) -> None:
    """Write a number to the client that requested a process."""
    os.write(pipe, number.to_bytes(NUMBER_BYTES, signed=True))


def report_end(pid: int, pipe: int, selector: selectors.BaseSelector, watch: int) -> None:
    """Write the exit code of a process that has ended; negative for a signal, as subprocess has it."""
    selector.unregister(watch)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(BrokenPipeError):
        report(pipe, code)
    os.close(pipe)
    os.close(watch)


def become(request: dict[str, Any], descriptors: list[int], ours: list[int]) -> None:
    """Be the requested program, and end with its exit code."""
    code = 70
    try:
        for number, descriptor in enumerate(descriptors[:3]):
            os.dup2(descriptor, number)
        for descriptor in (*ours, *descriptors, *request["closed"]):
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.path[:0] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
        open_streams()
        code = program(request["module"], request["args"])
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.flush()
        os._exit(code)


def open_streams() -> None:
    """Make the streams anew, as Python does when it starts: None for one that is closed."""
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = stream(0, "r", encoding)
    sys.stdout = stream(1, "w", encoding)
    sys.stderr = stream(2, "w", encoding, errors="backslashreplace")
    if sys.stderr is not None:
        sys.stderr.reconfigure(line_buffering=True)


def stream(number: int, mode: str, encoding: str, errors: str | None = None) -> Any:
    """A text stream on a descriptor, None if it is closed."""
    try:
        os.fstat(number)
    except OSError:
        return None
    return open(number, mode, encoding=encoding, errors=errors, closefd=False)


def program(module: str, args: list[str]) -> int:
    """Run a module as ``python -m`` does; gives its exit code."""
    sys.argv = [module, *args]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(*(socket.socket(fileno=int(descriptor)) for descriptor in sys.argv[1:]))
