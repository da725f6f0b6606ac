"""Batches from a few numbers, as text."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from runner.errors import Refused
from runner.generate import Generated, Spacing, batch_text
from runner.generate import dca as generated_dca
from runner.generate import ladder as generated_ladder
from runner.generate import twap as generated_twap

from .job import families

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Generated",
    "Spacing",
    "generated_dca",
    "generated_ladder",
    "generated_twap",
    "write_generated",
]


def write_generated(generated: Generated, *, made_by: str, out: Path | None = None) -> str:
    """Return the batch file of what was generated, and write it to ``out`` if that is named.

    ``made_by`` is shown in it. Raises ``Refused`` for a file that is there already.
    """
    from runner.runtime.storage import write_new  # noqa: PLC0415 - standard output needs no files

    text = batch_text(generated, made_by=made_by)
    if out is not None:
        with families():
            written = write_new(out.parent, PurePosixPath(out.name), text.encode("ascii"))
        if not written:
            raise Refused(f"{out}: this file is there already, and is not overwritten")
    return text
