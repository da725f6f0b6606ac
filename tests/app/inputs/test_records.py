"""The journals of this machine, as commands read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.app.inputs.records import LocalRecords
from runner.domain import RunId
from runner.errors import Locked
from tests.app.shell import STATE, batch, order

if TYPE_CHECKING:
    from tests.app.shell import Shell

ONE = RunId("one", "")


def test_what_a_run_has_left(shell: Shell) -> None:
    """By name and place; what was never begun has nothing."""
    records = LocalRecords(STATE, "paper")
    assert (records.has(ONE), records.entries(ONE), list(records.all())) == (False, [], [])
    assert shell("apply", batch(order())).code == 0
    (kept,) = records.all()
    assert (kept.name, kept.place) == ("one", str(STATE / "paper" / "one" / "journal.jsonl"))
    assert kept.entries() == records.entries(ONE) != []
    assert kept.written_at() > 0
    assert records.has(ONE)
    assert records.place(RunId("one", "k")) == str(Path(STATE, "paper", "one@k"))


def test_one_run_at_a_time(shell: Shell) -> None:
    """Each folder has its lock."""
    records = LocalRecords(STATE, "paper")
    assert not records.is_held(ONE)
    with records.hold(ONE) as state:
        state.journal.append([])
        assert records.is_held(ONE)
        with pytest.raises(Locked), records.hold(ONE):
            pass
