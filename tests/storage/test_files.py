"""Files that a person gives us: whole up to a limit, and an error that names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import InvalidInput
from runner.storage import read_limited

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("size", "read"), [(0, 0), (9, 9), (10, 10), (11, 11), (5_000, 11)])
def test_a_file_is_read_up_to_one_byte_past_the_limit(tmp_path: Path, size: int, read: int) -> None:
    """The one byte too many is what tells the reader that the file is too long."""
    path = tmp_path / "batch.yaml"
    path.write_bytes(bytes(range(256)) * 20)
    with path.open("r+b") as file:
        file.truncate(size)
    assert read_limited(path, 10) == path.read_bytes()[:read]


@pytest.mark.parametrize("name", ["missing.yaml", ".", "batch.yaml/inside"])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    """A missing file, a folder, a path through a file: said in words, with the path."""
    (tmp_path / "batch.yaml").touch()
    path = tmp_path / name
    with pytest.raises(InvalidInput) as raised:
        read_limited(path, 10)
    assert str(raised.value).startswith(f"{path}: cannot be read: ")
