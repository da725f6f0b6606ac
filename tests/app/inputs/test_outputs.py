"""Files that a command writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.app.inputs.outputs import refuse_output, refuse_outputs
from runner.errors import InvalidInput
from tests.app.shell import Shell, batch, order


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["gone/r", "-", "policy.yaml", "pipe", ".git/r", "state/r", "linked/r"])
def test_what_is_meant_for_something_else_is_refused(name: str) -> None:
    """A folder that is not there, a dash, a policy, a device, a repository, journals, a link of a commit."""
    os.mkfifo("pipe")
    for folder in (".git", "state", "elsewhere"):
        Path(folder).mkdir()
    Path("state/journal.jsonl").touch()
    Path("linked").symlink_to("elsewhere")
    with pytest.raises(InvalidInput):
        refuse_output(Path(name), "the report", (), {})
    refuse_output(Path("elsewhere/r"), "the report", (), {})


def test_a_link_to_what_is_read_is_not_written_over() -> None:
    """Neither is the file itself, by whatever name."""
    Path("batch.yaml").write_text("x", "utf-8")
    Path("other").symlink_to("batch.yaml")
    for name in ("batch.yaml", "other"):
        with pytest.raises(InvalidInput, match="which is read"):
            refuse_output(Path(name), "the report", [Path("batch.yaml")], {})


def test_the_file_of_a_saved_plan_counts_as_read(shell: Shell) -> None:
    """Its batch is what `apply` names in a message."""
    file = batch(order())
    assert shell("plan", file, "--out", "plan.json").code == 0
    with pytest.raises(InvalidInput, match="which is read"):
        refuse_outputs([file], "the report", read=[Path("plan.json")], written=(), environ={})
    os.mkfifo("pipe")
    refuse_outputs([Path("r")], "the report", read=[Path("pipe")], written=(), environ={})
