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
    said = shell("validate", "f", *option)
    assert said.code == 0
    assert [line.partition(":")[0] for line in said.stdout.splitlines()[:2]] == ["f/one.yaml", "f/two.yaml"]
    assert said.stdout.endswith("2 files, all valid\n")
    assert said.words == "Left out, by name: f/targets.yaml (targets)."


def test_a_file_named_twice_counts_once(shell: Shell) -> None:
    """And they come in name order."""
    files = [batch(order(), name=name) for name in ("b", "a")]
    said = shell("validate", *files, "./a.yaml", "--format", "json")
    assert [file["file"] for file in said.json["files"]] == ["a.yaml", "b.yaml"]


def test_nothing_to_validate_is_an_error(shell: Shell) -> None:
    """A folder without a batch, and no file at all."""
    Path("f").mkdir()
    for args in (["f"], ["f", "--format", "json"], ["--format", "json"]):
        said = shell("validate", *args)
        assert said.code == 3
        assert "there is no batch file" in said.words or "name a batch file or a folder" in said.words
