"""A repository's files, for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import api
from runner.api import sync


def test_a_program_gets_what_was_written(tmp_path: Path) -> None:
    """No question is put, nothing is shown or read from the environment."""
    made = sync.init(tmp_path / "new", ci=api.CiService.NONE)
    assert set(made.written) == {file.path for file in made.files}
    assert all((tmp_path / "new" / path).exists() for path in made.written)
    again = sync.init(tmp_path / "new", ci=api.CiService.NONE)
    assert (again.written, {file.presence for file in again.files}) == ((), {api.Presence.SAME})


async def test_a_trio_program_awaits_it(tmp_path: Path) -> None:
    """As it does the other verbs."""
    assert (await api.init(tmp_path, ci=api.CiService.GITLAB)).next_steps


def test_a_question_without_a_console_is_answered_with_no(tmp_path: Path) -> None:
    """And nothing is written."""
    with pytest.raises(api.Refused):
        sync.init(tmp_path / "new", ask=lambda _: True)
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    """A currency that is none, and holdings without targets."""
    with pytest.raises(api.InvalidInput):
        sync.init(tmp_path, quote="eur/usd")
    job = api.Job(file=tmp_path / "none", state_dir=tmp_path / "state")
    with pytest.raises(api.InvalidInput):
        sync.init(tmp_path, holdings_of=job)
    assert not list(tmp_path.iterdir())
