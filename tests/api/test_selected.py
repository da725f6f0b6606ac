"""Files and folders for a program."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import api


def test_a_program_gets_the_files_of_a_folder(job: api.Job) -> None:
    """In name order, with what was left out."""
    Path("policy.yaml").touch()
    found = api.find_files([Path()])
    assert found.files == (job.file,)
    assert found.left_out == (("policy.yaml", "a policy"),)
    with pytest.raises(api.InvalidInput):
        api.find_files([Path()], changed_since="main")
