"""The options of ``order-batch rebalance`` as they are typed, and what the verb shows at a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.app.shell import Shell
from tests.app.targets_files import targets


@pytest.mark.parametrize("name", ["a b", "../a", "", "n" * 65, "-x"])
def test_a_name_that_no_batch_may_have_is_refused(shell: Shell, name: str) -> None:
    """Before anything is read."""
    result = shell("rebalance", targets(), f"--name={name}", "--out", "b.yaml")
    assert result.code == 3
    assert "--name" in result.stderr
    assert not Path("b.yaml").exists()


@pytest.mark.parametrize("format", ["csv", "html"])
def test_formats_that_it_does_not_have(shell: Shell, format: str) -> None:
    """They are refused with those that there are, as an output and as a report."""
    for options in (("--format", format), ("--report", f"{format}=file")):
        result = shell("rebalance", targets(), *options)
        assert result.code == 3
        assert "markdown" in result.stderr


def test_the_help_names_what_it_does(shell: Shell) -> None:
    """And the exit codes of a check."""
    result = shell("rebalance", "--help")
    words = re.sub(r"\s+", " ", result.stdout)
    assert "exit with 0 within all bands, 2 if orders follow, 1 if none is possible" in words
    assert "which is never overwritten" in words
