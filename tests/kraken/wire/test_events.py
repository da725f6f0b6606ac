"""The events of a session: values that do not change on their way to the engine."""

from __future__ import annotations

import typing

import pytest

from runner.kraken import (
    AllCanceled,
    ConnectionLost,
    Event,
    ExchangeStatus,
    OpenOrder,
    OrderChanged,
    OrderRejected,
    SwitchSet,
    Unintelligible,
)
from runner.kraken.errors.error_texts import ErrorText
from runner.kraken.wire.events import account_event, reply_event
from runner.kraken.wire.messages import AddOrderStatus, CancelAllOrdersAfterStatus, CancelAllStatus
from tests.support.for_each import for_each


@for_each(typing.get_args(Event))
def test_an_event_cannot_be_changed(kind):
    """Each is handed from the session to the desks, which may keep it."""
    assert kind.__struct_config__.frozen


def test_events_are_equal_by_what_they_say():
    """Two connections that say the same have said the same."""
    assert OrderChanged(OpenOrder("O", "open")) == OrderChanged(OpenOrder("O", "open"))
    assert ConnectionLost("closed") != ConnectionLost("broke")


@pytest.mark.parametrize(
    ("word", "orders", "cancels"),
    [
        ("online", True, True),
        ("cancel_only", False, True),
        ("post_only", False, True),
        ("limit_only", False, True),
        ("maintenance", False, False),
        ("a_status_of_tomorrow", False, False),
    ],
)
def test_a_status_says_what_may_be_sent(word, orders, cancels):
    """Only one word allows every order; a word that is not known forbids everything."""
    status = ExchangeStatus(word)
    assert (status.takes_orders, status.takes_cancels, str(status)) == (orders, cancels, word)


@pytest.mark.parametrize(
    ("event", "is_feed", "is_reply"),
    [
        ("openOrders", True, False),
        ("addOrderStatus", False, True),
        ("cancelOrderStatus", False, True),
        ("systemStatus", False, False),
        (None, False, False),
    ],
)
def test_a_frame_that_cannot_be_read_may_be_one_that_matters(event, is_feed, is_reply):
    """The feed is not to be trusted without it, or it was a reply."""
    frame = Unintelligible("not JSON", event)
    assert (frame.is_feed, frame.is_reply) == (is_feed, is_reply)


@pytest.mark.parametrize(("txid", "definite"), [(None, True), ("", True), ("O1", False)])
def test_an_error_that_names_a_txid_refuses_nothing_for_certain(txid, definite):
    """It contradicts itself: the order is looked up."""
    error = "EOrder:Insufficient funds"
    reply = reply_event(AddOrderStatus(status="error", errorMessage=error, txid=txid, reqid=1), 1)
    assert isinstance(reply, OrderRejected)
    assert (reply.error.text, reply.error.definite) == (error, definite)


@pytest.mark.parametrize(
    ("reply", "event"),
    [
        (CancelAllStatus(status="ok", count=2), AllCanceled(7, 2)),
        (CancelAllStatus(status="ok", count="2"), AllCanceled(7, 2)),
        (CancelAllStatus(status="ok"), AllCanceled(7)),
        (CancelAllStatus(status="error", errorMessage="no"), AllCanceled(7, None, ErrorText.of("no"))),
        (CancelAllOrdersAfterStatus(status="ok", triggerTime="0"), SwitchSet(7)),
        (CancelAllOrdersAfterStatus(status="error"), SwitchSet(7, ErrorText.of("no reason given"))),
    ],
)
def test_what_an_answer_about_all_orders_means(reply, event):
    """The count is text on the page, and a number in its sample."""
    assert account_event(reply, 7) == event
