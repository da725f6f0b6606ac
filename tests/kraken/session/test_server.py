"""The exchange's side of a connection: frames in, frames out, heartbeat, silence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.kraken import AddOrder, CancelOrder, FrameError, OpenOrders, Ping, Pong, SubscriptionStatus
from runner.kraken.session.server import Closing, ServerSession
from runner.kraken.wire.codec import encode_request

if TYPE_CHECKING:
    from runner.kraken import Reply

TOKEN = Secret("secret token")
ORDER = AddOrder(pair="ETH/EUR", type="buy", ordertype="limit", price="150", volume="0.25", reqid=3)
SUBSCRIBED = SubscriptionStatus(status="subscribed", channelName="openOrders")
UNSUBSCRIBED = SubscriptionStatus(status="unsubscribed", channelName="openOrders")
HEARTBEAT = '{"event":"heartbeat"}'


def test_reads_what_a_client_writes() -> None:
    """Request and token apart."""
    assert ServerSession(0.0).receive(encode_request(ORDER, TOKEN), 1.0) == (ORDER, TOKEN)


def test_what_cannot_be_read_is_a_value() -> None:
    """The exchange answers it; the connection goes on."""
    error = ServerSession(0.0).receive('{"event":"addOrder","reqid":3}', 1.0)

    assert isinstance(error, FrameError)
    assert (error.event, error.reqid) == ("addOrder", 3)


NUMBERS = (
    '{"event":"addOrder","pair":"ETH/EUR","type":"buy","ordertype":"limit",'
    '"price":150,"volume":0.25,"reqid":3,"token":"secret token"}'
)


def test_numbers_are_refused_or_read_as_text() -> None:
    """By the option; ``reqid`` stays the number that it is."""
    assert isinstance(ServerSession(0.0).receive(NUMBERS, 1.0), FrameError)
    assert ServerSession(0.0, accept_numbers=True).receive(NUMBERS, 1.0) == (ORDER, TOKEN)


@pytest.mark.parametrize("text", ["{", "[]", '{"event":"nothing"}', '{"event":"addOrder","price":150}'])
def test_numbers_do_not_excuse_the_rest(text: str) -> None:
    """Other unreadable fields are still an error."""
    assert isinstance(ServerSession(0.0, accept_numbers=True).receive(text, 1.0), FrameError)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Nothing that a client sends raises."""
    ServerSession(0.0, accept_numbers=True).receive(text, 1.0)


def test_no_heartbeat_without_a_subscription() -> None:
    """A connection that only places orders hears nothing, and is closed after a minute of silence."""
    session = ServerSession(0.0)
    session.receive(encode_request(Ping(), None), 30.0)

    assert session.timer() == 90.0
    assert session.handle_timer(89.9) == []
    assert session.closing is None
    assert session.handle_timer(90.0) == []
    assert session.closing == Closing(1000, "inactivity")


def test_what_is_sent_counts_as_activity_too() -> None:
    """The minute begins with the last traffic in either direction."""
    session = ServerSession(0.0)
    session.send(Pong(), 30.0)

    assert session.timer() == 90.0


OTHERS: list[Reply] = [Pong(), OpenOrders((), 1), SUBSCRIBED]


@pytest.mark.parametrize("message", OTHERS, ids=lambda item: type(item).__name__)
def test_heartbeat_a_second_after_the_last_message(message: Reply) -> None:
    """Other traffic takes a heartbeat's place; what the client says does not."""
    session = ServerSession(0.0)
    session.send(SUBSCRIBED, 10.0)
    assert session.timer() == 11.0
    session.send(message, 10.5)
    session.receive(encode_request(Ping(), None), 11.0)

    assert session.handle_timer(11.4) == []
    assert session.handle_timer(11.5) == [HEARTBEAT]
    assert session.timer() == 12.5
    assert session.handle_timer(500.0) == [HEARTBEAT]
    assert session.closing is None


def test_heartbeats_end_with_the_last_subscription() -> None:
    """Then the minute counts again."""
    session = ServerSession(0.0)
    session.send(SUBSCRIBED, 10.0)
    session.send(SubscriptionStatus(status="subscribed", channelName="ownTrades"), 10.0)
    session.send(UNSUBSCRIBED, 20.0)
    assert session.timer() == 21.0
    session.send(SubscriptionStatus(status="error", channelName="ownTrades"), 20.0)
    assert session.timer() == 21.0
    session.send(SubscriptionStatus(status="unsubscribed", channelName="ownTrades"), 20.0)

    assert session.timer() == 80.0


SINGLE = '{"event":"cancelOrder","txid":"17","cl_ord_id":"mine","token":"secret token"}'


def test_a_single_id_may_be_given_for_a_list() -> None:
    """By the option; an amendment's id is no list in any case."""
    read = ServerSession(0.0, accept_single_ids=True).receive
    amend = '{"event":"amendOrder","txid":"17","volume":"1","reqid":1.5}'

    assert isinstance(ServerSession(0.0).receive(SINGLE, 1.0), FrameError)
    assert read(SINGLE, 1.0) == (CancelOrder(txid=("17",), cl_ord_id=("mine",)), TOKEN)
    assert isinstance(read(amend, 1.0), FrameError)


@pytest.mark.parametrize("reqid", ['"3"', "3.5", "true", "[]", "{}"])
def test_a_reqid_that_is_none_may_be_passed_over(reqid: str) -> None:
    """By the option; numbers elsewhere are refused as before."""
    text = f'{{"event":"ping","reqid":{reqid}}}'
    read = ServerSession(0.0, accept_any_reqid=True).receive

    assert isinstance(ServerSession(0.0).receive(text, 1.0), FrameError)
    assert read(text, 1.0) == (Ping(), None)
    assert isinstance(read(NUMBERS, 1.0), FrameError)


def test_a_connection_may_be_silent_for_ever() -> None:
    """One document says so."""
    session = ServerSession(0.0, inactivity_s=math.inf)

    assert session.handle_timer(1e9) == []
    assert session.closing is None


def test_a_channel_of_a_pair_is_a_subscription_of_its_own() -> None:
    """Heartbeats go on until the last one is given up; an error changes nothing."""
    session = ServerSession(0.0)
    pairs = ("ETH/EUR", "XBT/EUR")
    for pair in pairs:
        session.send(SubscriptionStatus(status="subscribed", channelName="book-10", pair=pair), 0.0)
    session.send(SubscriptionStatus(status="error", pair="NO/NO"), 0.0)
    assert session.subscriptions == ["book-10 ETH/EUR", "book-10 XBT/EUR"]
    for pair in pairs:
        assert session.handle_timer(session.timer()) == [HEARTBEAT]
        session.send(SubscriptionStatus(status="unsubscribed", channelName="book-10", pair=pair), 5.0)
    assert session.subscriptions == []
    assert session.handle_timer(7.0) == []
