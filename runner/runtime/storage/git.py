"""Reading from git. The only module that starts a child process.

A checkout holds files of other authors, so git never runs in a folder that a batch file names. It runs at the
top level of a work tree, without transports, hooks, pagers and programs from a configuration, and its
environment holds only the paths of its own programs and settings.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from runner.errors import InvalidInput

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

LIMIT_S: Final = 30
MAX_LINKS: Final = 8
"""Maximum number of symbolic links in a path."""

_KEPT: Final = ("HOME", "XDG_CONFIG_HOME")
_FIXED: Final = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",  # over every setting: no object is fetched, by whatever program
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS: Final = (
    "safe.bareRepository=explicit",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.pager=cat",
    "diff.external=",
    "protocol.allow=never",
)
_SHA1_DIGITS: Final = 40
_FILES: Final = ("100644", "100755")
_LINK: Final = "120000"
_FOLDER: Final = "040000"
_SUBMODULE: Final = "160000"


_UNKNOWN: Final = 1
"""The exit code of ``git rev-parse --verify --quiet`` for a name of nothing."""
_COMMIT: Final = r"([0-9a-f]{40}|[0-9a-f]{64})\n"
_TREE_ENTRY: Final = r"([0-7]{6}) [a-z]+ ([0-9a-f]{40}|[0-9a-f]{64}) +([0-9]+|-)\t[^\0]+\0"
_TREE_ROW: Final = r"([0-7]{6}) [a-z]+ ([0-9a-f]{40}|[0-9a-f]{64})\t(.+)"
_NO_REPOSITORY: Final = b"fatal: not a git repository"


class NoGit(InvalidInput):
    """There is no git, or no repository."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """An entry of a git tree: its ``mode``, and the object's id and size in bytes, 0 for a folder."""

    mode: str
    id: str
    size: int


class Repository:
    """The repository of a work tree. ``top`` is the folder that holds its ``.git``."""

    def __init__(self, top: Path, environ: Mapping[str, str] | None = None) -> None:
        self.top = top
        self._environ = dict(os.environ if environ is None else environ)

    def commit(self, revision: str) -> str | None:
        """Return the id of the commit that a revision names, None where it names none.

        Raises ``InvalidInput`` with git's own words where git cannot say.
        """
        name = f"{revision}^{{commit}}"
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        if done.returncode == _UNKNOWN and not done.stderr.strip():
            return None
        if done.returncode:
            raise _failure(f"{revision}: git cannot read this revision", done)
        return _match(_COMMIT, done.stdout, f"{revision}: git named no commit")[0]

    def read(self, commit: str, path: PurePosixPath, limit_bytes: int) -> bytes | None:
        """Return the file at a path in a commit, through links in that tree; None where there is none.

        Raises ``InvalidInput`` where git cannot say, the path leaves the repository, or what is there is
        no file of at most ``limit_bytes``.
        """
        found = self._resolve(commit, path, MAX_LINKS)
        if found is None:
            return None
        if found.mode not in _FILES:
            raise InvalidInput(f"{path}: it is not a file in commit {commit[:12]}")
        failed = f"{path}: git cannot read this file"
        if found.size > limit_bytes:
            raise InvalidInput(
                f"{path}: {found.size:,} bytes in commit {commit[:12]}, at most {limit_bytes:,} are read"
            )
        content = self._output(failed, "cat-file", "blob", found.id)
        if len(content) != found.size:
            raise InvalidInput(f"{failed}: {len(content):,} of its {found.size:,} bytes came")
        return content

    def names(self, commit: str) -> list[str]:
        """Return the paths of all files in a commit."""
        listed = self._output(
            f"git cannot list commit {commit[:12]}", "ls-tree", "-rz", "--name-only", commit
        )
        return [os.fsdecode(name) for name in listed.split(b"\0") if name]

    def files(self, commit: str) -> dict[str, str]:
        """Return the id of each file's content in a commit, by its path, without links and submodules."""
        failed = f"git cannot list commit {commit[:12]}"
        listed = self._output(failed, "ls-tree", "-rz", "--full-tree", commit)
        rows = [_match(_TREE_ROW, row, failed) for row in listed.split(b"\0")[:-1]]
        return {name: id for mode, id, name in rows if mode in _FILES}

    def present(self) -> list[str]:
        """Return the paths of files that git tracks, and of new ones that it does not ignore."""
        failed = f"{self.top}: git cannot list its files"
        listed = self._output(failed, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return list(dict.fromkeys(os.fsdecode(name) for name in listed.split(b"\0") if name))

    def common_ancestor(self, commit: str, other: str) -> str | None:
        """Return the id of the commit from which two others have parted, None if none is known here.

        Both are ids of commits.
        """
        done = self._run("merge-base", commit, other)
        if done.returncode == _UNKNOWN and not done.stderr.strip():
            return None
        failed = f"git cannot compare commit {commit[:12]} with {other[:12]}"
        if done.returncode:
            raise _failure(failed, done)
        return _match(_COMMIT, done.stdout, failed)[0]

    def tracked(self, *paths: Path) -> list[str]:
        """Return the files at or below some paths, themselves below the top level, that git tracks.

        Raises ``NoGit`` where there is no git, or no repository after all, and ``InvalidInput`` with git's
        own words where it cannot say.
        """
        done = self._run("ls-files", "-z", "--cached", "--", *map(str, paths))
        failure = _failure(f"{self.top}: git cannot list what it tracks", done) if done.returncode else None
        if failure is not None:
            raise NoGit(str(failure)) if _NO_REPOSITORY in done.stderr else failure
        listed = done.stdout
        return [os.fsdecode(name) for name in listed.split(b"\0") if name]

    def _resolve(self, commit: str, path: PurePosixPath, links: int) -> TreeEntry | None:
        tree = f"{commit}^{{tree}}"
        entry = self._entry(tree, str(path))  # Git goes through folders, and neither links nor submodules.
        if entry is not None and entry.mode in _FILES:
            return entry
        for depth, name in enumerate(path.parts, 1):
            entry = self._entry(tree, name)
            if entry is not None and entry.mode == _LINK:
                rest = PurePosixPath(*path.parts[depth:])
                goal = self._goal(entry, PurePosixPath(*path.parts[: depth - 1]), path, links)
                return self._resolve(commit, goal / rest, links - 1)
            if entry is not None and entry.mode == _SUBMODULE:
                raise InvalidInput(
                    f"{path}: it is in another repository, the submodule "
                    f"{PurePosixPath(*path.parts[:depth])}: run the command from there"
                )
            if entry is None or (entry.mode != _FOLDER and depth < len(path.parts)):
                return None
            tree = entry.id
        return entry

    def _entry(self, tree: str, name: str) -> TreeEntry | None:
        failed = f"{name}: git cannot read this file or its folder"
        listed = self._output(failed, "ls-tree", "-lz", "--full-tree", tree, "--", name)
        if not listed:
            return None
        mode, id, size = _match(_TREE_ENTRY, listed, failed)
        return TreeEntry(mode, id, int(size.replace("-", "0")))

    def _goal(self, link: TreeEntry, folder: PurePosixPath, path: PurePosixPath, links: int) -> PurePosixPath:
        """Return the path below the top level that a link in a folder points to."""
        text = self._output(f"{path}: git cannot read this link", "cat-file", "blob", link.id)
        goal = os.path.normpath(folder / os.fsdecode(text))
        if links == 0 or goal.startswith(("/", "..")):
            raise InvalidInput(f"{path}: it is a link that leads out of the repository, or in a circle")
        return PurePosixPath(goal)

    def _output(self, failed: str, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode:
            raise _failure(failed, done)
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = ["git", "--no-pager", *settings, "-C", str(self.top), *arguments]
        return _child(
            command, {**_environment(self._environ), "GIT_CEILING_DIRECTORIES": str(self.top.parent)}
        )


def content_id(content: bytes, like: str) -> str:
    """Return the id that git gives to the content of a file; ``like`` is any id of the same repository."""
    whole = b"blob %d\0" % len(content) + content
    name = "sha1" if len(like) == _SHA1_DIGITS else "sha256"
    return hashlib.new(name, whole, usedforsecurity=False).hexdigest()


def repository_of(path: Path) -> Repository | None:
    """Return the repository whose work tree a path is in, None where there is none.

    It is known by its ``.git``, a name that no commit can hold, so nothing in a checkout is taken for one.
    """
    whole = Path(os.path.realpath(path))  # where `resolve` would raise for a circle of links
    for folder in (whole, *whole.parents):
        if (folder / ".git").exists():
            return Repository(folder)
    return None


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())
    return {"PATH": path, **{name: environ[name] for name in _KEPT if name in environ}, **_FIXED}


def _child(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    import subprocess  # noqa: PLC0415 - most commands start nothing

    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=LIMIT_S,
        )
    except FileNotFoundError as error:
        raise NoGit(f"git cannot be run: {error}") from error
    except subprocess.TimeoutExpired:
        raise InvalidInput(f"git did not end within {LIMIT_S} seconds") from None
    except (OSError, ValueError) as error:
        raise InvalidInput(f"git cannot be run: {error}") from error


def _failure(what: str, done: subprocess.CompletedProcess[bytes]) -> InvalidInput:
    output = done.stderr.decode("utf-8", "backslashreplace").strip()
    words = [line.strip() for line in output.splitlines() if line.strip()][:12]
    ended = f"git was ended by signal {-done.returncode}" if done.returncode < 0 else ""
    return InvalidInput(
        what, details=words or [ended or f"git ended with {done.returncode} and said nothing"]
    )


def _match(pattern: str, output: bytes, failed: str) -> tuple[str, ...]:
    """Return the parts of what git has said. Raises ``InvalidInput`` where it has said something else."""
    found = re.fullmatch(pattern, os.fsdecode(output), re.DOTALL)
    if found is None:
        raise InvalidInput(failed, details=["git ended well and said what it never says"])
    return found.groups()
