"""State that git tracks is not believed, whoever reads it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from runner.app.inputs.tracked_state import refuse_tracked
from runner.errors import Refused
from tests.app.shell import STATE

if TYPE_CHECKING:
    from tests.app.shell import Shell


def test_a_tracked_journal(shell: Shell) -> None:
    """The message names its place and how to take it out; an untracked journal is accepted."""
    folder = STATE / "paper" / "one"
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_text("")
    subprocess.run(["git", "init", "-q"], check=True)
    refuse_tracked(folder.resolve())
    subprocess.run(["git", "add", "-f", "."], check=True)
    with pytest.raises(Refused, match="git tracks this state") as refused:
        refuse_tracked(folder.resolve())
    assert "journal.jsonl" in refused.value.details[0]
