"""The batch files of a command, as they are named on the command line; what is left out is reported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from runner.errors import InvalidInput
from runner.report import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from runner.api import Console, Job, Jobs, Selection

    from .reports import ReportRequest


def jobs_of(selection: Selection, *, venue: str, **given: Any) -> Job | Jobs:
    """Return what a command is about: one file as it was named, or several."""
    from runner.api import Jobs, holds_several  # noqa: PLC0415

    from .options import job_of, take_market, venue_of  # noqa: PLC0415 - a plain validation parses no options

    if not selection.several and not holds_several(selection.files[0]):
        return job_of(file=selection.files[0], venue=venue, **given)
    return Jobs(
        files=selection.files,
        removed=selection.removed,
        venue=venue_of(venue, **take_market(given)),
        environ=os.environ,
        **given,
    )


def refuse_for_several(format: str, reports: Iterable[ReportRequest], manifest: Path | None = None) -> None:
    """Raise ``InvalidInput`` for what there is of a single file alone."""
    pages = [Format(format), *(report.format for report in reports)]
    if Format.HTML in pages:
        raise InvalidInput(
            "there is no page of several files: it sorts and filters the orders of one",
            details=["Use --format markdown, or name a single file."],
        )
    if manifest is not None:
        raise InvalidInput(
            "--manifest is for a single file: each batch has its own manifest",
            details=["With --report json=FILE all of them are in one file."],
        )


def selected_files(paths: Sequence[Path], changed_since: str, console: Console) -> Selection:
    """Return the batch files of a command. Raises ``InvalidInput`` where there are none."""
    from runner.api import find_files  # noqa: PLC0415 - loading it takes longer than the help of a verb

    selection = find_files(paths, changed_since=changed_since)
    for text in selection.remarks():
        console.note(text)
    if not selection.files:
        console.note(f"No batch file is new or different since {changed_since}.")
    return selection
