"""The batch files of a command line: files, folders, and what a branch has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.app.inputs.selection import Selection, select
from runner.errors import InvalidInput, input_error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEAD_BYTES: Final = 4096

__all__ = ["Selection", "find_files", "holds_several"]


def holds_several(file: Path) -> bool:
    """Return True for a file of several saved plans, which is for ``apply_all``. A pipe is not looked at."""
    from runner.review import is_saved_series  # noqa: PLC0415 - who validates files loads no plans
    from runner.runtime.storage import read_limited  # noqa: PLC0415

    try:
        return file.is_file() and is_saved_series(read_limited(file, _HEAD_BYTES))
    except (OSError, InvalidInput):
        return False  # whoever reads it says what is wrong


def find_files(paths: Sequence[Path] = (), *, changed_since: str = "") -> Selection:
    """Return the batch files that are named, and those in the folders that are named, in name order.

    A folder is looked through with those below it, without hidden files, links, and files that are named as
    policies, targets and scenarios. ``changed_since`` is a git revision: of these files only those are taken
    that are new or different on disk since the branch has parted from it, committed or not. Raises
    ``InvalidInput`` where there are none, or a folder or revision cannot be read.
    """
    try:
        return select(paths, changed_since)
    except OSError as error:
        raise input_error(error) from error
