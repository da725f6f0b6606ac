"""The batch files of a command: by name alone, in one order, each once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.app.inputs import selection
from runner.app.inputs.selection import select
from runner.errors import InvalidInput


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def touch(*names: str) -> None:
    """Make empty files: nothing here looks into them."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def test_a_single_file_is_taken_as_it_is() -> None:
    """Its name does not matter, nor whether it exists."""
    for name in ("policy.yaml", "gone", ".hidden.yaml"):
        assert select([Path(name)]).files == (Path(name),)
        assert not select([Path(name)]).several


def test_files_come_in_the_order_of_their_bytes_and_once() -> None:
    """As they are written; another name of the same file counts for nothing, and neither does a link."""
    touch("b.yaml", "a.yaml", "ä.yaml", "B.yaml", "d/a.yaml")
    Path("link.yaml").symlink_to("b.yaml")
    names = ("ä.yaml", "b.yaml", "a.yaml", "d/../a.yaml", "B.yaml", "link.yaml", "d/a.yaml", "b.yaml")
    found = select([Path(name) for name in names])
    assert [str(file) for file in found.files] == ["B.yaml", "a.yaml", "b.yaml", "d/a.yaml", "ä.yaml"]
    assert found.several


def test_a_folder_is_looked_through_with_all_below_it() -> None:
    """Hidden files, links, and what is named as another kind are left out, with the reason."""
    touch("f/a.yaml", "f/x/b.yml", "f/.git/c.yaml", "f/.d.yaml", "f/notes.txt", "f/e.json", "f/targetsx.yaml")
    touch("f/policy.yaml", "f/x/targets.yaml", "f/calm.scenario.yml", "elsewhere/z.yaml")
    Path("f/link.yaml").symlink_to("../elsewhere/z.yaml")
    Path("f/away").symlink_to("../elsewhere")
    found = select([Path("f")])
    assert [str(file) for file in found.files] == ["f/a.yaml", "f/targetsx.yaml", "f/x/b.yml"]
    assert dict(found.left_out) == {
        "f/away": "a link to a folder",
        "f/.d.yaml": "hidden",
        "f/calm.scenario.yml": "a scenario",
        "f/link.yaml": "a link: name it, if it is meant",
        "f/policy.yaml": "a policy",
        "f/x/targets.yaml": "targets",
    }
    (remark,) = found.remarks()
    assert remark.startswith("Left out, by name: f/away (a link to a folder), ")
    assert remark.endswith(" and 1 more.")


def test_what_is_named_is_taken_though_a_folder_would_leave_it_out() -> None:
    """A person who names a file means it."""
    touch("f/policy.yaml", "f/a.yaml")
    found = select([Path("f"), Path("f/policy.yaml")])
    assert [str(file) for file in found.files] == ["f/a.yaml", "f/policy.yaml"]


def test_names_may_hold_anything() -> None:
    """Blanks, line breaks, dashes in front, bytes that are no text."""
    names = [b"-a.yaml", b"a b.yaml", b"a\nb.yaml", b"\xff.yaml"]
    Path("f").mkdir()
    for name in names:
        os.close(os.open(b"f/" + name, os.O_CREAT))
    assert [os.fsencode(file.name) for file in select([Path("f")]).files] == sorted(names)


def test_a_folder_without_a_batch_is_an_error_that_says_what_is_there() -> None:
    """And names the endings."""
    touch("f/policy.yaml", "f/a.txt")
    with pytest.raises(InvalidInput, match="f: there is no batch file") as caught:
        select([Path("f")])
    assert "f/policy.yaml (a policy)" in " ".join(caught.value.details)
    assert ".yaml or .yml" in caught.value.details[0]
    with pytest.raises(InvalidInput, match="name a batch file or a folder"):
        select([])


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the number of files."""
    monkeypatch.setattr(selection, "MAX_FILES", 2)
    touch("f/a.yaml", "f/b.yaml", "f/c.yaml")
    with pytest.raises(InvalidInput, match="3 batch files: at most 2"):
        select([Path("f")])
