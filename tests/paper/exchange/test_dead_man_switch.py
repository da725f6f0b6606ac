"""cancelAllOrdersAfter: the dead man's switch."""

from __future__ import annotations

import json

import pytest

from runner.kraken import CancelAllOrdersAfter, CancelAllOrdersAfterStatus
from tests.paper.builders import Desk, exchange


def after(desk: Desk, timeout: int) -> CancelAllOrdersAfterStatus:
    """The answer to a cancelAllOrdersAfter."""
    replies = desk.send(CancelAllOrdersAfter(timeout=timeout, reqid=8))
    return next(reply for reply in replies if isinstance(reply, CancelAllOrdersAfterStatus))


def test_the_documents_example() -> None:
    """Whole seconds, rounded up."""
    desk = Desk()
    desk.now = 1608543428.05

    assert after(desk, 60) == CancelAllOrdersAfterStatus(
        status="ok", currentTime="2020-12-21T09:37:09Z", triggerTime="2020-12-21T09:38:09Z", reqid=8
    )
    assert after(desk, 0).triggerTime == "0"


def test_it_strikes_once() -> None:
    """Everything is canceled, and the timer is off until it is set again."""
    desk = Desk()
    desk.placed("A")
    after(desk, 60)
    assert desk.exchange.timer() == desk.now + 60
    desk.messages.clear()
    desk.wait(59.9)
    assert desk.messages == []
    desk.wait(0.1)
    assert desk.table() == (
        "A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Cancel all orders after timeout)"
    )
    assert desk.exchange.timer() is None
    desk.placed("B")
    desk.wait(1000)
    assert len(desk.exchange.state().live) == 1


@pytest.mark.parametrize(("again", "left"), [(60, 1), (0, 1)])
def test_it_is_set_again_or_switched_off(again: int, left: int) -> None:
    """There is one timer, and the last word counts."""
    desk = Desk()
    desk.placed()
    after(desk, 60)
    desk.wait(30)
    after(desk, again)
    desk.wait(59)

    assert len(desk.exchange.state().live) == left


def test_it_strikes_when_maintenance_is_over() -> None:
    """No order is canceled while the engine is down, and all are when it is back."""
    desk = Desk()
    desk.placed()
    after(desk, 60)
    desk.exchange.set_status("maintenance", desk.now)
    desk.wait(120)
    assert len(desk.exchange.state().live) == 1
    desk.keep(desk.exchange.set_status("online", desk.now))

    assert desk.exchange.state().live == {}


@pytest.mark.parametrize("timeout", [-1, 86401])
def test_a_timeout_that_makes_no_sense(timeout: int) -> None:
    """It is refused, and the timer stays as it was."""
    desk = Desk()

    assert after(desk, timeout).errorMessage == "EGeneral:Invalid arguments:timeout"
    assert desk.exchange.timer() is None


def test_not_during_maintenance() -> None:
    """Nothing is listened to then."""
    desk = Desk()
    desk.exchange.set_status("maintenance", desk.now)

    assert after(desk, 60).errorMessage == "EService:Unavailable"


def test_a_timer_outlives_a_run() -> None:
    """It is on record though no feed shows it."""
    desk = Desk()
    after(desk, 60)
    again = exchange()
    again.replay(json.loads(json.dumps(desk.exchange.take_record())))

    assert again.timer() == desk.now + 60
    assert again.state() == desk.exchange.state()
