"""Files that a person gives us: read whole, up to a limit, with an error that names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a file, at most one more than ``limit_bytes`` so that the reader can say it is too long.

    Raises ``InvalidInput`` when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limit_bytes + 1)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from error
