"""The answer to ``--help`` that is kept ready is the one that click would make."""

from __future__ import annotations

import os

import pytest

from runner.cli import usage
from runner.cli.verbs import order_batch
from tests.app.shell import Shell


def made_by_click(columns: int) -> str:
    """The help of the whole command on a terminal of that width."""
    width = min(columns, usage.WIDTH) - 2
    context = order_batch.make_context("order-batch", [], resilient_parsing=True, terminal_width=width)
    return f"{order_batch.get_help(context)}\n"


def test_the_text_is_the_one_of_the_verbs() -> None:
    """A change of a verb changes this text: the test shows the expected one."""
    assert made_by_click(usage.WIDTH) == usage.TEXT


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_it_is_shown_on_request(shell: Shell, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard output, with exit code 0."""
    monkeypatch.delenv("COLUMNS", raising=False)
    result = shell(option)
    assert (result.code, result.stdout, result.stderr) == (0, usage.TEXT, "")


def test_a_narrow_terminal_gets_narrow_lines(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """From click, whether the width is the terminal's or was set."""
    monkeypatch.setenv("COLUMNS", "60")
    assert shell("--help").stdout == made_by_click(60) != usage.TEXT
    for width, enough in (("60", False), ("80", True), ("200", True), ("wide", False), ("\u00b2", False)):
        monkeypatch.setenv("COLUMNS", width)
        assert usage.is_requested(["--help"]) == enough
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((60, 24)))
    assert not usage.is_requested(["--help"])


@pytest.mark.parametrize("args", [[], ["plan", "--help"], ["--help", "plan"], ["--version"]])
def test_all_else_is_left_to_click(args: list[str]) -> None:
    """The text answers one question."""
    assert not usage.is_requested(args)
