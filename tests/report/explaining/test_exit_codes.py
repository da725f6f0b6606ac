"""The meanings of exit codes."""

from __future__ import annotations

from runner.errors import ExitCode
from runner.report.explaining.exit_codes import EXIT_CODES


def test_each_exit_code_has_a_meaning() -> None:
    """A reader of a log looks it up."""
    assert EXIT_CODES.keys() == set(ExitCode)


def test_nothing_but_the_same_command_follows_an_unknown_outcome() -> None:
    """The one sentence that costs money."""
    assert EXIT_CODES[ExitCode.UNRESOLVED].again.startswith("yes, and nothing else may follow")
