"""Files are named from the repository's root."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.cli.rooted import root_of, rooted_path


@pytest.fixture
def sub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a workspace, which is the working directory."""
    folder = tmp_path / "workspace" / "sub"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("batch.yaml", "sub/batch.yaml"),
        ("./a/../batch.yaml", "sub/batch.yaml"),
        ("../batch.yaml", "batch.yaml"),
        ("../../batch.yaml", "../../batch.yaml"),
        ("/dev/stdin", "/dev/stdin"),
        ("a\0/b", "a\0/b"),
    ],
)
def test_a_step_with_a_working_directory_names_files_from_the_root(sub: Path, file: str, named: str) -> None:
    """A file outside of it keeps its name."""
    (sub / "a").mkdir()
    assert rooted_path(file, {"GITHUB_WORKSPACE": str(sub.parent)}) == named


def test_an_absolute_path_is_named_from_the_root_too(sub: Path) -> None:
    """Also one through a link to the workspace."""
    environ = {"GITHUB_WORKSPACE": str(sub.parent)}
    assert rooted_path(str(sub / "batch.yaml"), environ) == "sub/batch.yaml"
    link = sub.parent.parent / "link"
    link.symlink_to(sub.parent)
    assert rooted_path(str(link / "sub" / "batch.yaml"), environ) == "sub/batch.yaml"


@pytest.mark.parametrize("is_file", [True, False])
def test_a_work_tree_says_where_its_root_is(sub: Path, is_file: bool) -> None:
    """A linked work tree has a file for it. No variable is needed, and another's workspace is not it."""
    mark = sub.parent / ".git"
    mark.touch() if is_file else mark.mkdir()
    elsewhere = {"GITHUB_WORKSPACE": str(sub.parent.parent / "other")}
    for environ in ({}, elsewhere, {"GITHUB_WORKSPACE": str(sub.parent.parent)}):
        assert root_of(sub, environ) == sub.parent


def test_a_work_tree_around_the_workspace_is_anothers(sub: Path) -> None:
    """A runner may be in another checkout."""
    (sub.parent.parent / ".git").mkdir()
    assert root_of(sub, {"GITHUB_WORKSPACE": str(sub.parent)}) == sub.parent


def test_without_either_a_name_stays(sub: Path) -> None:
    """So it does in a folder that is gone."""
    assert root_of(sub, {}) is None
    assert rooted_path("batch.yaml", {}) == "batch.yaml"
    sub.rmdir()
    assert rooted_path("batch.yaml", {}) == "batch.yaml"
