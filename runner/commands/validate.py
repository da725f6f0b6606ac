"""``order-batch validate``: is this file a batch? Never touches the network or the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.batchfile import MAX_FILE_BYTES, parse
from runner.domain import Problem
from runner.errors import ExitCode, InvalidInput
from runner.storage import read_limited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.domain import Batch
    from runner.report import Output


def validate(files: Sequence[Path], out: Output) -> ExitCode:
    """Check all files and show all problems of all of them; a file that cannot be read is one more."""
    found = [(str(file), *_checked(file)) for file in files]
    out.validated(found)
    return ExitCode.DONE if all(batch for _, batch, _ in found) else ExitCode.INVALID


def _checked(file: Path) -> tuple[Batch | None, Sequence[Problem]]:
    name = str(file)
    try:
        content = read_limited(file, MAX_FILE_BYTES)
    except InvalidInput as error:
        return None, [Problem(name, 1, 1, "", str(error).removeprefix(f"{name}: "))]
    parsed = parse(content, name)
    return parsed.batch, parsed.problems
