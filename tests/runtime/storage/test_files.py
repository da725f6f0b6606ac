"""Files that a person gives us: whole up to a limit, and an error that names the file."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path, PurePosixPath

import pytest

from runner.errors import InvalidInput
from runner.runtime.storage import FoundFile, files, read_below, read_limited, read_regular


@pytest.mark.parametrize(("size", "read"), [(0, 0), (9, 9), (10, 10), (11, 11), (5_000, 11)])
def test_a_file_is_read_up_to_one_byte_past_the_limit(tmp_path: Path, size: int, read: int) -> None:
    """The one byte too many shows the reader that the file is too long."""
    path = tmp_path / "batch.yaml"
    path.write_bytes(bytes(range(256)) * 20)
    with path.open("r+b") as file:
        file.truncate(size)
    assert read_limited(path, 10) == path.read_bytes()[:read]


@pytest.mark.parametrize("name", ["missing.yaml", ".", "batch.yaml/inside"])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    """A missing file, a folder, a path through a file: said in words, with the path."""
    (tmp_path / "batch.yaml").touch()
    path = tmp_path / name
    with pytest.raises(InvalidInput) as raised:
        read_limited(path, 10)
    assert str(raised.value).startswith(f"{path}: cannot be read: ")


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "device", "dangling", "loop", "below a file"])
def test_what_has_to_be_an_ordinary_file_is_one(tmp_path: Path, kind: str) -> None:
    """Nothing is waited for, and every other thing in its place is an error that names it."""
    path = tmp_path / "file"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "dangling":
            path.symlink_to("nowhere")
        case "loop":
            path.symlink_to(path)
        case "below a file":
            path.touch()
            path = path / "file"
    with pytest.raises(InvalidInput, match=re.escape(f"{path}: cannot be read: ")):
        read_regular(path, 10)


def test_an_ordinary_file_is_read_through_a_link(tmp_path: Path) -> None:
    """At most one byte more than the limit."""
    (tmp_path / "real").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to("real")
    assert read_regular(tmp_path / "link", 10) == b"0123456789"
    assert read_regular(tmp_path / "link", 4) == b"01234"


def test_a_pipe_into_which_nothing_writes_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be for ever; a command that makes a file has begun before its reader."""
    monkeypatch.setattr(files, "PIPE_WAIT_S", 0.05)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(InvalidInput, match=re.escape(f"{path}: cannot be read: it is a pipe into which")):
        read_limited(path, 10)


@pytest.mark.parametrize("content", [b"", b"a", b"name: one\n", b"x" * 20])
def test_a_pipe_is_read_to_its_end(content: bytes) -> None:
    """As standard input and the shell's own pipes are, written before or after they are opened here."""
    for late in (False, True):
        reads, writes = os.pipe()

        def write(number: int = writes) -> None:
            os.write(number, content)
            os.close(number)

        writer = threading.Timer(0.05 if late else 0, write)
        writer.start()
        if not late:
            writer.join()
        assert read_limited(Path(f"/dev/fd/{reads}"), 10) == content[:11]
        writer.join()
        os.close(reads)


def test_what_is_below_a_folder_is_read_through_no_link(tmp_path: Path) -> None:
    """Nothing is None; a link, a folder, a pipe and what is too long have no content."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/file").write_bytes(b"text")
    (tmp_path / "a/link").symlink_to("file")
    os.mkfifo(tmp_path / "a/pipe")
    found = {
        name: read_below(tmp_path, PurePosixPath("a", name), 4) for name in ("file", "link", "pipe", "no")
    }
    assert found == {"file": FoundFile(b"text"), "link": FoundFile(None), "pipe": FoundFile(None), "no": None}
    assert read_below(tmp_path, PurePosixPath("a/file"), 3) == FoundFile(None)
    assert read_below(tmp_path, PurePosixPath("a"), 3) == FoundFile(None)
    assert read_below(tmp_path / "no", PurePosixPath("a"), 3) is None
    (tmp_path / "other").symlink_to("a")
    for blocked in ("other/file", "a/file/x"):
        with pytest.raises(NotADirectoryError):
            read_below(tmp_path, PurePosixPath(blocked), 4)
