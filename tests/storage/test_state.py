"""The folder behind a run: held by one process, for its owner's eyes, and never half written."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.errors import ExitCode, Locked, Refused
from runner.storage import (
    JOURNAL,
    MANIFEST,
    hold,
    journal_paths,
    read_journal,
    state_path,
    write_json,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLDER = """
import sys
from pathlib import Path
from runner.storage import hold

with hold(Path(sys.argv[1])) as state:
    state.journal.append([{"entry": "x"}])
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the state is; no part of the way to it is there yet."""
    return state_path(tmp_path / "state", "paper", "rebalance", "2026-W47")


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def name_of(file: int) -> str:
    """The path of an open file or folder."""
    return str(Path(f"/proc/self/fd/{file}").readlink())


def mode(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_each_venue_batch_and_run_key_has_its_folder(tmp_path: Path) -> None:
    """A rehearsal on the paper exchange never looks like a live run."""
    assert state_path(tmp_path, "paper", "b", "") == tmp_path / "paper" / "b"
    assert state_path(tmp_path, "kraken", "b", "w1") == tmp_path / "kraken" / "b@w1"


def test_what_is_appended_outlives_the_hold(folder: Path) -> None:
    """The journal is open while the folder is held, and there afterwards."""
    with hold(folder) as state:
        assert (state.path, state.journal.contents) == (folder, [])
        state.journal.append([{"entry": "x"}])
    with hold(folder, durable=False) as state:
        assert state.journal.contents == [{"entry": "x"}]


def test_only_the_owner_can_look(folder: Path, tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, down from the one that the user named."""
    old = os.umask(0)
    try:
        with hold(folder):
            folders = [folder, folder.parent, folder.parent.parent]
            assert [mode(path) for path in folders] == [0o700] * 3
            assert [mode(folder / name) for name in (JOURNAL, "lock")] == [0o600] * 2
    finally:
        os.umask(old)


def test_the_way_to_a_new_folder_is_durable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal is lost with the name of any folder above it, so each new name is synced."""
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(name_of(file)))
    with hold(folder):
        above = [folder.parent.parent.parent, folder.parent.parent, folder.parent]
        assert synced == [*map(str, above), str(folder)]
    synced.clear()
    with hold(folder):
        assert synced == [str(folder)]


def test_a_folder_is_held_by_one_process(folder: Path, holder: subprocess.Popen[str]) -> None:
    """A second run is told so at once, and has touched nothing."""
    before = (folder / JOURNAL).read_bytes()
    with pytest.raises(Locked, match="another run holds this state") as locked, hold(folder):
        pytest.fail("held twice")
    assert locked.value.exit_code is ExitCode.LOCKED
    assert (folder / JOURNAL).read_bytes() == before
    assert read_journal(folder / JOURNAL) == [{"entry": "x"}]


def test_a_lock_dies_with_its_process(folder: Path, holder: subprocess.Popen[str]) -> None:
    """After kill -9 the next run gets the folder, and what the dead one had appended."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with hold(folder) as state:
        assert state.journal.contents == [{"entry": "x"}]


def test_a_lock_is_given_back(folder: Path) -> None:
    """Also when the run ends with an error."""
    with pytest.raises(ZeroDivisionError), hold(folder):
        raise ZeroDivisionError
    with hold(folder):
        pass


def test_a_damaged_journal_gives_the_lock_back(folder: Path) -> None:
    """Refused, and free for whoever repairs it."""
    folder.mkdir(parents=True)
    (folder / JOURNAL).write_text("damage\n", "ascii")
    for _ in range(2):
        with pytest.raises(Refused, match="damaged"), hold(folder):
            pytest.fail("held")


@pytest.mark.parametrize("obstacle", ["state", "lock", JOURNAL])
def test_a_place_that_takes_no_state_is_refused(folder: Path, tmp_path: Path, obstacle: str) -> None:
    """A file where a folder should be, and the other way round: said in words, not as a defect."""
    if obstacle == "state":
        (tmp_path / "state").write_text("a file", "ascii")
    else:
        (folder / obstacle).mkdir(parents=True)
    with pytest.raises(Refused, match="no state can be kept here: "), hold(folder):
        pytest.fail("held")


def test_an_error_of_the_run_is_not_taken_for_the_disk(folder: Path) -> None:
    """What goes wrong while the folder is held is not its fault."""
    with pytest.raises(ConnectionResetError), hold(folder):
        raise ConnectionResetError


def test_the_manifest_is_replaced_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads it sees the old one or the new one; when the new one cannot be had, the old one stays."""
    with hold(folder) as state:
        assert state.write_manifest({"number": 1}) == folder / MANIFEST
        with (folder / MANIFEST).open() as reader:
            state.write_manifest({"number": 2})
            assert json.load(reader) == {"number": 1}
        assert json.loads((folder / MANIFEST).read_text()) == {"number": 2}

        def fail(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            state.write_manifest({"number": 3})
        assert json.loads((folder / MANIFEST).read_text()) == {"number": 2}


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


def test_journals_of_a_venue_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    """All batches and run keys of that venue; what the simulated exchange keeps for itself is not one."""
    for folder in ("paper/b", "paper/a@2026-W47", "paper/.exchange", "kraken/c"):
        with hold(tmp_path / folder):
            pass
    found = [str(path.relative_to(tmp_path)) for path in journal_paths(tmp_path, "paper")]
    assert found == ["paper/a@2026-W47/journal.jsonl", "paper/b/journal.jsonl"]
    assert journal_paths(tmp_path, "elsewhere") == []


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


@pytest.mark.parametrize("name", ["journal.jsonl", "lock"])
def test_a_state_that_holds_links_is_not_used(tmp_path: Path, name: str) -> None:
    """A checkout may have brought it; what it points to stays as it is."""
    victim, folder = tmp_path / "victim", tmp_path / "state"
    victim.write_text("precious", "utf-8")
    folder.mkdir()
    (folder / name).symlink_to(victim)
    with pytest.raises(Refused, match="no state can be kept here"), hold(folder):
        pass
    assert victim.read_text("utf-8") == "precious"
