"""A session never raises, never shows its token, and loses no reason of the exchange."""

from __future__ import annotations

import json
import pprint

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.kraken import (
    AddOrder,
    AddOrderStatus,
    CancelOrderStatus,
    ClientSession,
    ErrorReported,
    ErrorText,
    OpenOrders,
    OrderChanged,
    Ready,
    Reqids,
    SubscriptionStatus,
    encode_reply,
)
from tests.kraken.builders import CANARY, NOW, WHOLE, add, feed, receive_all, started

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


SUBSCRIPTIONS = st.none() | st.dictionaries(st.sampled_from(["name", "depth"]), SCALARS)


REPLIES = st.one_of(
    st.builds(AddOrderStatus, status=st.text(), reqid=st.none() | st.integers(0, 9)),
    st.builds(CancelOrderStatus, status=st.text(), reqid=st.none() | st.integers(0, 9)),
    st.builds(SubscriptionStatus, status=st.sampled_from(["ok", "error", "?"]), subscription=SUBSCRIPTIONS),
    st.builds(
        OpenOrders,
        st.lists(st.tuples(st.sampled_from("ABC"), st.dictionaries(st.text(max_size=8), SCALARS))).map(tuple),
        st.none() | st.integers(),
    ),
)


NASTY = st.sampled_from(
    [
        "[" * 5_000,
        "NaN",
        '[[{"A":{"vol_exec":NaN}}],"openOrders",{"sequence":1}]',
        '[[{"A":{"vol_exec":"NaN","userref":[0],"status":{}}}],"openOrders",{"sequence":1}]',
        '[[{"A":{"userref":1e99,"descr":[{"a":"\\ud800"}]}}],"openOrders",{"sequence":1}]',
        '[[{"A":' + '{"x":' * 300 + "1" + "}" * 300 + '}],"openOrders",{"sequence":3}]',
        '[[{"\\ud800":{"\\udfff":"\\ud800"}}],"openOrders",{"sequence":' + "9" * 4000 + "}]",
        '{"event":"subscriptionStatus","status":"error","subscription":{"name":{"a":[]}}}',
        '{"event":"addOrderStatus","event":"heartbeat","status":"ok"}',
    ]
)


@given(st.lists(st.text() | REPLIES.map(encode_reply) | NASTY | SCALARS.map(json.dumps), max_size=8))
def test_receive_never_raises(frames):
    """Any message of the exchange gives events that can be looked at."""
    session = started()
    session.send(add(5), NOW)
    for frame in frames:
        for event in session.receive(frame, NOW):
            if isinstance(event, OrderChanged):
                order = event.order
                assert order.executed.is_finite()
                assert isinstance(order.status, str)
                assert order.terminal in (True, False)
                assert isinstance(order.cl_ord_id, str | None)
                assert isinstance(order.userref, str | None)
        session.handle_timer(NOW + 100)
        session.timer()


def test_the_token_is_nowhere_but_in_the_frames():
    """Not in what the session, its requests and its events show of themselves."""
    session = ClientSession(Secret(CANARY), Reqids())
    session.start(NOW)
    order = add(5)
    session.send(order, NOW)
    frames = session.outgoing()
    assert all(CANARY in frame for frame in frames)
    events = [*session.receive(frames[0], NOW), *session.receive(frames[0][:-1], NOW)]
    events += receive_all(session, feed(("A", WHOLE), sequence=1), AddOrderStatus(status="ok", reqid=5))
    shown = [repr(session), str(session), pprint.pformat(vars(session)), repr(order), repr(events)]
    assert [text for text in shown if CANARY in text] == []


def test_a_reply_without_an_id_keeps_its_words() -> None:
    """It answers nothing for certain; what it says is worth knowing."""
    session = ClientSession(Secret("token"), reqids := Reqids())
    session.start(1.0)
    request = AddOrder(pair="ETH/EUR", type="buy", ordertype="market", volume="1", reqid=reqids.take())
    session.send(request, 1.0)
    reply = '{"event":"addOrderStatus","status":"error","errorMessage":"EGeneral:Temporary lockout"}'
    assert session.receive(reply, 2.0) == [
        ErrorReported(ErrorText.of("a reply without reqid: EGeneral:Temporary lockout"))
    ]


def test_a_snapshot_of_a_large_account_is_read():
    """Ten thousand orders, as the exchange writes them, are more than four megabytes."""
    session = started()
    order = WHOLE | {"misc": "", "oflags": "fciq", "starttm": None, "expiretm": None, "cost": "0.00000"}
    order |= {"pad": "x" * 300}
    entries = [{f"O{number:05}-AAAAA-BBBBBB": order | {"userref": number}} for number in range(10_000)]
    text = json.dumps([entries, "openOrders", {"sequence": 1}])
    assert len(text) > 4 * 1024 * 1024
    (event,) = session.receive(text, NOW)
    assert isinstance(event, Ready)
    assert (event.complete, len(event.orders)) == (True, 10_000)
