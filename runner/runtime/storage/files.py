"""All files that are read are opened here: what a person gives us, up to a limit, and our own."""

from __future__ import annotations

import errno
import os
import select
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

PIPE_WAIT_S: Final = 2.0
"""Maximum wait for the first byte of a named pipe."""


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """Return the bytes of a file, at most one more than ``limit_bytes``, which shows that it is too long.

    Raises ``InvalidInput`` when it cannot be read.
    """
    try:
        # Opened so, a pipe does not wait for its writer; what is read afterwards does.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with os.fdopen(number, "rb") as file:
            first = _first_of_pipe(number, path) if stat.S_ISFIFO(os.fstat(number).st_mode) else b""
            os.set_blocking(number, True)
            return first + file.read(limit_bytes + 1 - len(first))
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from error


def _first_of_pipe(pipe: int, path: Path) -> bytes:
    """Return the first byte of a pipe, nothing if it is still to come or if it is empty.

    Raises ``InvalidInput`` if nothing writes into it.
    """
    try:
        first = os.read(pipe, 1)
    except BlockingIOError:
        return b""  # it has a writer
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    if not first and not waiting.poll(PIPE_WAIT_S * 1000):
        raise InvalidInput(f"{path}: cannot be read: it is a pipe into which nothing writes")
    return first


def read_regular(path: Path, limit_bytes: int) -> bytes:
    """Return the same of what has to be a regular file: nothing waits at a pipe or reads from a device.

    Raises ``InvalidInput`` also for a link that leads nowhere or in a circle.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise InvalidInput(f"{path}: cannot be read: it is not a regular file")
            return file.read(limit_bytes + 1)
    except OSError as error:
        link = f" (it links to {path.readlink()})" if path.is_symlink() else ""
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}{link}") from error


class FoundFile(NamedTuple):
    """The content of a regular file; None for anything else at its path, and for one that is too long."""

    content: bytes | None


def read_below(top: Path, path: PurePosixPath, limit_bytes: int) -> FoundFile | None:
    """Return what is at a path below a folder, None where nothing is. No link below ``top`` is followed.

    Raises ``OSError``, ``NotADirectoryError`` where a link or a file is in the way.
    """
    from .writing import folder_below  # noqa: PLC0415 - most files are read as they are named

    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    try:
        with folder_below(top, path.parent) as folder:
            found = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode) or found.st_size > limit_bytes:
                return FoundFile(None)
            with os.fdopen(os.open(path.name, flags, dir_fd=folder), "rb") as file:
                return FoundFile(file.read(limit_bytes))
    except FileNotFoundError:
        return None


def read_ours(path: Path) -> bytes:
    """Return the bytes of a file that this program has written, however long; no link is followed.

    Raises ``OSError``, for a pipe as well: that it is empty at the moment says nothing.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        return file.read()
