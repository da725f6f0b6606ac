"""Opening files for writing, which happens nowhere else.

A checkout may hold links of other authors at the paths where we write. None is followed: neither the last
part of a path nor an existing draft.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.harmless import json_text, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

_OURS = os.O_NOFOLLOW | os.O_CLOEXEC
_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP)
_OWNER_ONLY = 0o600
_AS_THE_UMASK_SAYS = 0o666


def open_lock(path: Path, *, make: bool) -> int:
    """Open a file that is locked, whatever it holds, as a descriptor. Raises ``OSError``."""
    return os.open(path, os.O_RDWR | _OURS | (os.O_CREAT if make else 0), _OWNER_ONLY)


def open_journal(path: Path) -> int:
    """Open a file that is read and then added to, as a descriptor; made where there is none.

    Raises ``OSError``, for a pipe as well: what it holds would be waited for without an end.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | _OURS, _OWNER_ONLY)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return number


def open_log(path: Path) -> int:
    """Open a file that is written anew, as a descriptor. Raises ``OSError``."""
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | _OURS, _OWNER_ONLY)


def open_nowhere() -> int:
    """Open what holds nothing and keeps nothing, as a descriptor."""
    return os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)


def append_text(target: Path, text: str) -> None:
    """Append text to a file, which is created if missing, without terminal or CI commands.

    Raises ``OSError``.
    """
    # A pipe that is not read by another program would never be opened: it is an error instead.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | _OURS
    number = os.open(target, flags, _AS_THE_UMASK_SAYS)
    with os.fdopen(number, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(without_commands(text))


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a new folder that others cannot read, during a block; then it is removed with its content."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - few commands use one

    with TemporaryDirectory(prefix="order-batch-") as name:
        yield Path(name)


def write_json(target: Path, content: Mapping[str, Any]) -> None:
    """Replace a file by a JSON document: either the old one or the whole new one is there, always."""
    write_text(target, json_text(content))


def write_text(target: Path, text: str) -> None:
    """Replace the content of a file by a text in UTF-8, as ``write_bytes`` does."""
    write_bytes(target, text.encode("utf-8"))


def write_bytes(target: Path, content: bytes) -> None:
    """Replace the content of a file atomically.

    A link is replaced, not followed. A file keeps its mode. Raises ``OSError``.
    """
    draft = target.with_name(f".order-batch-{os.urandom(8).hex()}.new")
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OURS, _AS_THE_UMASK_SAYS)
    try:
        with os.fdopen(number, "wb") as file:
            _keep_mode(target, number)
            file.write(content)
            file.flush()
            os.fsync(number)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def write_new(top: Path, path: PurePosixPath, content: bytes) -> bool:
    """Make a file at a path below a folder, and the folders on the way; return False if something is there.

    The whole of it is there or nothing, also after a sudden end, where the file system has hard links. No
    link below ``top`` is followed. Raises ``OSError``.
    """
    top.mkdir(parents=True, exist_ok=True)
    with folder_below(top, path.parent, make=True) as folder:
        draft = f".order-batch-{os.urandom(8).hex()}.new"
        _write_exclusively(draft, content, folder)
        try:
            os.link(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            with suppress(FileExistsError):
                _write_exclusively(path.name, content, folder)
                return True
            return False
        finally:
            os.unlink(draft, dir_fd=folder)
        os.fsync(folder)
    return True


def _write_exclusively(name: str, content: bytes, folder: int) -> None:
    """Write a file of a name that is free, durably; nothing is left of one that cannot be filled."""
    number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OURS, _AS_THE_UMASK_SAYS, dir_fd=folder)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(number)
    except BaseException:
        os.unlink(name, dir_fd=folder)
        raise


@contextmanager
def folder_below(top: Path, path: PurePosixPath, *, make: bool = False) -> Iterator[int]:
    """Open a folder at a path below another one, as a descriptor; ``make`` those that are missing.

    No link below ``top`` is followed: it is a ``NotADirectoryError``. Raises ``OSError``.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | _OURS
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in path.parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=folder)
            inner = os.open(name, flags, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def make_folder(path: Path, *, durable: bool) -> None:
    """Make a folder and those above it, for us alone; a journal is only as durable as the way to it."""
    if path.is_dir():
        return
    make_folder(path.parent, durable=durable)
    path.mkdir(exist_ok=True, mode=0o700)
    if durable:
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_mode(target: Path, number: int) -> None:
    with suppress(FileNotFoundError):
        found = target.lstat()
        if stat.S_ISREG(found.st_mode):
            os.fchmod(number, stat.S_IMODE(found.st_mode))
