"""The life of an order as a table: every pair of state and fact is looked at."""

from __future__ import annotations

import pytest
from msgspec import structs

from runner.domain import OrderOutcome
from runner.execution.orders.states import FINAL, OPEN_TO_NEWS, OUTCOMES, UNDER_WAY, Fact, OrderTrack, State
from runner.planning import JournalState
from tests.execution.builders import group, plan_of
from tests.support.for_each import for_each

# A dot is a step that must never be taken.
TABLE = """
           SEND ACCEPT VALIDATE  REJECT   TURN_AWAY LOSE  FIND   END   MISS GIVE_UP    REFUSE  SKIP
NEW        SENT PLACED .         .        .         .     PLACED .     .    UNRESOLVED REFUSED SKIPPED
SENT       .    PLACED VALIDATED REJECTED NEW       DOUBT PLACED .     .    UNRESOLVED REFUSED .
DOUBT      .    PLACED VALIDATED REJECTED NEW       .     PLACED .     NEW  UNRESOLVED REFUSED .
PLACED     .    PLACED .         .        .         .     PLACED ENDED .    UNRESOLVED .       .
ENDED      .    ENDED  .         .        .         .     ENDED  .     .    UNRESOLVED .       .
VALIDATED  .    PLACED .         .        .         .     PLACED .     .    UNRESOLVED .       .
REJECTED   .    PLACED .         .        .         .     PLACED .     .    UNRESOLVED .       .
REFUSED    .    PLACED .         .        .         .     PLACED .     .    UNRESOLVED .       .
SKIPPED    .    PLACED .         .        .         .     PLACED .     .    UNRESOLVED .       .
UNRESOLVED .    PLACED VALIDATED REJECTED .         .     PLACED .     .    UNRESOLVED REFUSED .
"""
FACTS, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
STEPS = [(row[0], fact, after) for row in ROWS for fact, after in zip(FACTS, row[1:], strict=True)]


def track_in(state: State) -> OrderTrack:
    """An order in some state."""
    planned = next(plan_of(group("enter", "a")).orders())
    return OrderTrack(planned, state)


def test_the_table_is_whole() -> None:
    """Every state and every fact has an entry."""
    assert [row[0] for row in ROWS] == [state.name for state in State]
    assert [fact.name for fact in Fact] == FACTS


@for_each(STEPS)
def test_each_step(before: str, fact: str, after: str) -> None:
    """A fact leads to one state, or is an internal error that stops the run."""
    track = track_in(State[before])
    if after == ".":
        with pytest.raises(AssertionError, match="no step for"):
            track.learn(Fact[fact])
        assert track.state is State[before]
    else:
        track.learn(Fact[fact])
        assert track.state is State[after]


def test_an_order_is_sent_from_one_state_only() -> None:
    """The one way to the wire is from NEW, and there is one way out of doubt back to it: proven absence."""
    assert [before for before, fact, after in STEPS if after == "SENT"] == ["NEW"]
    assert [(before, fact) for before, fact, after in STEPS if after == "NEW"] == [
        ("SENT", "TURN_AWAY"),
        ("DOUBT", "TURN_AWAY"),
        ("DOUBT", "MISS"),
    ]


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_under_way_or_final_or_new(state: State) -> None:
    """The groups of states do not overlap, and what is final has an outcome."""
    assert (state in UNDER_WAY) + (state in FINAL) + (state is State.NEW) == 1
    assert track_in(state).final is (state in FINAL)
    assert (state in OUTCOMES) is (state in FINAL)
    assert UNDER_WAY | {State.UNRESOLVED} == OPEN_TO_NEWS
    assert set(OUTCOMES.values()) == set(OrderOutcome)


@pytest.mark.parametrize(
    ("journal_state", "state"),
    [
        (JournalState.UNSENT, State.NEW),
        (JournalState.PLACED, State.PLACED),
        (JournalState.ENDED, State.ENDED),
        (JournalState.UNKNOWN, State.DOUBT),
        (JournalState.ABANDONED, State.SKIPPED),
    ],
)
def test_a_run_begins_where_the_last_one_ended(journal_state: JournalState, state: State) -> None:
    """An order's journal_state before the run is its first state; one that changed never gets so far."""
    planned = structs.replace(next(plan_of(group("enter", "a")).orders()), journal_state=journal_state)
    assert OrderTrack.begin(planned).state is state
