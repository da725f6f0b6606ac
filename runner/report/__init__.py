"""The output for people and CI: results on standard output, everything else on standard error.

Importing it is cheap: rich and the nouns of all other floors are loaded by the first thing that is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .output import Format, Output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.engine import Plan
    from runner.errors import ExitCode
    from runner.review import Review

__all__ = ["Format", "Output", "exit_code_of", "exit_code_of_plan"]


def exit_code_of(manifest: Mapping[str, Any]) -> ExitCode:
    """Return the exit code that tells the shell and CI how a run ended."""
    from .exits import exit_code_of as code_of  # noqa: PLC0415 - a command without a run loads no nouns for it

    return code_of(manifest)


def exit_code_of_plan(plan: Plan, review: Review | None, *, detailed: bool) -> ExitCode:
    """Return the exit code of a plan for the shell and CI; if ``detailed``, it tells of changes."""
    from .exits import exit_code_of_plan as code_of  # noqa: PLC0415

    return code_of(plan, review, detailed=detailed)
