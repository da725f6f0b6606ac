"""Where a run keeps what must outlive it: one folder for each venue, batch and run key.

``<state-dir>/<venue>/<batch>[@<run key>]/`` holds ``journal.jsonl``, ``manifest.json`` and ``lock``. A paper
journal and a live one never meet, so a rehearsal cannot make a live order look placed.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.errors import Locked, Refused
from runner.harmless import json_text

from .journal import Journal, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class State:
    """A folder that this process holds."""

    path: Path
    journal: Journal

    def write_manifest(self, content: Mapping[str, Any]) -> Path:
        """Replace the manifest at once and for good; gives its path."""
        target = self.path / MANIFEST
        write_json(target, content)
        return target


def state_path(root: Path, venue: str, batch: str, run_key: str) -> Path:
    """The folder of one batch and run key; neither name may hold ``/`` or ``@``."""
    return root / venue / (f"{batch}@{run_key}" if run_key else batch)


def journal_paths(root: Path, venue: str) -> list[Path]:
    """The journals of all batches of a venue, in the order of their names."""
    # What the simulated exchange keeps for itself lies beside them, in a folder with a dot.
    return sorted(path for path in (root / venue).glob("[!.]*/" + JOURNAL))


@contextmanager
def hold(path: Path, *, durable: bool = True) -> Iterator[State]:
    """Hold a folder alone, with its journal open. The lock dies with the process.

    Raises ``Locked`` when another process holds it, ``Refused`` when the disk or the journal is in no state
    to work with.
    """
    with ExitStack() as stack:
        try:
            _make_folder(path, durable=durable)
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, lock)
            _lock(lock, path)
            journal = stack.enter_context(Journal(path / JOURNAL, durable=durable))
        except OSError as error:
            raise Refused(f"{path}: no state can be kept here: {error.strerror}") from error
        yield State(path, journal)


def is_held(path: Path) -> bool:
    """Whether another process holds a folder."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def write_json(target: Path, content: Mapping[str, Any]) -> None:
    """Replace a file by a JSON document: either the old one or the whole new one is there, always."""
    write_text(target, json_text(content))


def write_text(target: Path, text: str) -> None:
    """Replace a file by a text: either the old one or the whole new one is there, always.

    No link is followed: one that stands there is replaced. A file keeps its mode.
    """
    draft = target.with_name(f".order-batch-{os.urandom(8).hex()}.new")
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            _keep_mode(target, number)
            file.write(text)
            file.flush()
            os.fsync(number)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _keep_mode(target: Path, number: int) -> None:
    with suppress(FileNotFoundError):
        found = target.lstat()
        if stat.S_ISREG(found.st_mode):
            os.fchmod(number, stat.S_IMODE(found.st_mode))


def _make_folder(path: Path, *, durable: bool) -> None:
    """Make a folder and those above it, for us alone; a journal is only as durable as the way to it."""
    if path.is_dir():
        return
    _make_folder(path.parent, durable=durable)
    path.mkdir(exist_ok=True, mode=0o700)
    if durable:
        sync_folder(path.parent)


def _lock(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Locked(f"{path}: another run holds this state", details=["Wait until it is done."]) from None
