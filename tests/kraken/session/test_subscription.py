"""The subscription to openOrders: whose status it is, and what a snapshot is and is not."""

from __future__ import annotations

import pytest

from runner.kraken import ErrorReply, ErrorReported, ErrorText, OrderChanged, Ready, SubscriptionRefused
from runner.kraken.session.liveness import PING_AFTER_S
from runner.kraken.session.subscription import SNAPSHOT_WAIT_S, Snapshot, Subscription
from tests.kraken.builders import NOW, WHOLE, add, feed, receive_all, started, status


@pytest.mark.parametrize(
    "reply",
    [
        status("error", errorMessage="ESession:Invalid session", subscription={"name": "openOrders"}),
        status("error", errorMessage="ESession:Invalid session", channelName="openOrders", reqid=1),
        status("error", errorMessage="ESession:Invalid session", reqid=1),
        status("error", errorMessage="ESession:Invalid session"),
    ],
)
def test_a_refused_subscription_is_reported(reply):
    """With or without name and reqid, as long as it can only be ours."""
    session = started()
    assert receive_all(session, reply) == [SubscriptionRefused(ErrorText.of("ESession:Invalid session"))]


def test_a_dropped_subscription_is_refused():
    """ "Exceeded msg rate" for the subscription itself: no answer will come."""
    session = started()
    error = ErrorText.of("Exceeded msg rate")
    reply = ErrorReply(errorMessage=error.text, reqid=1)
    assert receive_all(session, reply) == [ErrorReported(error, reqid=1), SubscriptionRefused(error)]


def test_an_unrequested_unsubscription_is_reported():
    """Without the feed no order can be followed; an error without a name is no such thing any more."""
    session = started()
    receive_all(session, status("ok", channelName="openOrders"))
    assert receive_all(session, status("error", errorMessage="Event(s) not found")) == []
    assert receive_all(session, status("unsubscribed", channelName="openOrders")) == [
        SubscriptionRefused(ErrorText.of("unsubscribed"))
    ]
    assert session.timer() == NOW + PING_AFTER_S


def test_a_missing_snapshot_is_waited_for_and_may_come_late():
    """Ready comes incomplete after the limit, and again when the snapshot is there."""
    session = started()
    confirmed = status("subscribed", channelName="openOrders")
    receive_all(session, confirmed, now=NOW + 1)
    receive_all(session, confirmed, now=NOW + 2)
    due = NOW + 1 + SNAPSHOT_WAIT_S
    assert session.timer() == due
    assert session.handle_timer(due - 0.01) == []
    assert session.handle_timer(due) == [Ready((), complete=False)]
    assert session.handle_timer(due) == []
    (late,) = receive_all(session, feed(("A", WHOLE), sequence=1), now=due)
    assert late == Ready((session.orders["A"],))
    assert isinstance(
        receive_all(session, feed(("A", {"status": "closed"}), sequence=2), now=due)[0], OrderChanged
    )


@pytest.mark.parametrize(
    "entry",
    [
        {**WHOLE, "cl_ord_id": "ours"},
        {**WHOLE, "userref": 17},
        {**WHOLE, "status": "canceled"},
        {"status": "open"},
    ],
    ids=["cl_ord_id sent here", "userref sent here", "ended", "sparse"],
)
def test_late_news_is_not_taken_for_a_snapshot(entry):
    """An exchange may send no snapshot of an empty account; its first news must not look like one."""
    session = started()
    receive_all(session, status("subscribed", channelName="openOrders"))
    session.handle_timer(NOW + SNAPSHOT_WAIT_S)
    session.send(add(5, cl_ord_id="ours"), NOW)
    session.send(add(6, userref="17"), NOW)
    events = receive_all(session, feed(("A", entry), sequence=1), feed(("B", WHOLE), sequence=2))
    assert events == [OrderChanged(session.orders["A"]), OrderChanged(session.orders["B"])]


@pytest.mark.parametrize(
    ("fields", "ours", "ours_later"),
    [
        ({"channelName": "openOrders"}, True, True),
        ({"subscription": {"name": "openOrders"}, "reqid": 7}, True, True),
        ({"channelName": "openOrders", "reqid": 8}, False, False),
        ({"channelName": "openOrders", "pair": "XBT/USD"}, False, False),
        ({"channelName": "ownTrades", "reqid": 7}, False, False),
        ({"subscription": {"depth": 10}}, True, False),
        ({"reqid": 7}, True, False),
        ({}, True, False),
    ],
)
def test_a_status_is_ours_by_its_name_or_while_it_is_waited_for(fields, ours, ours_later):
    """One that names no feed counts only until the answer has come."""
    subscription = Subscription()
    subscription.reqid = 7
    assert subscription.concerns(status("error", **fields)) is ours
    subscription.confirm(NOW)
    assert subscription.concerns(status("error", **fields)) is ours_later


@pytest.mark.parametrize(
    "end", [Subscription.refuse, Subscription.give_up_snapshot, Subscription.first_message]
)
def test_nothing_is_waited_for_after_an_end(end):
    """Refused, given up, or there: each ends the wait for the snapshot, and a second yes starts none."""
    subscription = Subscription()
    subscription.confirm(NOW)
    assert subscription.snapshot_due == NOW + SNAPSHOT_WAIT_S
    end(subscription)
    assert subscription.snapshot_due is None
    assert (subscription.snapshot is Snapshot.AWAITED) is (end is Subscription.refuse)
