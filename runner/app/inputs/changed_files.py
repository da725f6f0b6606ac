"""The files that a branch has changed: what is on disk, held against the commit from which it has parted.

Contents are compared by git's own id of them, so that no program of a configuration or an attribute runs.
What is not committed yet counts: a person plans what lies in the folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runner.batchfile import MAX_FILE_BYTES
from runner.errors import InvalidInput
from runner.runtime.storage import content_id, read_limited, repository_of

from .revisions import path_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.runtime.storage import Repository


class Changes(NamedTuple):
    """New and different ``files``, those that git has ``ignored``, and the ``removed`` ones.

    A removed file comes with the name of a new one that has its content, which may be empty.
    """

    files: tuple[Path, ...]
    ignored: tuple[str, ...]
    removed: tuple[tuple[str, str], ...]


def changes_since(revision: str, files: Sequence[Path], paths: Sequence[Path]) -> Changes:
    """Return which files are new or different since the branch parted from a revision.

    ``paths`` are the files and folders in which a file may have been removed. Raises ``InvalidInput`` where
    git cannot say.
    """
    repository = repository_of(Path())
    if repository is None:
        raise InvalidInput(
            f"changed since {revision}: the working directory is in no git repository",
            details=["Name the files or a folder instead."],
        )
    start = _start(repository, revision)
    before, present = repository.files(start), frozenset(repository.present())
    inside = {file: str(path_inside(repository, file)) for file in files}
    there = [file for file in files if os.path.lexists(file) or inside[file] not in before]
    ignored = [file for file in there if os.path.lexists(file) and inside[file] not in present]
    ids = {file: _id_of(file, like=start) for file in there if file not in ignored}
    changed = {file: id for file, id in ids.items() if before.get(inside[file]) != id}
    names = {id: str(file) for file, id in reversed(changed.items())}
    gone = sorted(_gone(repository, before, paths), key=os.fsencode)
    removed = ((_shown(repository, name), names.get(before[name], "")) for name in gone)
    return Changes(tuple(changed), tuple(map(str, ignored)), tuple(removed))


def _start(repository: Repository, revision: str) -> str:
    """Return the commit from which the branch has parted from a revision."""
    commit, head = repository.commit(revision), repository.commit("HEAD")
    known = "A fresh checkout knows its own commit alone: in a workflow, fetch with fetch-depth: 0."
    if commit is None or head is None:
        missing = revision if commit is None else "HEAD"
        raise InvalidInput(f"changed since {revision}: no revision {missing} is known here", details=[known])
    start = repository.common_ancestor(commit, head)
    if start is None:
        raise InvalidInput(
            f"changed since {revision}: no commit is known here from which both have parted", details=[known]
        )
    return start


def _id_of(file: Path, *, like: str) -> str:
    """Return the id of a file's content; empty for one that is missing, too long, or no file."""
    if not file.is_file():
        return ""
    content = read_limited(file, MAX_FILE_BYTES)
    return "" if len(content) > MAX_FILE_BYTES else content_id(content, like)


def _gone(repository: Repository, before: Iterable[str], paths: Sequence[Path]) -> Iterator[str]:
    """Yield the files below some paths that a commit has and the disk lacks, without hidden folders."""
    tops = [str(path_inside(repository, path)) for path in paths]
    for name in before:
        rests = [rest for top in tops if (rest := _rest(name, top)) is not None]
        hidden = not any(all(not part.startswith(".") for part in rest.split("/")) for rest in rests)
        if rests and not hidden and not os.path.lexists(repository.top / name):
            yield name


def _rest(name: str, top: str) -> str | None:
    """Return the path of a file below a folder, empty for the file itself; None if it is elsewhere."""
    if top in (".", name):
        return name if top == "." else ""
    return name.removeprefix(f"{top}/") if name.startswith(f"{top}/") else None


def _shown(repository: Repository, name: str) -> str:
    """Return the name of a file from the working directory."""
    return os.path.relpath(repository.top / name)
