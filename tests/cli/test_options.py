"""Options that several verbs share."""

from __future__ import annotations

import pytest

from tests.app.shell import SEED, Shell


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--run-key", "a/b", "such as 2026-W47"),
        ("--valid-for", "soon", "a number with s, m, h or d"),
        ("--currency", "dollars", "a currency as in pairs"),
        ("--venue", "mars", "'paper', 'kraken'"),
        ("--tier", "gold", "'starter', 'intermediate', 'pro'"),
    ],
)
def test_a_value_that_cannot_be_is_named(shell: Shell, option: str, value: str, words: str) -> None:
    """With what to write instead."""
    result = shell("plan", SEED, option, value)
    assert result.code == 3
    assert words in result.words


def test_a_dash_is_standard_input(shell: Shell) -> None:
    """It has a name as any other file."""
    assert "/dev/stdin" in shell("validate", "-").words + shell("validate", "-").stdout
