"""The meanings of exit codes."""

from __future__ import annotations

from runner.errors import ExitCode
from runner.report.explaining.exit_codes import EXIT_CODES


def test_each_exit_code_has_a_meaning() -> None:
    """A reader of a log looks it up."""
    assert EXIT_CODES.keys() == set(ExitCode)


def test_an_unknown_outcome_is_never_retried_as_a_failure() -> None:
    """The one sentence that costs money."""
    assert EXIT_CODES[ExitCode.UNRESOLVED].again.startswith("not as if it had failed")
