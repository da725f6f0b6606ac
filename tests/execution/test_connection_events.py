"""The events about a connection: it comes up, is refused, or the account is locked out."""

from __future__ import annotations

import pytest

from runner.domain import RunOutcome
from runner.execution import (
    ClockMeasured,
    Connect,
    ConnectFailed,
    EngineEvent,
    Execution,
    JournalFailed,
    LockedOut,
    MeasureClock,
)
from runner.kraken import Ready, Reqids, SequenceGap
from tests.execution.builders import group, plan_of


def begun() -> Execution:
    """A run whose clock was compared, and which wants a connection."""
    execution = Execution(plan_of(group("one", "a")), Reqids(), tool="test")
    assert execution.start(1.0).actions == (MeasureClock(),)
    turn = execution.handle([ClockMeasured((0.0, 0.0))], 1.0)
    assert turn.actions == (Connect(fresh_token=False),)
    return execution


@pytest.mark.parametrize(
    "event", [ConnectFailed("no way", final=True), LockedOut("no way"), JournalFailed("no way")]
)
def test_a_run_that_cannot_begin_ends_with_the_reason(event: EngineEvent) -> None:
    """Nothing was sent."""
    execution = begun()
    execution.handle([event], 2.0)
    assert (execution.outcome, execution.reason) == (RunOutcome.UNREACHABLE, "no way")


def test_a_gap_in_the_feed_ends_the_connection() -> None:
    """The open orders can no longer be known, so another is opened."""
    execution = begun()
    execution.handle([Ready(())], 2.0)
    assert execution.handle([SequenceGap(5, 7)], 600.0).actions == (Connect(fresh_token=False),)
    assert not execution.finished
