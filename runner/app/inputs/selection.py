"""The batch files that a command is about: files and folders, or of those what a branch has changed.

A folder is looked through with all folders below it, by name alone. What is hidden, a link, or named as
another kind of file is left out and returned with the reason, so that it can be reported.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_FILES: Final = 400
"""Maximum number of batch files of one command: the journals of all are held open, with a lock each."""

ENDINGS: Final = (".yaml", ".yml")
_OTHERS: Final = {"policy": "a policy", "targets": "targets", "scenario": "a scenario"}
_NAMED: Final = 5


class Selection(NamedTuple):
    """The batch files of a command, in the order of their names, byte by byte.

    ``several``: the command named more than one file, whatever there is. ``left_out`` has a reason for each
    file of a folder that is no batch by its name. ``removed`` are batch files that a branch no longer has,
    each with its new name, which is empty if it has none with the same content.
    """

    files: tuple[Path, ...]
    several: bool
    left_out: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()

    def remarks(self) -> list[str]:
        """Return in words what is not among the files."""
        names_left_out = [f"{name} ({why})" for name, why in self.left_out]
        more = f" and {len(names_left_out) - _NAMED} more" if len(names_left_out) > _NAMED else ""
        left = [f"Left out, by name: {', '.join(names_left_out[:_NAMED])}{more}."] if names_left_out else []
        return [*left, *(f"{name}: {_fate(renamed)}" for name, renamed in self.removed)]


def _fate(renamed: str) -> str:
    if renamed:
        return f"renamed to {renamed}."
    return "deleted. What it has placed is left as it is: its journal stays, and nothing is canceled."


def select(paths: Sequence[Path], changed_since: str = "") -> Selection:
    """Return the batch files that are named, and those in the folders that are named.

    ``changed_since`` is a git revision: only files are taken that are new or different on disk since the
    branch parted from it, committed or not; without ``paths`` those below the working directory. Raises
    ``InvalidInput`` where there are none, too many, or a folder or revision cannot be read.
    """
    if not paths and not changed_since:
        raise InvalidInput("name a batch file or a folder")
    if not changed_since and len(paths) == 1 and not _is_folder(paths[0]):
        return Selection(tuple(paths), several=False)
    left_out: list[tuple[str, str]] = []
    found = [file for path in paths or [Path()] for file in _files_of(path, left_out)]
    files = _in_order(found)
    removed: tuple[tuple[str, str], ...] = ()
    if changed_since:
        from .changed_files import changes_since  # noqa: PLC0415 - most commands compare nothing

        changes = changes_since(changed_since, files, paths or [Path()])
        files, removed = changes.files, tuple(each for each in changes.removed if _may_be_batch(each[0]))
        left_out += [(name, "git ignores it") for name in changes.ignored]
    elif not files:
        raise InvalidInput(f"{', '.join(map(str, paths))}: there is no batch file", details=_why(left_out))
    _refuse_too_many(files)
    return Selection(files, several=True, left_out=tuple(left_out), removed=removed)


def _why(left_out: Sequence[tuple[str, str]]) -> list[str]:
    names = f"Batch files are those in a folder and below whose names end in {' or '.join(ENDINGS)}."
    return [names, *Selection((), several=True, left_out=tuple(left_out)).remarks()]


def _refuse_too_many(files: Sequence[Path]) -> None:
    if len(files) > MAX_FILES:
        raise InvalidInput(
            f"{len(files):,} batch files: at most {MAX_FILES:,} can be taken at once",
            details=["Name a folder with fewer of them, or the files."],
        )


def _in_order(files: Sequence[Path]) -> tuple[Path, ...]:
    """Return each file once, by whatever names it is known, in the order of the names."""
    once: dict[str, Path] = {}
    for file in sorted(files, key=os.fsencode):
        once.setdefault(os.path.realpath(file), file)
    return tuple(once.values())


# --- folders ---------------------------------------------------------------------------------


def _files_of(path: Path, left_out: list[tuple[str, str]]) -> Iterator[Path]:
    """Yield a file, or the batch files of a folder."""
    if not _is_folder(path):
        yield path
        return
    for folder, folders, names in os.walk(path, onerror=_refuse_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        left_out += [(str(Path(folder) / name), "a link to a folder") for name in links]
        for name in sorted(names):
            if name.endswith(ENDINGS):
                file = Path(folder) / name
                if why := _reason(file):
                    left_out.append((str(file), why))
                else:
                    yield file


def _is_folder(path: Path) -> bool:
    """Return True for a folder; what cannot be looked at is left to those who read it."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _reason(file: Path) -> str:
    """Return why a file of a folder is no batch by its name; empty if it may be one."""
    if file.name.startswith("."):
        return "hidden"
    if file.is_symlink():
        return "a link: name it, if it is meant"
    return _OTHERS.get(file.stem.rpartition(".")[2], "")


def _may_be_batch(name: str) -> bool:
    return name.endswith(ENDINGS) and not _reason(Path(name))


def _refuse_unreadable(error: OSError) -> None:
    raise InvalidInput(f"{error.filename}: this folder cannot be looked through: {error.strerror}") from error
