"""The verbs of ``order-batch paper``: what was typed wrong is named before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.shell import STATE, Shell

WRONG = [
    (("serve", "--speed", "fast"), "a number above 0, at most 100000, such as 60"),
    (("serve", "--speed", "1e9"), "a number above 0"),
    (("serve", "--market", "live:on"), "write `live`, or `live:follow`"),
    (("serve", "--balances", "nothing.yaml"), "nothing.yaml: cannot be read"),
    (("record",), "Missing option '--out'"),
    (("record", "--out", "m.json", "--for", "5"), "a number with s, m, h or d"),
]


@pytest.mark.parametrize(("command", "words"), WRONG)
def test_what_is_typed_wrong_is_named(shell: Shell, command: tuple[str, ...], words: str) -> None:
    """With 3, and nothing is there afterwards."""
    result = shell("paper", *command)

    assert (result.code, words in result.words) == (3, True), result.stderr
    assert not STATE.exists()
    assert not Path("m.json").exists()
