"""The other version of a batch file: at a git revision, or in another file. Git is asked, never told."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from runner.batchfile import MAX_FILE_BYTES, parse
from runner.errors import InvalidInput
from runner.review import diff
from runner.storage import read_limited

if TYPE_CHECKING:
    from runner.domain import Batch
    from runner.report import Output
    from runner.review import Diff

LIMIT_S = 30


def diff_against(against: str, batch: Batch, out: Output) -> Diff | None:
    """What is different from the version that ``against`` names, a file or else a git revision.

    A file that was not there yet is compared with nothing. None, and a remark, where the other version is no
    valid batch. Raises ``InvalidInput`` when there is no such version.
    """
    name, content = _other_version(against, Path(batch.file))
    if content is None:
        return diff(None, batch, against)
    old = parse(content, name)
    if old.batch is None:
        out.note(f"{name} is no valid batch, so nothing is compared with it: {old.problems[0]}")
        return None
    return diff(old.batch, batch, against)


def _other_version(against: str, file: Path) -> tuple[str, bytes | None]:
    other = Path(against)
    if other.is_file():
        return str(other), read_limited(other, MAX_FILE_BYTES)
    folder = file.parent
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{against}^{{commit}}")
    if commit is None:
        raise InvalidInput(
            f"--against {against}: neither a file nor a git revision that is known here",
            details=[
                "A fresh checkout knows its own commit alone: in a workflow, fetch with fetch-depth: 0."
            ],
        )
    revision = commit.decode("ascii").strip()
    name = f"{against}:{file}"
    if not _git(folder, "ls-tree", "--name-only", revision, "--", file.name):
        return name, None
    return name, _git(folder, "cat-file", "blob", f"{revision}:./{file.name}")


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says, None when it says no."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=LIMIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InvalidInput(f"--against: git cannot be asked: {error}") from error
    return done.stdout if done.returncode == 0 else None
