"""Finding the policies of a batch. Imports little: most batches that are validated have none.

A policy is a file called ``policy.yaml`` in the batch's folder, or in one above it up to the root of the
outermost repository: a submodule, which a commit can add, hides no policy of what it is part of. All that are
found apply, together with one that is named: none overrides another. A misspelt name of a policy and an
unreadable folder end the command, so that no rule is skipped unnoticed.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

POLICY: Final = "policy.yaml"
MAX_LINKS: Final = 40
"""Maximum number of symbolic links followed, the same as the system's."""

_WORDS: Final = ("policy", "policies")
_ENDINGS: Final = ("yaml", "yml", "json", "toml", "txt", "")
_EXAMPLES: Final = frozenset({"example", "sample", "template", "dist", "md", "rst", "html", "pdf", "xml"})
_COPIES: Final = frozenset(
    {"bak", "orig", "old", "rej", "save", "swp", "swo", "tmp", "new", "disabled", "off"}
)
_COPY: Final = r"[ _-]*(\([0-9]+\)|copy|[0-9]+)$"
_STREAMS: Final = re.compile(r"/dev/?$|/dev/fd|/proc(/|$)")


class Places(NamedTuple):
    """The folders to search for policies, nearest first.

    ``stream``: the batch comes from a pipe, which is in no folder, so the working directory is searched too.
    """

    folders: tuple[Path, ...]
    stream: bool = False


def places_of(files: Iterable[Path]) -> Places:
    """Return the folders to search for the policies of some files.

    These are the folder of each file as it is named, the folder of each link target, and the folders above
    them up to the outermost repository's root.
    """
    folders: list[Path] = []
    streams = False
    for file in files:
        hops = list(_hops(file))
        stream = not _is_ordinary(file) or any(_is_stream(hop) for hop in hops)
        streams |= stream
        beside = [hop.parent for hop in hops if not _is_stream(hop)]
        for folder in (*beside, *([Path.cwd()] if stream else [])):
            folders += _upwards(folder)
    return Places(tuple(dict.fromkeys(folders)), streams)


def policy_paths(places: Places, given: Path | None = None, *, but: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the policies that apply: the named one first, then the nearest.

    ``but`` are the files that the command is about; they are not policies. Raises ``InvalidInput`` if a
    folder cannot be read, or holds a policy with a misspelt name.
    """
    found = {} if given is None else {os.path.realpath(given): given}
    others = {os.path.realpath(file) for file in (*but, *found.values())}
    for folder in places.folders:
        path = _policy_in(folder, others)
        if path is not None:
            found.setdefault(os.path.realpath(path), path)
    return tuple(found.values())


def is_policy(file: Path) -> bool:
    """Return True if a file has the name of a policy, so that it is not a batch."""
    return file.name == POLICY


# --- folders ---------------------------------------------------------------------------------


def _hops(file: Path) -> Iterator[Path]:
    """Yield a file as it is named, then each link target, then its real path."""
    path = file.absolute()
    for _ in range(MAX_LINKS):
        # Two dots are the system's to follow, since the folder before them may be a link.
        yield path.parent.resolve() / path.name if ".." in path.parts else path
        try:
            path = path.parent / path.readlink()
        except OSError:
            break  # not a link, or unreadable, which reading it will report
    yield Path(os.path.realpath(file))


def _upwards(folder: Path) -> list[Path]:
    """Return a folder and those above it up to the outermost repository's root; without one, it alone."""
    whole = [folder, *folder.parents]
    roots = [number for number, each in enumerate(whole) if os.path.lexists(each / ".git")]
    return whole[: max(roots, default=0) + 1]


def _is_ordinary(file: Path) -> bool:
    """Return True for a regular file; also for a missing one, which may become one."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True


def _is_stream(path: Path) -> bool:
    """Return True for a path below /dev or /proc, where no policy is kept."""
    return _STREAMS.match(str(path.parent)) is not None


# --- names -----------------------------------------------------------------------------------


def _policy_in(folder: Path, others: set[str]) -> Path | None:
    shown = _display_path(folder)
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return None  # a saved plan may name a file of another machine
    except OSError as error:
        raise InvalidInput(
            f"{shown}: this folder cannot be looked at: {error.strerror}",
            details=[f"Whether it holds a {POLICY}, whose rules would hold, is not known."],
        ) from error
    right = POLICY in names
    for name in sorted(names):
        misspelt = _is_misspelt(name, right=right) and not (folder / name).is_dir()
        if misspelt and os.path.realpath(folder / name) not in others:
            raise InvalidInput(
                f"{shown / name}: a policy under this name is not read",
                details=[f"Call it {shown / POLICY}; if it is none, call it something else."],
            )
    return shown / POLICY if right else None


def _is_misspelt(name: str, *, right: bool) -> bool:
    """Return True for a misspelt name of a policy.

    ``right``: the correct name exists as well; then a copy of it is ignored.
    """
    if name == POLICY:
        return False
    plain = name.casefold().strip(" \t\n._-~#")
    copied = plain != name.casefold().strip("._") or name.endswith("~")
    stem, _, ending = plain.partition(".")
    whole = re.sub(_COPY, "", stem)
    endings = [part.strip() for part in ending.split(".") if part.strip()]
    if not any(_near(whole, word) for word in _WORDS) or _EXAMPLES.intersection(endings):
        return False
    copied |= whole != stem or bool(_COPIES.intersection(endings))
    rest = [part for part in endings if part not in _COPIES]
    return not (copied and right) and all(any(_near(part, end) for end in _ENDINGS if end) for part in rest)


def _near(text: str, wanted: str) -> bool:
    """Return True for at most one typing error: a letter wrong, missing, too many, or two exchanged."""
    if text == wanted:
        return True
    if abs(len(text) - len(wanted)) > 1:
        return False
    same = next((at for at, pair in enumerate(zip(text, wanted, strict=False)) if pair[0] != pair[1]), None)
    if same is None:
        return True
    a, b = text[same:], wanted[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _display_path(folder: Path) -> Path:
    """Return a folder as shown in messages: relative if it is below the working directory."""
    try:
        return folder.relative_to(Path.cwd())
    except ValueError:
        return folder
