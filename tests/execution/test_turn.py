"""The contract between deciding and doing, as values."""

from __future__ import annotations

import pytest

from runner.execution import Timing, Turn
from runner.execution.turn import earliest


def test_a_turn_is_a_value() -> None:
    """Nothing is added to a turn after it was taken."""
    turn = Turn()
    assert (turn.entries, turn.actions) == ((), ())
    with pytest.raises(AttributeError):
        turn.actions = ()  # type: ignore[misc]


def test_the_waits_fit_together() -> None:
    """The exchange takes deadlines of 2 to 60 seconds, and its records lag by up to a minute."""
    timing = Timing()
    assert 2 <= timing.deadline_s <= 60
    assert timing.settle_s > 60
    assert 0 < timing.cancel_grace_s < timing.cancel_wait_s


def test_the_first_of_some_moments_counts() -> None:
    """An event that never comes does not count."""
    assert earliest(None, 3.0, 1.0, None, 2.0) == 1.0
    assert earliest(None) is None
    assert earliest() is None
