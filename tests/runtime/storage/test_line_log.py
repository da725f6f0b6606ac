"""A log of whole lines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.runtime.storage.line_log import LineLog


def test_a_disk_that_takes_a_part_ends_the_log_at_a_whole_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a line would hide the next one."""
    path, write = tmp_path / "log", os.write
    with LineLog(path) as log:
        log.write(b"one\n")
        monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:2]))
        with pytest.raises(OSError, match="No space left"):
            log.write(b"two\n")
        monkeypatch.undo()
        assert log.ended
        log.write(b"three\n")
    assert path.read_bytes() == b"one\n"


def test_a_log_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A caller that needs none ignores it."""
    with pytest.raises(OSError, match="No such file"):
        LineLog(tmp_path / "no" / "folder")
