"""The persistent state of a run: one folder for each venue, batch and run key.

``<state-dir>/<venue>/<batch>[@<run key>]/`` holds ``journal.jsonl``, ``manifest.json`` and ``lock``. A paper
journal and a live one never meet, so a rehearsal cannot make a live order look placed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.errors import Locked, Refused, Remedy

from .git import repository_of
from .journal import Journal
from .writing import make_folder, open_lock, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .journal import RunJournal

JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class State:
    """The folder of a run and its journal, which this process alone writes."""

    path: Path
    journal: RunJournal

    def write_manifest(self, content: Mapping[str, Any]) -> Path:
        """Replace the manifest atomically and durably; return its path."""
        target = self.path / MANIFEST
        write_json(target, content)
        return target


def state_path(root: Path, venue: str, batch: str, run_key: str) -> Path:
    """Return the folder of one batch and run key; neither name may hold ``/`` or ``@``.

    Raises ``Refused`` as ``refuse_link`` does, for a folder below ``root``.
    """
    return _below(root, venue, f"{batch}@{run_key}" if run_key else batch)


def exchange_path(root: Path, venue: str) -> Path:
    """Return the folder of the simulated exchange.

    Raises ``Refused`` as ``state_path`` does.
    """
    return _below(root, venue, ".exchange")


def senders_path(root: Path, venue: str) -> Path:
    """Return the folder of the runs that send at a venue. Raises ``Refused`` as ``state_path`` does."""
    return _below(root, venue, ".senders")


def halts_path(root: Path, venue: str) -> Path:
    """Return the folder of the halts of a venue. Raises ``Refused`` as ``state_path`` does."""
    return _below(root, venue, ".halts")


def journal_paths(root: Path, venue: str) -> list[Path]:
    """Return the journals of all batches of a venue, in the order of their names.

    Raises ``Refused`` as ``state_path`` does, and ``OSError`` where that cannot be seen: a folder that cannot
    be read is not an empty one.
    """
    try:
        with os.scandir(_below(root, venue)) as entries:
            # State of the venue as a whole is kept in folders that begin with a dot.
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except FileNotFoundError:
        return []
    folders = [_below(root, venue, name) for name in names]
    return [path / JOURNAL for path in folders if stat.S_ISDIR(path.stat().st_mode) and _has_journal(path)]


def _has_journal(folder: Path) -> bool:
    try:
        (folder / JOURNAL).lstat()
    except FileNotFoundError:
        return False
    return True


def refuse_link(folder: Path) -> None:
    """Raise ``Refused`` for a state folder that is a link in the work tree of a repository.

    A commit may have brought the link, and state would be kept wherever it leads.
    """
    if folder.is_symlink() and repository_of(folder.parent) is not None:
        raise Refused(
            f"{folder}: no state is kept behind a link that a commit may have brought here",
            details=[
                f"It leads to {folder.readlink()}.",
                "Remove it, or name the folder that you want.",
            ],
            remedies=[Remedy.STATE_DIR],
        )


def _below(root: Path, *names: str) -> Path:
    for name in names:
        root /= name
        refuse_link(root)
    return root


def _unusable(path: Path, error: OSError) -> Refused:
    return Refused(f"{path}: no state can be kept here: {error.strerror}")


@contextmanager
def hold(path: Path, *, durable: bool = True, halts: Path | None = None) -> Iterator[State]:
    """Hold a folder alone, with its journal open. The lock dies with the process.

    ``halts`` is as in ``Journal``.

    Raises ``Locked`` when another process holds it, ``Refused`` when the disk or the journal is in no state
    to work with.
    """
    with ExitStack() as stack:
        try:
            make_folder(path, durable=durable)
            lock = open_lock(path / LOCK, make=True)
            stack.callback(os.close, lock)
            _lock(lock, path)
            journal = stack.enter_context(Journal(path / JOURNAL, durable=durable, halts=halts))
        except OSError as error:
            raise _unusable(path, error) from error
        yield State(path, journal)


def forget_runs(root: Path, venue: str) -> None:
    """Remove the state of every batch of a venue; what belongs to the venue as a whole stays.

    Raises ``Locked`` while a run uses one of them, and then nothing is removed; ``Refused`` as ``hold`` does.
    """
    with ExitStack() as stack:
        try:
            folders = [journal.parent for journal in journal_paths(root, venue)]
            for folder in folders:
                lock = open_lock(folder / LOCK, make=True)
                stack.callback(os.close, lock)
                _lock(lock, folder)
            for folder in folders:
                shutil.rmtree(folder)
        except OSError as error:
            raise _unusable(root / venue, error) from error


def is_held(path: Path) -> bool:
    """Return True if another process has locked a folder. Raises ``Refused`` as ``hold`` does."""
    try:
        lock = open_lock(path / LOCK, make=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _lock(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Locked(f"{path}: another run holds this state", details=["Wait until it is done."]) from None
