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
from runner.runtime.storage import (
    JOURNAL,
    MANIFEST,
    exchange_path,
    forget_runs,
    hold,
    is_held,
    journal_paths,
    read_journal,
    refuse_link,
    state_path,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLDER = """
import sys
from pathlib import Path
from runner.runtime.storage import hold

with hold(Path(sys.argv[1])) as state:
    state.journal.append([{"entry": "x"}])
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the state; no part of its path exists yet."""
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
    """A second run is refused at once, and has touched nothing."""
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
    """Errors while the folder is held are not its fault."""
    with pytest.raises(ConnectionResetError), hold(folder):
        raise ConnectionResetError


def test_the_manifest_is_replaced_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader sees the old one or the new one; when the new one cannot be had, the old one stays."""
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


def test_journals_of_a_venue_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    """All batches and run keys of that venue; what the simulated exchange keeps for itself is not one."""
    for folder in ("paper/b", "paper/a@2026-W47", "paper/.exchange", "kraken/c"):
        with hold(tmp_path / folder):
            pass
    found = [str(path.relative_to(tmp_path)) for path in journal_paths(tmp_path, "paper")]
    assert found == ["paper/a@2026-W47/journal.jsonl", "paper/b/journal.jsonl"]
    assert journal_paths(tmp_path, "elsewhere") == []


def test_a_venue_that_cannot_be_seen_is_not_empty(tmp_path: Path) -> None:
    """A path that is no folder holds no journal; a dangling link may have held one."""
    (tmp_path / "paper" / "b").mkdir(parents=True)
    (tmp_path / "paper" / "file").touch()
    assert journal_paths(tmp_path, "paper") == []
    (tmp_path / "paper" / "b" / JOURNAL).symlink_to("nowhere")
    (path,) = journal_paths(tmp_path, "paper")
    with pytest.raises(OSError, match="symbolic links"):
        read_journal(path)
    (tmp_path / "paper" / "link").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        journal_paths(tmp_path, "paper")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        journal_paths(tmp_path, "file")


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


@pytest.mark.parametrize(
    ("link", "refused"), [("paper", [0, 1, 2]), ("paper/one", [0, 2]), ("paper/.exchange", [1])]
)
def test_no_folder_of_a_work_tree_leads_elsewhere(tmp_path: Path, link: str, refused: list[int]) -> None:
    """A commit can bring a link, and state would be kept where it leads. Outside a repository a person has
    made it, and knows."""
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "checkout/state"
    place = root / link
    for folder in (elsewhere, elsewhere / "one", place.parent):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / JOURNAL).touch()
    place.symlink_to(elsewhere)
    calls = [
        lambda: state_path(root, "paper", "one", ""),
        lambda: exchange_path(root, "paper"),
        lambda: journal_paths(root, "paper"),
    ]
    for ask in calls:
        ask()
    (tmp_path / "checkout/.git").mkdir()
    for number, ask in enumerate(calls):
        if number not in refused:
            ask()
            continue
        with pytest.raises(Refused, match=f"^{place}: no state is kept behind a link") as raised:
            ask()
        assert raised.value.details[0] == f"It leads to {elsewhere}."


def test_a_folder_that_is_none_is_no_link(tmp_path: Path) -> None:
    """One that is there, one that is not, and a link of a person's own."""
    (tmp_path / "link").symlink_to("nowhere")
    for name in (".", "missing", "link"):
        refuse_link(tmp_path / name)
    (tmp_path / ".git").mkdir()
    with pytest.raises(Refused, match="behind a link"):
        refuse_link(tmp_path / "link")


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """It would be a lock of something else."""
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(Refused, match="no state can be kept here"):
        is_held(tmp_path)


def test_runs_are_forgotten(tmp_path: Path) -> None:
    """All of a venue and nothing else; none while another process holds one of them."""
    paths = [state_path(tmp_path, venue, name, "") for venue in ("paper", "kraken") for name in ("a", "b")]
    for path in (*paths, exchange_path(tmp_path, "paper")):
        with hold(path) as state:
            state.journal.append([{"entry": "x"}])
    with hold(paths[1]), pytest.raises(Locked):
        forget_runs(tmp_path, "paper")
    assert all(path.exists() for path in paths)
    forget_runs(tmp_path, "paper")
    assert [path.exists() for path in paths] == [False, False, True, True]
    assert exchange_path(tmp_path, "paper").exists()
    forget_runs(tmp_path / "nowhere", "paper")
