"""The batch files of a command, as they are named on the command line; what is left out is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.api import Console, Selection


def selected_files(paths: Sequence[Path], changed_since: str, console: Console) -> Selection:
    """Return the batch files of a command. Raises ``InvalidInput`` where there are none."""
    from runner.api import find_files  # noqa: PLC0415 - loading it takes longer than the help of a verb

    found = find_files(paths, changed_since=changed_since)
    for text in found.remarks():
        console.note(text)
    if not found.files:
        console.note(f"No batch file is new or different since {changed_since}.")
    return found
