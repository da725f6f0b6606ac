"""Where a command writes, and in which format."""

from __future__ import annotations

import pytest

from runner.cli.outputs import format_wanted


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["plan", "--format", "json"], "json"),
        (["plan", "--format=json"], "json"),
        (["apply", "--format", "sarif", "--nonsense"], "sarif"),
        (["plan", "--format", "text", "json"], "text"),
        (["plan", "--format", "nonsense"], "text"),
        (["plan", "--format"], "text"),
        (["json"], "text"),
        ([], "text"),
    ],
)
def test_the_wanted_format_is_seen_on_any_command_line(args: list[str], wanted: str) -> None:
    """Also on one that was never understood."""
    assert format_wanted(args) == wanted
