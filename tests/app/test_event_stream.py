"""The events of a run: each entry of its journal, and what it waits for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given

from runner import api
from runner.app.event_stream import REPEAT_S, WaitEvents, event_stream, progress_event
from runner.errors import InvalidInput
from runner.execution import Progress, Wait
from runner.journal.codec import to_content
from runner.runtime.storage import line_log, read_journal
from tests.app.shell import STATE, batch, order, start
from tests.journal.entry_strategies import ENTRIES

if TYPE_CHECKING:
    from tests.app.shell import Shell

VALID = jsonschema.Draft202012Validator(api.schema("events"))
NOW = 1_795_000_000.0
IDLE = Progress(orders=2, sent=1, placed=0, rejected=0, settled=0, cancels=0, canceled=0, connected=True)
WAITS = Progress(
    orders=2,
    sent=1,
    placed=0,
    rejected=0,
    settled=0,
    cancels=0,
    canceled=0,
    connected=True,
    wait=Wait("a", NOW),
)


def lines(path: Path) -> list[dict[str, Any]]:
    """The events of a file, each held against the schema."""
    events = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    for event in events:
        VALID.validate(event)
    return events


@given(ENTRIES)
def test_every_entry_of_a_journal_keeps_the_schema(entry):
    """Of each kind, with any text in it."""
    VALID.validate(json.loads(json.dumps(to_content(entry))))


@pytest.mark.parametrize("progress", [IDLE, WAITS])
def test_progress_keeps_the_schema(progress):
    """With and without a wait."""
    VALID.validate(progress_event(progress, NOW))


def test_a_wait_is_an_event_after_a_second_and_then_every_ten():
    """A short one is none; another one begins anew."""
    now, events, seen = [NOW], list[Any](), list[Progress]()
    observe = WaitEvents(seen.append, events.append, lambda: now[0])
    for after_s in (0.0, 0.5, 0.4, 0.2, 5.0, REPEAT_S):
        now[0] += after_s
        observe(WAITS)
    assert [event["at"][17:19] for event in events] == ["41", "56"]
    observe(IDLE)
    observe(WAITS)
    assert len(events) == 2
    assert len(seen) == 8


def test_without_a_receiver_there_are_no_events():
    """The progress is passed on all the same."""
    seen = list[Progress]()
    WaitEvents(seen.append, None, lambda: NOW)(WAITS)
    assert seen == [WAITS]


def test_events_are_written_and_passed_on(tmp_path):
    """To the file and to the program."""
    heard = list[Any]()
    with event_stream(tmp_path / "e", heard.append, print) as take:
        assert take is not None
        take({"entry": "x"})
    assert heard == [{"entry": "x"}]
    assert (tmp_path / "e").read_text() == '{"entry": "x"}\n'
    with event_stream(None, heard.append, print) as take:
        assert take == heard.append


def test_a_file_that_cannot_be_is_refused(tmp_path):
    """Nothing is sent then."""
    with (
        pytest.raises(InvalidInput, match="the events cannot be written"),
        event_stream(tmp_path, None, print),
    ):
        pass


# --- the command -----------------------------------------------------------------------------


def test_a_run_writes_its_journal_as_events(shell: Shell) -> None:
    """Each entry of this run, in their order; the next run writes its own."""
    file = batch(order("a"), order("b", ordertype="market", price="", volume="0.01").replace("price: , ", ""))
    assert shell("apply", file, "--events", "events.jsonl").code == 0
    events = [event["entry"] for event in lines(Path("events.jsonl")) if event["entry"] != "progress"]
    assert events == [entry["entry"] for entry in read_journal(STATE / "paper" / "one" / "journal.jsonl")]
    assert shell("apply", file, "--events", "events.jsonl").code == 0
    assert lines(Path("events.jsonl"))[0]["entry"] == "run-started"
    assert "order-intent" not in [event["entry"] for event in lines(Path("events.jsonl"))]


def test_events_may_go_to_standard_error(shell: Shell) -> None:
    """Between what else is said there; standard output is the result alone."""
    result = shell("apply", batch(order("a")), "--events", "-", "--format", "json")
    assert result.code == 0
    events = [json.loads(line) for line in result.stderr.splitlines() if line.startswith('{"')]
    assert events[0]["entry"] == "run-started"
    assert result.json["outcome"] == "done"


def test_a_full_disk_takes_nothing_from_a_run(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends as without events, and says that they are not all there."""
    monkeypatch.setattr(line_log, "open_log", lambda _: os.open("/dev/full", os.O_WRONLY))
    result = shell("apply", batch(order("a")), "--events", "events.jsonl")
    assert (result.code, "no more events can be written" in result.words) == (0, True)


def test_a_closed_pipe_takes_nothing_from_a_run(tmp_path: Path) -> None:
    """The reader of standard error has gone."""
    (tmp_path / "one.yaml").write_text(
        f"version: 1\nname: one\ngroups:\n  - name: g\n    orders:\n      - {order('a')}\n", "utf-8"
    )
    args = ("apply", str(tmp_path / "one.yaml"), "--state-dir", str(tmp_path / "state"), "--events", "-")
    with start(*args, "--format", "json") as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.wait(120) == 0


@pytest.mark.parametrize("name", ["missing/events.jsonl", "policy.yaml", "one.yaml"])
def test_no_event_log_takes_the_place_of_another_file(shell: Shell, name: str) -> None:
    """Nor is there one in a folder that is missing; nothing is sent."""
    result = shell("apply", batch(order("a")), "--events", name)
    assert result.code == 3
    assert "the event log cannot be written" in result.words
