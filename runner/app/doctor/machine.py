"""The facts about this machine: the state folder, and the versions of all that is installed."""

from __future__ import annotations

import os
import platform
import pwd
import re
import stat
from importlib import metadata
from typing import TYPE_CHECKING, Final

from runner import __version__
from runner.domain import halt_in_force
from runner.errors import ExitCode, InvalidInput, OrderBatchError, Remedy
from runner.runtime.storage import (
    JOURNAL,
    LOCK,
    halts_path,
    journal_entries,
    journal_paths,
    lock_holders,
    read_halts,
    refuse_link,
    tracked_state,
)

from .facts import FolderFacts, VersionFacts
from .findings import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DISTRIBUTION: Final = "order-batch-runner"
_OPTIONAL: Final = ("notify", "postgres")
"""The extras that a command may need; others are for those who work on it."""

_REQUIREMENT: Final = re.compile(r"(?P<name>[\w.-]+)(?:\[[^\]]*\])?\s*(?:\(?>=\s*(?P<least>[\d.]+))?")
_EXTRA: Final = re.compile(r"""extra\s*==\s*["'](?P<extra>[\w-]+)["']""")


def read_folder(root: Path, venue: str) -> FolderFacts:
    """Return what is known of the state of a venue. Nothing is written, made or locked."""
    place = next((path for path in (root, *root.absolute().parents) if path.exists()), root)
    folders = [root, *_folders(root / venue)]
    files = [path for folder in folders for name in (JOURNAL, LOCK) if (path := folder / name).exists()]
    dead = _dead_link(root, venue)
    journals, failures = (0, [dead]) if dead else _journals(root, venue)
    held = lock_holders(path for path in files if path.name == LOCK)
    return FolderFacts(
        path=str(root),
        place=str(place),
        there=root.is_dir(),
        writable=all(os.access(path, os.W_OK | os.X_OK) for path in {place, *_there(folders)}),
        owner=_owner(place) if place == root else "",
        mode=stat.S_IMODE(place.stat().st_mode) if place == root else 0o700,
        free_bytes=_free_bytes(place),
        journals=journals,
        unwritable=tuple(str(path) for path in files if not os.access(path, os.R_OK | os.W_OK)),
        held=tuple((path.parent.name, process) for path, process in held.items()),
        halt="" if dead else _halt(root, venue, failures),
        failures=tuple(failures),
    )


def _dead_link(root: Path, venue: str) -> Failure | None:
    """Return the failure that a link is which leads nowhere: no folder can be made in its place."""
    absolute = root.absolute()
    for path in (*reversed(absolute.parents), absolute, absolute / venue):
        if path.is_symlink() and not path.exists():
            reason = f"{path} is a link that leads nowhere, to {path.readlink()}"
            cure = "Remove the link, or make the folder that it leads to."
            return Failure(reason, cure, ExitCode.REFUSED, (Remedy.STATE_DIR,))
    return None


def _folders(venue: Path) -> list[Path]:
    try:
        return [venue, *sorted(path for path in venue.iterdir() if path.is_dir())]
    except OSError:
        return []


def _there(folders: list[Path]) -> Iterator[Path]:
    return (folder for folder in folders if folder.is_dir())


def _journals(root: Path, venue: str) -> tuple[int, list[Failure]]:
    """Return how many journals can be read, and what is wrong with the state."""
    failures: list[Failure] = []
    read = 0
    try:
        refuse_link(root)
        if root.is_dir():
            failures += _tracked(root, venue)
        paths = journal_paths(root, venue)
    except (OrderBatchError, OSError) as error:
        return 0, [_failure(error)]
    for path in paths:
        try:
            journal_entries(path)
            read += 1
        except (OrderBatchError, OSError) as error:
            failures.append(_failure(error))
    return read, failures


def _tracked(root: Path, venue: str) -> list[Failure]:
    try:
        tracked = tracked_state(root / venue)
    except InvalidInput as error:
        return [Failure.of(error)]
    if not tracked:
        return []
    many = "a file" if len(tracked) == 1 else f"{len(tracked)} files"
    cure = f"Take it out: git rm -r --cached {root}, add {root.name}/ to .gitignore, and commit both."
    return [Failure(f"git tracks {many} of it, which a commit may have written", cure, ExitCode.REFUSED)]


def _halt(root: Path, venue: str, failures: list[Failure]) -> str:
    try:
        halt = halt_in_force(read_halts(halts_path(root, venue)))
    except (OrderBatchError, OSError) as error:
        failures.append(_failure(error))
        return ""
    return "" if halt is None else str(halt)


def _failure(error: OrderBatchError | OSError) -> Failure:
    if isinstance(error, OrderBatchError):
        return Failure.of(error)
    where = f"{error.filename}: " if error.filename else ""
    cure = "Let this user read and write there."
    return Failure(f"{where}{error.strerror or error}", cure, ExitCode.REFUSED, (Remedy.STATE_DIR,))


def _owner(path: Path) -> str:
    """Return the owner of a folder if it is another user; empty for our own."""
    number = path.stat().st_uid
    if number == os.geteuid():
        return ""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _free_bytes(path: Path) -> int | None:
    try:
        found = os.statvfs(path)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def read_versions() -> VersionFacts:
    """Return the versions of Python, of this package and of its dependencies."""
    python = platform.python_version()
    try:
        package = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return VersionFacts(python=python, required={}, extras={}, installed={})
    needed = requirements_by_extra(package.requires or [])
    wanted = {name for extra in ("", *_OPTIONAL) for name in needed.get(extra, ())}
    return VersionFacts(
        python=python,
        least_python=(package.metadata["Requires-Python"] or "").removeprefix(">="),
        package=__version__,
        required=needed.get("", {}),
        extras={extra: needed[extra] for extra in _OPTIONAL if extra in needed},
        installed={name: version for name in sorted(wanted) if (version := _installed(name))},
    )


def requirements_by_extra(texts: list[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the least version of each requirement in a package's metadata, by its extra, empty for none."""
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        requirement, _, marker = text.partition(";")
        extra = _EXTRA.search(marker)
        if match := _REQUIREMENT.match(requirement.strip()):
            found.setdefault(extra["extra"] if extra else "", {})[match["name"]] = match["least"] or ""
    return found


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
