"""What people and CI read: results on standard output, everything else on standard error.

Importing it is cheap: rich and the nouns of all other floors are loaded by the first thing that is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .output import Format, Output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.errors import ExitCode

__all__ = ["Format", "Output", "exit_code_of"]


def exit_code_of(manifest: Mapping[str, Any]) -> ExitCode:
    """How a run ended, for the shell and CI."""
    from .exits import exit_code_of as code_of  # noqa: PLC0415 - a command without a run loads no nouns for it

    return code_of(manifest)
