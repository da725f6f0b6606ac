"""The messages of a run in a file: whole lines, bounded, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.runtime.storage import WireLog, wire_log

AT = 1_764_547_200.0


def lines(path: Path) -> list[dict[str, Any]]:
    """Return what the log holds."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_message_is_a_line(tmp_path: Path) -> None:
    """With its time, its direction and the number of its connection; a new log replaces the old one."""
    path = tmp_path / "wire.jsonl"
    path.write_text("old", "utf-8")
    with WireLog(path, lambda: AT) as log:
        log.add("sent", 1, ['{"event":"ping"}', "\u2028"])
        log.add("received", 2, ["x"])
    at = "2025-12-01T00:00:00.000000Z"
    assert lines(path) == [
        {"at": at, "connection": 1, "direction": "sent", "text": '{"event":"ping"}'},
        {"at": at, "connection": 1, "direction": "sent", "text": "\u2028"},
        {"at": at, "connection": 2, "direction": "received", "text": "x"},
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_message_without_an_end_is_cut(tmp_path: Path) -> None:
    """Its length is kept."""
    with WireLog(tmp_path / "w", lambda: AT) as log:
        log.add("received", 1, ["x" * (wire_log.MAX_TEXT + 1)])
    (line,) = lines(tmp_path / "w")
    assert (len(line["text"]), line["length"]) == (wire_log.MAX_TEXT, wire_log.MAX_TEXT + 1)


def test_it_ends_before_it_fills_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds whole lines."""
    monkeypatch.setattr(wire_log, "MAX_LOG_BYTES", 250)
    with WireLog(tmp_path / "w", lambda: AT) as log:
        for _ in range(9):
            log.add("sent", 1, ["x" * 20])
    assert len(lines(tmp_path / "w")) == 2


def test_a_message_of_ours_is_never_cut(tmp_path: Path) -> None:
    """With any number of cancellations: it is compared with the journal."""
    with WireLog(tmp_path / "w", lambda: AT) as log:
        log.add("sent", 1, ["x" * (wire_log.MAX_TEXT + 1)])
    assert len(lines(tmp_path / "w")[0]["text"]) == wire_log.MAX_TEXT + 1


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """A commit may have brought it."""
    (tmp_path / "link").symlink_to(tmp_path / "goal")
    with WireLog(tmp_path / "link", lambda: AT) as log:
        log.add("sent", 1, ["x"])
    assert len(lines(tmp_path / "link")) == 1
    assert not (tmp_path / "goal").exists()
