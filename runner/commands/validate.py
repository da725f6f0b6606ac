"""``order-batch validate``: is this file a batch? Never touches the network or the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.batchfile import MAX_FILE_BYTES, parse
from runner.errors import ExitCode
from runner.storage import read_limited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.report import Output


def validate(files: Sequence[Path], out: Output) -> ExitCode:
    """Check all files and show all problems of all of them."""
    parsed = [(str(file), parse(read_limited(file, MAX_FILE_BYTES), str(file))) for file in files]
    out.validated([(name, one.batch, one.problems) for name, one in parsed])
    return ExitCode.DONE if all(one.batch for _, one in parsed) else ExitCode.INVALID
