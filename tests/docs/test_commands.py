"""Every command and every file of the documentation works as it is written there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import SHELLS, blocks, name_of, pages
from tests.docs.running import FILES, MARKS, Reader, is_shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.mark import ParameterSet

LONG = {"approvals-and-history", "choose-outputs", "several-files"}
"""Pages of many commands, whose like are on others."""


def followed() -> Iterator[ParameterSet]:
    """Yield each page, with its mark."""
    for page in pages():
        yield pytest.param(page, marks=[pytest.mark.long] if page.stem in LONG else [])


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


def test_json_that_is_shown_is_json() -> None:
    """With something left out it is text, for whoever colours it."""
    for page in pages():
        for block in blocks(page):
            if block.language == "json":
                json.loads(block.body)


@pytest.mark.parametrize("page", [*followed()], ids=name_of)
def test_a_reader_can_follow_the_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is valid; each command ends with the exit code and writes the output that the page shows."""
    for ran in Reader(tmp_path, monkeypatch).follow(page):
        place = f"{ran.block.place}: $ {ran.step.command}"
        assert ran.code == ran.expected_code, f"{place}\n{ran.output}"
        if ran.step.output and not is_shown(ran.step.output, ran.output):
            update = f"it writes this; python -m tests.docs {name_of(page)} puts it there"
            pytest.fail(f"{place}: {update}\n{ran.output}", pytrace=False)


@pytest.mark.parametrize(
    ("shown", "output", "expected"),
    [
        ("placed 1", "placed 1\n", True),
        ("placed 1", "placed 2\n", False),
        ("placed 1", "placed 1\nplaced 2\n", False),
        ("placed 1\n...\ndone", "placed 1\nplaced 2\ndone\n", True),
        ("...\ndone", "done\n", True),
        ("a  OBUELH-R26JX-NCLP4K  done in 1.4 s", "a OR2GE0-TLLUB-9XT1NN\n  done in 15 ms\n", True),
        ("at 2026-11-30 05:04:23", "at 2026-12-01 06:00:00", True),
        ("(a|b)", "a", False),
    ],
)
def test_output_is_compared_but_for_what_changes(shown: str, output: str, expected: bool) -> None:
    """Ids, times and folding are different in each run; every other word counts."""
    assert is_shown(tuple(shown.splitlines()), output) is expected
