"""The validation of files. Loads little, for editors and hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from runner.app.console import Console
    from runner.domain import Content, Problem


class CheckedFile(NamedTuple):
    """A file with its problems.

    ``content`` is what is in it, of a saved plan its batch; None for an
    invalid file.
    """

    file: str
    content: Content | None
    problems: tuple[Problem, ...]


class Validation(NamedTuple):
    """The result of ``validate``: all files in their order, then policies beside them that have problems.

    ``exit_code``: ``DONE``, ``INVALID`` or, where a policy denies something, ``REFUSED``.
    """

    files: tuple[CheckedFile, ...]
    exit_code: ExitCode


def validate(
    files: Iterable[Path], *, policy: Path | None = None, console: Console | None = None
) -> Validation:
    """Check batches, policies, scenarios, targets, markets, balances and saved plans.

    All problems are returned, with their lines.

    ``policy`` is an additional policy, besides each ``policy.yaml`` in a batch's folder and the folders
    above it. A file that cannot be read is a problem too. Opens no connection and reads no state.
    """
    from runner.app.validate import validate as check  # noqa: PLC0415

    checked, code = check(list(files), policy=policy)
    if console is not None:
        console.validated(checked)
    return Validation(
        tuple(CheckedFile(name, made, tuple(problems)) for name, made, problems in checked), code
    )
