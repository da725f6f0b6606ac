"""The record of a run: on disk before it is an event, and in memory if the disk fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import HaltChange
from runner.errors import Refused
from runner.journal import CancelIntent, OrderIntent, OrderPlaced, RunEnded, RunStarted
from runner.runtime.driver import Recorder
from runner.runtime.storage import JOURNAL, AccountHalted, add_halt, hold, read_journal

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = "2026-11-29T00:00:00Z"
STARTED = RunStarted(
    at=AT, batch="one", digest="d", run_key="", venue="paper", file="one.yaml", tool="t", groups=()
)
PLACED = OrderPlaced(at=AT, group="g", id="a", txid="O1", source="reply")
ENDED = RunEnded(at=AT, outcome="done", reason="")


async def test_an_entry_is_on_disk_before_it_is_an_event(tmp_path: Path) -> None:
    """And the ledger knows it."""
    seen: list[tuple[str, int]] = []

    def hear(event: Mapping[str, Any]) -> None:
        seen.append((event["entry"], len(read_journal(tmp_path / JOURNAL))))

    with hold(tmp_path) as state:
        recorder = Recorder(state, on_event=hear)
        await recorder.append([STARTED])
        await recorder.append([PLACED])
        assert [record.txid for record in recorder.ledger().orders.values()] == ["O1"]
        recorder.add_last_words(lambda _: pytest.fail("nothing has failed"))
    assert seen == [("run-started", 1), ("order-placed", 2)]


async def test_a_run_that_only_validates_is_not_kept(tmp_path: Path) -> None:
    """It has a result all the same."""
    with hold(tmp_path) as state:
        recorder = Recorder(state, keep=False)
        await recorder.append([STARTED, ENDED])
        assert len(recorder.ledger().runs) == 1
    assert read_journal(tmp_path / JOURNAL) == []


async def test_what_the_disk_does_not_take_is_known_and_said(tmp_path: Path) -> None:
    """The journal was moved away: nothing more is sent, and the last entries are returned once."""
    with hold(tmp_path) as state:
        recorder = Recorder(state)
        await recorder.append([STARTED])
        (tmp_path / JOURNAL).rename(tmp_path / "elsewhere")
        with pytest.raises(Refused) as caught:
            await recorder.append([PLACED])
        assert "cannot be written" in str(caught.value)
        assert "was not sent" in caught.value.details[0]
        reasons: list[str] = []

        def last_words(reason: str) -> list[RunEnded]:
            reasons.append(reason)
            return [ENDED]

        recorder.add_last_words(last_words)
        assert "cannot be written" in reasons[0]
        ledger = recorder.ledger()
        assert [record.txid for record in ledger.orders.values()] == ["O1"]
        assert ledger.finished == {}


async def test_under_a_halt_an_intent_is_refused_and_what_is_known_is_kept(tmp_path: Path) -> None:
    """Nothing of such a write is on disk or in memory; the rest may be written without it."""
    halts = tmp_path / ".halts"
    add_halt(halts, HaltChange(halted=True, by="ann", host="desk", reason="odd", at=AT))
    intent = OrderIntent(at=AT, group="g", id="b", reqid=7, content="c", request={})
    unwind = CancelIntent(at=AT, group="g", reqid=8, txid=("O1",), unwind=True)
    with hold(tmp_path, halts=halts) as state:
        recorder = Recorder(state)
        await recorder.append([STARTED])
        with pytest.raises(AccountHalted, match="because: odd") as halted:
            await recorder.append([PLACED, intent])
        assert halted.value.reqids == {7}
        assert not recorder.ledger().orders
        await recorder.append([PLACED, unwind])
    assert [row["entry"] for row in read_journal(tmp_path / JOURNAL)][1:] == ["order-placed", "cancel-intent"]
