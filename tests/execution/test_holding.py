"""Waiting for an exchange that does not take what a run has."""

from __future__ import annotations

from runner.execution import Timing
from runner.execution.holding import Holding
from tests.execution.builders import NOW

WAIT_S = Timing().status_wait_s


def test_a_run_that_has_sent_something_waits() -> None:
    """From the first moment on, and not for ever."""
    holding = Holding(Timing())
    assert not holding.is_over(NOW, waits=True, sent_anything=True)
    assert holding.timer() == NOW + WAIT_S
    assert not holding.is_over(NOW + WAIT_S - 1, waits=True, sent_anything=True)
    assert holding.is_over(NOW + WAIT_S, waits=True, sent_anything=True)
    assert holding.timer() is None


def test_a_run_that_has_sent_nothing_does_not_wait() -> None:
    """It can be started again."""
    assert Holding(Timing()).is_over(NOW, waits=True, sent_anything=False)


def test_the_wait_begins_anew() -> None:
    """Once the exchange takes everything, or there is nothing to send."""
    holding = Holding(Timing())
    holding.is_over(NOW, waits=True, sent_anything=True)
    assert not holding.is_over(NOW + 1, waits=False, sent_anything=True)
    assert holding.timer() is None
    holding.is_over(NOW, waits=True, sent_anything=True)
    holding.end()
    assert holding.timer() is None
