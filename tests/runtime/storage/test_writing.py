"""Files as this program writes them: whole or not at all, through no link, and durable when it says so."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePosixPath

import pytest

from runner.runtime.storage import append_text, open_nowhere, write_json, write_new, write_text
from tests.app.shell import room


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
    """Neither an existing one, nor one under the name of a draft; a mode is kept."""
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


def test_a_new_file_is_made_with_its_folders_and_never_replaces_one(tmp_path: Path) -> None:
    """As open as the umask lets it be; what is there stays, whatever it is."""
    top, path = tmp_path / "top", PurePosixPath("a/b/c.yaml")
    assert write_new(top, path, b"new")
    assert not write_new(top, path, b"newer")
    assert (top / path).read_bytes() == b"new"
    (top / "link").symlink_to(tmp_path / "victim")
    assert not write_new(top, PurePosixPath("link"), b"new")
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("leads", ["outside", "gone"])
def test_no_link_is_followed_on_the_way_to_a_new_file(leads: str, tmp_path: Path) -> None:
    """Nor made into a folder, nor is a file."""
    top, outside = tmp_path / "top", tmp_path / "outside"
    outside.mkdir()
    top.mkdir()
    (top / "a").symlink_to(tmp_path / leads)
    (top / "file").touch()
    for path in ("a/b", "a/b/c", "file/b"):
        with pytest.raises(NotADirectoryError):
            write_new(top, PurePosixPath(path), b"new")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "file", "outside", "top"]


def test_what_could_not_be_written_whole_is_not_there(tmp_path: Path) -> None:
    """On a full disk, nothing that looks like a file of ours is left."""
    with room(10), pytest.raises(OSError, match="large"):
        write_new(tmp_path, PurePosixPath("a/long"), b"x" * 100)
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_is_there_as_a_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """It takes its name when all of it is on disk; without hard links it is made in place."""
    at_name: list[bool] = []
    link, fsync = os.link, os.fsync

    def note(number: int) -> None:
        at_name.append((tmp_path / "new").exists())
        fsync(number)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "link", link if links else refuse)
    assert write_new(tmp_path, PurePosixPath("new"), b"text")
    assert at_name == [False, True]  # the draft, then the folder, or the file itself
    assert not write_new(tmp_path, PurePosixPath("new"), b"other")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("new", b"text")]
