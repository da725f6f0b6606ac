"""The exchange's side of a connection, alone and facing the client's side."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.protocol import (
    HEARTBEAT_AFTER_S,
    INACTIVITY_S,
    AddOrder,
    AddOrderStatus,
    ClientSession,
    Closing,
    FrameError,
    Heartbeat,
    OpenOrders,
    Ping,
    Pong,
    Ready,
    Reqids,
    ServerSession,
    SubscriptionStatus,
    encode_reply,
)

NOW = 1_000.0
HEARTBEAT = encode_reply(Heartbeat())
NUMBERS = '{"event":"addOrder","pair":"P","type":"buy","ordertype":"limit","price":0.10,"volume":2,"reqid":4}'


def status(word: str, name: str | None = "openOrders") -> SubscriptionStatus:
    return SubscriptionStatus(status=word, channelName=name)


def test_a_connection_without_a_subscription_is_closed_after_a_minute_of_silence():
    """Both sides' words put it off; no heartbeat is sent."""
    server = ServerSession(NOW)
    assert server.timer() == NOW + INACTIVITY_S
    server.receive('{"event":"ping"}', NOW + 10)
    server.send(Pong(), NOW + 20)
    due = NOW + 20 + INACTIVITY_S
    assert server.timer() == due
    assert server.handle_timer(due - 1) == []
    assert server.closing is None
    assert server.handle_timer(due) == []
    assert server.closing == Closing(1000, "inactivity")


def test_a_subscribed_connection_hears_a_heartbeat_after_each_quiet_second():
    """Until the last subscription is given up."""
    server = ServerSession(NOW)
    server.send(status("error"), NOW)
    server.send(status("subscribed", None), NOW)
    assert server.timer() == NOW + INACTIVITY_S
    server.send(status("subscribed"), NOW + 1)
    for second in (2, 3):
        assert server.timer() == NOW + second
        assert server.handle_timer(NOW + second) == [HEARTBEAT]
    assert server.handle_timer(NOW + 3 + HEARTBEAT_AFTER_S / 2) == []
    server.send(status("unsubscribed", "ownTrades"), NOW + 4)
    assert server.timer() == NOW + 4 + HEARTBEAT_AFTER_S
    server.send(status("unsubscribed"), NOW + 5)
    assert server.timer() == NOW + 5 + INACTIVITY_S
    assert server.closing is None


@pytest.mark.parametrize(
    ("text", "event", "reqid"),
    [("{", None, None), ('{"event":"cancelOrder","txid":"O","reqid":3}', "cancelOrder", 3)],
)
def test_what_is_no_request_comes_back_as_a_value(text, event, reqid):
    """The exchange decides what to answer, if anything."""
    for lenient in (False, True):
        error = ServerSession(NOW, accept_numbers=lenient).receive(text, NOW)
        assert isinstance(error, FrameError)
        assert (error.event, error.reqid) == (event, reqid)


def test_numbers_for_texts_are_taken_only_when_asked_for():
    """Some clients send JSON numbers; their digits are kept, the integers of the documents stay such."""
    assert isinstance(ServerSession(NOW).receive(NUMBERS, NOW), FrameError)
    request, token = ServerSession(NOW, accept_numbers=True).receive(NUMBERS, NOW)
    assert request == AddOrder(pair="P", type="buy", ordertype="limit", price="0.10", volume="2", reqid=4)
    assert token is None


@given(st.text() | st.dictionaries(st.sampled_from(["event", "pair", "reqid"]), st.text()).map(json.dumps))
def test_no_frame_of_a_client_raises(text):
    """Whatever a client sends is a request or an error as a value."""
    for lenient in (False, True):
        assert isinstance(ServerSession(NOW, accept_numbers=lenient).receive(text, NOW), FrameError | tuple)


def test_both_sides_understand_each_other():
    """From the subscription to a placed order and a ping, each frame is read by the other side."""
    client, server = ClientSession(Secret("T"), Reqids()), ServerSession(NOW)

    def heard() -> list:
        return [server.receive(frame, NOW) for frame in client.outgoing()]

    def said(*messages) -> list:
        return [event for one in messages for event in client.receive(server.send(one, NOW), NOW)]

    client.start(NOW)
    ((subscribe, token),) = heard()
    assert token == Secret("T")
    answer = SubscriptionStatus(status="subscribed", channelName="openOrders", reqid=subscribe.reqid)
    assert said(answer, OpenOrders((), 1)) == [Ready(())]
    order = AddOrder(pair="ETH/EUR", type="buy", ordertype="limit", price="150", volume="0.25", reqid=2)
    client.send(order, NOW)
    assert heard() == [(order, Secret("T"))]
    placed = AddOrderStatus(status="ok", txid="OABCDE-FGHIJ-KLMNOP", reqid=2)
    assert said(Heartbeat(), placed) == [placed]
    client.handle_timer(client.timer())
    assert heard() == [(Ping(), None)]
    assert said(Pong()) == []
