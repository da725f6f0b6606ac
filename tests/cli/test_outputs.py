"""The outputs of a command, and their formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.cli.outputs import format_wanted, output_as
from runner.domain import Problem


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["plan", "--format", "json"], "json"),
        (["plan", "--format=json"], "json"),
        (["apply", "--format", "sarif", "--nonsense"], "sarif"),
        (["plan", "--format", "text", "json"], "text"),
        (["plan", "--format", "nonsense"], "text"),
        (["plan", "--format"], "text"),
        (["json"], "text"),
        ([], "text"),
    ],
)
def test_the_wanted_format_is_seen_on_any_command_line(args: list[str], wanted: str) -> None:
    """Also on one that was never understood."""
    assert format_wanted(args) == wanted


@pytest.mark.parametrize(("format", "shown"), [("github", "file=sub/no.yaml,"), ("sarif", '"sub/no.yaml"')])
def test_a_step_in_a_folder_names_files_from_the_workspace(
    format: str,
    shown: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Pull requests and code scanning look for them from there."""
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    output_as(format).validated([("no.yaml", None, [Problem("no.yaml", 1, 1, "", "wrong")])])
    assert shown in capsys.readouterr().out
