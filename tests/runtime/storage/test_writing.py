"""Files as this program writes them: whole or not at all, through no link, and durable when it says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.runtime.storage import append_text, open_nowhere, write_json, write_text


def name_of(file: int) -> str:
    """The path of an open file or folder."""
    return str(Path(f"/proc/self/fd/{file}").readlink())


def test_a_document_is_synced_before_it_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the content, then the name, then the folder."""
    events: list[str] = []
    rename, fsync = os.replace, os.fsync
    synced = events.append
    monkeypatch.setattr(os, "fsync", lambda f: (synced(name_of(f)), fsync(f)))
    monkeypatch.setattr(os, "replace", lambda a, b, **_: (events.append("renamed"), rename(a, b)))
    target = tmp_path / "manifest.json"
    write_json(target, {"a": "ü"})
    draft, *rest = events
    assert (Path(draft).parent, Path(draft).suffix) == (tmp_path, ".new")
    assert rest == ["renamed", str(tmp_path)]
    assert target.read_text("utf-8").endswith("}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_text_replaces_a_file_as_it_is(tmp_path: Path) -> None:
    """No line end is added, and no draft is left."""
    target = tmp_path / "plan.json"
    target.write_text("old", "utf-8")
    write_text(target, "new")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("plan.json", "new")]


def test_no_link_is_followed_where_a_file_is_written(tmp_path: Path) -> None:
    """Neither the one that stands in its place, nor one under the name of a draft; a mode is kept."""
    victim, target = tmp_path / "victim", tmp_path / "target"
    victim.write_text("precious", "utf-8")
    target.symlink_to(victim)
    (tmp_path / "target.new").symlink_to(victim)
    write_text(target, "text")
    assert (victim.read_text("utf-8"), target.read_text("utf-8")) == ("precious", "text")
    assert not target.is_symlink()
    target.chmod(0o640)
    write_text(target, "more")
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["target", "target.new", "victim"]


def test_text_is_added_to_a_file_and_through_no_link(tmp_path: Path) -> None:
    """One that is not there is made; a character that cannot be written is written as its escape."""
    append_text(tmp_path / "file", "one\n")
    append_text(tmp_path / "file", "tw\udc80\n")
    assert (tmp_path / "file").read_text("utf-8") == "one\ntw\\udc80\n"
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(OSError, match="symbolic links"):
        append_text(tmp_path / "link", "three\n")
    assert (tmp_path / "file").read_text("utf-8").count("\n") == 2


def test_a_pipe_that_is_not_read_is_an_error_and_no_wait(tmp_path: Path) -> None:
    """The summary of a step may be named by anything, and a run must end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="No such device"):
        append_text(tmp_path / "pipe", "text\n")


def test_a_text_that_is_added_holds_no_command_to_whoever_prints_the_file(tmp_path: Path) -> None:
    """Steps print their summaries, and what is printed is obeyed."""
    append_text(tmp_path / "file", "| `##[add-mask]sell` |\n::error::x\n")
    assert (tmp_path / "file").read_text("utf-8") == "| `#\\x23[add-mask]sell` |\n:\\x3aerror::x\n"


def test_nowhere_takes_everything_and_gives_nothing() -> None:
    """A stream that is missing is opened to it."""
    number = open_nowhere()
    try:
        assert (os.write(number, b"text"), os.read(number, 4)) == (4, b"")
    finally:
        os.close(number)
