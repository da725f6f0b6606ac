"""Another version of a batch file: at a git revision, or in another file.

Anybody can add a file named like a branch to a pull request. So a name is a file only if it cannot be meant
as a revision: with a path before it, or with the ending of a batch file and no revision of that name.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from runner.batchfile import MAX_FILE_BYTES, parse
from runner.errors import InvalidInput
from runner.review import diff
from runner.runtime.storage import Repository, read_limited, repository_of

if TYPE_CHECKING:
    from runner.app.console import Console
    from runner.domain import Batch
    from runner.review import Diff

_PATHS: Final = ("/", "./", "../")
_ENDINGS: Final = (".yaml", ".yml")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Version:
    """Another version: its name, and its bytes; None if the revision has no such file."""

    name: str
    content: bytes | None


def diff_against(against: str, batch: Batch, out: Console) -> Diff | None:
    """Return the difference to the version that ``against`` names: FILE, REV, or REV:PATH for a renamed file.

    A file that the revision does not have yet is compared with nothing. None, and a remark, where the other
    version is no valid batch. Raises ``InvalidInput`` when there is no such version, or git cannot read it.
    """
    other = _other_version(against, Path(batch.file), out)
    if other.content is None:
        return diff(None, batch, against)
    old = parse(other.content, other.name)
    if old.batch is None:
        out.note(f"{other.name} is not a valid batch, so nothing is compared with it: {old.problems[0]}")
        return None
    return diff(old.batch, batch, against)


def _other_version(against: str, file: Path, out: Console) -> _Version:
    if against.startswith(_PATHS):
        return _file(against)
    revision, colon, path = against.partition(":")
    repository = repository_of(Path())
    commit = repository.commit(revision) if repository is not None and revision else None
    named_as_file = not colon and os.path.lexists(against) and not Path(against).is_dir()
    if repository is None or commit is None:
        if named_as_file and against.endswith(_ENDINGS):
            return _file(against)
        raise _unknown_revision(against, named_as_file, repository)
    if named_as_file:
        raise InvalidInput(
            f"comparing with {against}: this is a git revision and a file",
            details=[f"Write {against}^0 for the revision, or ./{against} for the file."],
        )
    if colon:
        return _at_path(repository, commit, against, path)
    return _at(repository, commit, against, file, out)


def _file(name: str) -> _Version:
    return _Version(name, read_limited(Path(name), MAX_FILE_BYTES))


def _at_path(repository: Repository, commit: str, against: str, path: str) -> _Version:
    """Resolve a path in a revision: from the top level; with ``./`` or ``../`` from the working directory."""
    below = path.startswith(_PATHS)
    inside = path_inside(repository, Path(path)) if below else PurePosixPath(os.path.normpath(path))
    content = repository.read(commit, inside, MAX_FILE_BYTES)
    if content is None:
        raise InvalidInput(f"comparing with {against}: the revision has no file {inside}")
    return _Version(against, content)


def _at(repository: Repository, commit: str, against: str, file: Path, out: Console) -> _Version:
    inside = path_inside(repository, file)
    content = repository.read(commit, inside, MAX_FILE_BYTES)
    if content is None:
        out.note(
            f"{inside} is not in {against}, so all of it is new.{_renamed_path(repository, commit, against)}"
        )
    return _Version(f"{against}:{inside}", content)


def _renamed_path(repository: Repository, commit: str, against: str) -> str:
    """Return the files of the revision that the work tree lacks: one may be the file's old name."""
    gone = [
        name
        for name in repository.names(commit)
        if name.endswith(_ENDINGS) and not os.path.lexists(repository.top / name)
    ]
    choices = " or ".join(f"{against}:{name}" for name in gone[:_MOST_NAMED])
    return f" If it was renamed, compare it with {choices}." if choices else ""


def path_inside(repository: Repository, file: Path) -> PurePosixPath:
    """Return the path of a file from the top level, as written: links below are followed in the revision.

    Raises ``InvalidInput`` for a file that is not in the repository, or in another one inside it.
    """
    whole = Path.cwd() / file
    for path in (whole, whole.parent.resolve() / whole.name):
        if ".." not in path.parts and path.is_relative_to(repository.top):
            _refuse_inner(repository, path, file)
            return PurePosixPath(path.relative_to(repository.top))
    raise InvalidInput(
        f"comparing revisions: {file} is not in the repository of the working directory, {repository.top}",
        details=["Make a folder of the repository that has the file the working directory."],
    )


def _refuse_inner(repository: Repository, path: Path, file: Path) -> None:
    """Raise ``InvalidInput`` for a file of a submodule, or of a repository inside this one.

    The outer repository holds no version of it.
    """
    inner = repository_of(path.parent)
    if inner is not None and inner.top != repository.top and inner.top.is_relative_to(repository.top):
        raise InvalidInput(
            f"comparing revisions: {file} is in another repository, {inner.top}",
            details=["Make that the working directory: revisions of the outer one do not hold the file."],
        )


def _unknown_revision(against: str, named_as_file: bool, repository: Repository | None) -> InvalidInput:
    known = "A fresh checkout knows its own commit alone: in a workflow, fetch with fetch-depth: 0."
    if repository is None:
        known = "The working directory is in no git repository, so only a file can be compared with."
    if named_as_file:
        known = f"There is a file of this name: write ./{against} to compare with it."
    return InvalidInput(
        f"comparing with {against}: neither a file nor a git revision that is known here", details=[known]
    )
