"""The exit code of a ledger's error."""

from __future__ import annotations

import errno

from runner.app.team.failures import error_of
from runner.errors import ExitCode


def test_what_is_not_allowed_is_refused_and_what_is_away_is_unreachable() -> None:
    """Its name is said where it is known."""
    refused = error_of("ann@h/team", OSError(errno.EACCES, "permission denied"))
    assert (refused.exit_code, str(refused)) == (ExitCode.REFUSED, "the ledger ann@h/team: permission denied")
    away = error_of("", OSError(errno.ECONNRESET, "it was stopped"))
    assert (away.exit_code, str(away)) == (ExitCode.UNREACHABLE, "the ledger: it was stopped")
