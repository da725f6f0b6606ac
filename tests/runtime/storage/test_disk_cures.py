"""The remedy for a file that cannot be written: room helps a full disk alone."""

from __future__ import annotations

import errno

import pytest

from runner.runtime.storage import disk_cure_of


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Make room"),
        (errno.EFBIG, "Make room"),
        (errno.EROFS, "Let this user write"),
        (errno.EACCES, "Let this user write"),
        (errno.ENOENT, "removed it"),
        (errno.ESTALE, "replaced or changed it"),
        (errno.EIO, "the disk"),
        (errno.EBADF, "Put that right"),
    ],
)
def test_what_helps(number: int, words: str) -> None:
    """And then the same command."""
    cure = disk_cure_of(OSError(number, "so"))
    assert words in cure
    assert cure.endswith("then run the same command again.")
