"""Every command and every file of the documentation works as it is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import SHELLS, blocks, name_of, pages
from tests.docs.running import FILES, MARKS, Reader
from tests.support.skipped_waits import skip_waits

if TYPE_CHECKING:
    from pathlib import Path


def test_every_block_says_what_becomes_of_it() -> None:
    """No command is passed over in silence, and no file is shown that nothing checks."""
    marked = (*SHELLS, *FILES)
    everything = [block for page in pages() for block in blocks(page)]
    offences = [
        f"{block.place}: {block.mark!r}"
        for block in everything
        if (block.language in marked or block.file) and not MARKS.fullmatch(block.mark)
    ]
    assert offences == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_reader_can_follow_the_page(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each file is valid, and each command ends with the exit code that the page names, usually 0."""
    skip_waits(monkeypatch)
    Reader(tmp_path, monkeypatch, capfd).follow(page)
