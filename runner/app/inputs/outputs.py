"""Files that a command writes: what cannot or must not be written is refused before anything is done."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import InvalidInput
from runner.runtime.storage import JOURNAL, LOCK, repository_of

from .policy_files import is_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def refuse_output(path: Path, what: str, read: Iterable[Path], environ: Mapping[str, str]) -> None:
    """Refuse an output file before anything is done. Raises ``InvalidInput``.

    It must be writable, and replace no device, no input (``read``), no policy, no state and no secret.
    """
    from runner.app.access.credentials import CREDENTIAL_NAMES  # noqa: PLC0415 - who writes no file loads no sockets for it

    if not path.parent.is_dir():
        raise InvalidInput(f"{path}: {what} cannot be written: there is no folder {path.parent}")
    for folder in path.parents:
        if folder.is_symlink() and repository_of(folder.parent) is not None:
            raise InvalidInput(
                f"{path}: {what} cannot be written behind a link that a commit may have brought here",
                details=[f"{folder} leads to {folder.readlink()}: name that folder itself."],
            )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InvalidInput(f"{path}: {what} cannot be written: nothing can be written into {path.parent}")
    if path.exists() and not path.is_file():
        raise InvalidInput(f"{path}: {what} cannot be written: it is not a regular file")
    _refuse_name(path, what)
    if any((path.parent / name).exists() for name in (JOURNAL, LOCK)):
        raise InvalidInput(
            f"{path}: {what} cannot be written among journals",
            details=["What was placed is kept in that folder: write it somewhere else."],
        )
    secrets = [Path(environ[name]) for name in CREDENTIAL_NAMES if name.endswith("_FILE") and name in environ]
    for name in (*read, *secrets):
        if path.exists() and name.exists() and path.samefile(name):
            raise InvalidInput(f"{path}: {what} cannot be written over {name}, which is read")


def _refuse_name(path: Path, what: str) -> None:
    """Raise ``InvalidInput`` for a name or a folder that is meant for something else."""
    if str(path) == "-":
        raise InvalidInput(f"{what} is written to a file: name one; `-` would be a file of this name")
    if ".git" in Path(os.path.realpath(path.parent)).parts:
        raise InvalidInput(f"{path}: {what} cannot be written into a repository's own folder")
    if is_policy(path):
        raise InvalidInput(f"{path}: {what} cannot be written: only a policy has this name")


def refuse_outputs(
    paths: Iterable[Path],
    what: str,
    *,
    read: Iterable[Path],
    written: Iterable[Path],
    environ: Mapping[str, str],
) -> None:
    """Refuse several files of one kind as ``refuse_output`` does, and those that are ``written`` otherwise.

    Of a saved plan among those that are ``read`` its batch file counts as read, too.
    """
    inputs = [name for file in read for name in (file, *_planned(file))]
    others = {os.path.realpath(path): path for path in written}
    for path in paths:
        refuse_output(path, what, inputs, environ)
        if (other := others.get(os.path.realpath(path))) is not None:
            raise InvalidInput(f"{path}: {what} cannot be written over {other}, which is written as well")


def _planned(file: Path) -> list[Path]:
    """Return the batch file of a saved plan, if a file is one."""
    from runner.review import is_saved_plan, is_saved_series, read_plan, read_series  # noqa: PLC0415 - most commands write no such file
    from runner.runtime.storage import read_limited  # noqa: PLC0415

    from .batches import MAX_PLAN_BYTES  # noqa: PLC0415

    if not file.is_file():
        return []  # a pipe is read once; what is not there is reported by the one that reads it
    content = read_limited(file, MAX_PLAN_BYTES)
    name = str(file)
    if is_saved_series(content):
        return [Path(plan.file) for plan in read_series(content, name=name).plans]
    return [Path(read_plan(content, name=name).file)] if is_saved_plan(content) else []
