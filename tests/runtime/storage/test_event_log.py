"""The event log: whole lines of JSON, as far as the disk takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.runtime.storage import EventLog
from tests.app.shell import room

if TYPE_CHECKING:
    from pathlib import Path

EVENT: dict[str, Any] = {"entry": "order-placed", "descr": "##[command]\n::stop\x1b[2J\u2028 ü"}


def read(path: Path) -> list[dict[str, Any]]:
    """The events of a file."""
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_each_event_is_a_line_that_is_there_at_once(tmp_path: Path) -> None:
    """A follower of the file sees it; no text of the exchange makes a second line or a command."""
    path, messages = tmp_path / "events.jsonl", list[str]()
    with EventLog(path, messages.append) as log:
        for number in range(3):
            log.add(EVENT | {"n": number})
            assert [event["n"] for event in read(path)] == list(range(number + 1))
    assert read(path)[0] == EVENT | {"n": 0}
    assert "##[" not in path.read_text("ascii")
    assert not messages


def test_a_full_disk_ends_it_after_its_last_whole_line(tmp_path: Path) -> None:
    """The end is reported once; nothing is raised."""
    path, messages = tmp_path / "events.jsonl", list[str]()
    with EventLog(path, messages.append) as log:
        log.add(EVENT)
        size = path.stat().st_size
        with room(size + 10):
            log.add(EVENT)
            log.add(EVENT)
        log.add(EVENT)
    assert read(path) == [EVENT]
    assert len(messages) == 1
    assert "no more events can be written" in messages[0]


def test_an_earlier_log_is_replaced(tmp_path: Path) -> None:
    """A link is not followed."""
    path, other = tmp_path / "events.jsonl", tmp_path / "other"
    other.write_text("kept")
    path.symlink_to(other)
    with EventLog(path, print) as log:
        log.add(EVENT)
    assert other.read_text() == "kept"
    assert read(path) == [EVENT]


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """Before anything is sent."""
    with pytest.raises(FileNotFoundError):
        EventLog(tmp_path / "missing" / "events.jsonl", print)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.none() | st.integers(), max_size=4))
def test_any_event_is_read_again_as_it_was(tmp_path_factory: pytest.TempPathFactory, event: Any) -> None:
    """With any content."""
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    with EventLog(path, print) as log:
        log.add(event)
    assert read(path) == [event]
