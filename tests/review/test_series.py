"""The outcomes of several files, as values."""

from __future__ import annotations

import pytest

from runner.errors import ExitCode
from runner.review import FileEnd, FileState


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (ExitCode.DONE, FileState.DONE),
        (ExitCode.CHANGES, FileState.DONE),
        (ExitCode.INCOMPLETE, FileState.FAILED),
        (ExitCode.UNRESOLVED, FileState.FAILED),
        (None, FileState.NOT_BEGUN),
    ],
)
def test_a_state_follows_from_the_code(code: ExitCode | None, state: FileState) -> None:
    """A plan with changes is done."""
    assert FileEnd(file="a.yaml", batch="a", exit_code=code).state is state
