"""Waiting for an exchange that does not take what a run has."""

from __future__ import annotations

from runner.execution import Timing
from runner.execution.send_timeout import SendTimeout
from tests.execution.builders import NOW

WAIT_S = Timing().status_wait_s


def test_a_run_that_has_sent_something_waits() -> None:
    """From the first moment on, and not for ever."""
    timeout = SendTimeout(Timing())
    assert not timeout.is_over(NOW, waits=True, sent_anything=True)
    assert timeout.timer() == NOW + WAIT_S
    assert not timeout.is_over(NOW + WAIT_S - 1, waits=True, sent_anything=True)
    assert timeout.is_over(NOW + WAIT_S, waits=True, sent_anything=True)
    assert timeout.timer() is None


def test_a_run_that_has_sent_nothing_does_not_wait() -> None:
    """It can be started again."""
    assert SendTimeout(Timing()).is_over(NOW, waits=True, sent_anything=False)


def test_the_wait_begins_anew() -> None:
    """Once the exchange takes everything, or there is nothing to send."""
    timeout = SendTimeout(Timing())
    timeout.is_over(NOW, waits=True, sent_anything=True)
    assert not timeout.is_over(NOW + 1, waits=False, sent_anything=True)
    assert timeout.timer() is None
    timeout.is_over(NOW, waits=True, sent_anything=True)
    timeout.end()
    assert timeout.timer() is None
