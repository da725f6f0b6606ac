"""Files, folders and revisions on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.shell import Shell, batch, order


@pytest.mark.parametrize("option", [(), ("--format", "text")])
def test_a_folder_is_validated_and_what_is_left_out_is_said(shell: Shell, option: tuple[str, ...]) -> None:
    """With and without options, which take another way."""
    Path("f").mkdir()
    for name in ("two", "one"):
        batch(order(), name=name).rename(f"f/{name}.yaml")
    Path("f/targets.yaml").touch()
    result = shell("validate", "f", *option)
    assert result.code == 0
    assert [line.partition(":")[0] for line in result.stdout.splitlines()[:2]] == ["f/one.yaml", "f/two.yaml"]
    assert result.stdout.endswith("2 files, all valid\n")
    assert result.words == "Left out, by name: f/targets.yaml (targets)."


def test_a_file_named_twice_counts_once(shell: Shell) -> None:
    """And they come in name order."""
    files = [batch(order(), name=name) for name in ("b", "a")]
    result = shell("validate", *files, "./a.yaml", "--format", "json")
    assert [file["file"] for file in result.json["files"]] == ["a.yaml", "b.yaml"]


def test_nothing_to_validate_is_an_error(shell: Shell) -> None:
    """A folder without a batch, and no file at all."""
    Path("f").mkdir()
    for args in (["f"], ["f", "--format", "json"], ["--format", "json"]):
        result = shell("validate", *args)
        assert result.code == 3
        assert "there is no batch file" in result.words or "name a batch file or a folder" in result.words
