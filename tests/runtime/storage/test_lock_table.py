"""Who holds a lock, from the kernel's table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.runtime.storage import LOCK, hold, lock_holders
from runner.runtime.storage.lock_table import holders_in

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
1: POSIX  ADVISORY  READ 10 08:01:100 128 128
2: FLOCK  ADVISORY  WRITE 11 08:1f:200 0 EOF
2: -> FLOCK  ADVISORY  WRITE 12 08:1f:200 0 EOF
3: FLOCK  ADVISORY  WRITE 13 <none>:0 0 EOF
4: FLOCK
"""


def test_locks_of_whole_files_are_found() -> None:
    """Not those of ranges, not whoever waits, and no line that means nothing."""
    assert holders_in(TABLE) == {(8, 0x1F, 200): 11}


def test_a_held_file_is_found_and_a_free_one_is_not(tmp_path: Path) -> None:
    """Nor one that is not there."""
    with hold(tmp_path / "a"), hold(tmp_path / "b"):
        pass
    with hold(tmp_path / "a"):
        files = [tmp_path / name / LOCK for name in ("a", "b", "c")]
        assert lock_holders(files) == {files[0]: os.getpid()}
