"""The client's side of a connection: matching, merging, noise, and a token that stays hidden."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.kraken import (
    AddOrderStatus,
    AllCanceled,
    BareError,
    CancelAll,
    CancelOrder,
    CancelOrderStatus,
    CancelReply,
    ClientSession,
    ErrorReply,
    ErrorReported,
    ErrorText,
    ExchangeStatus,
    OpenOrder,
    OrderAccepted,
    OrderChanged,
    OrderRejected,
    OrderValidated,
    OwnTrades,
    Pong,
    Ready,
    Reqids,
    SequenceGap,
    Subscribe,
    SwitchSet,
    SystemStatus,
    TradesSeen,
    Unintelligible,
    encode_reply,
)
from runner.kraken.session.liveness import PING_AFTER_S
from runner.kraken.wire.messages import CancelAllOrdersAfter, Heartbeat
from tests.kraken.builders import CANARY, NOW, WHOLE, add, feed, ready, receive_all, started, status
from tests.support.for_each import for_each

# --- request ids -------------------------------------------------------------------------------


def test_reqids_never_repeat():
    """One allocator gives each number once, by either method."""
    reqids = Reqids()
    assert [reqids.take(), next(reqids), next(iter(reqids)), reqids.take()] == [1, 2, 3, 4]
    assert Reqids(1001).take() == 1001


def test_two_sessions_of_a_run_share_their_reqids():
    """A second connection does not speak with numbers of the first."""
    reqids = Reqids()
    sessions = [ClientSession(Secret("T"), reqids), ClientSession(Secret("T"), reqids)]
    for session in sessions:
        session.start(NOW)
    assert [json.loads(session.outgoing()[0])["reqid"] for session in sessions] == [1, 2]


# --- what is sent ------------------------------------------------------------------------------


def test_the_first_frame_subscribes_to_open_orders():
    """The subscription leaves at once, with its token and the rate counter requested."""
    session = ClientSession(Secret("T"), Reqids())
    assert session.outgoing() == []
    session.start(NOW)
    assert [json.loads(frame) for frame in session.outgoing()] == [
        {
            "event": "subscribe",
            "reqid": 1,
            "subscription": {"name": "openOrders", "ratecounter": True, "token": "T"},
        }
    ]


def test_outgoing_gives_each_frame_once_and_in_order():
    """Many requests leave without a reply between them."""
    session = ready()
    for reqid in (5, 3, 4):
        session.send(add(reqid), NOW)
    session.send(CancelOrder(txid=("B", "A"), reqid=6), NOW)
    frames = [json.loads(frame) for frame in session.outgoing()]
    assert [frame["reqid"] for frame in frames] == [5, 3, 4, 6]
    assert frames[3] == {"event": "cancelOrder", "token": CANARY, "txid": ["B", "A"], "reqid": 6}
    assert session.outgoing() == []


def test_a_reqid_is_needed_and_used_once():
    """Mistakes of ours are assertions: no reqid, the same twice, the subscription's own, a second start."""
    session = ready()
    session.send(add(5), NOW)
    for reqid in (None, 5, 1):
        with pytest.raises(AssertionError):
            session.send(add(reqid), NOW)
    with pytest.raises(AssertionError):
        session.start(NOW)


# --- replies -----------------------------------------------------------------------------------


@given(st.permutations(range(10, 20)), st.data())
def test_replies_are_matched_in_any_order(reqids, data):
    """In any order of replies, each comes out as often as it came, and strangers do not."""
    session = ready()
    for reqid in range(10, 20):
        session.send(add(reqid), NOW)
    strangers = data.draw(st.lists(st.sampled_from([1, 2, 9, 20, 999])))
    replies = [AddOrderStatus(status="ok", txid=f"O{reqid}", reqid=reqid) for reqid in reqids]
    noise = [AddOrderStatus(status="ok", txid="OTHER", reqid=reqid) for reqid in strangers]
    mixed = data.draw(st.permutations([*replies, *noise, *replies]))
    ours = [reply for reply in mixed if reply in replies]
    assert receive_all(session, *mixed) == [OrderAccepted(reply.reqid, reply.txid) for reply in ours]
    assert session.strays == len(noise)


def test_a_reply_to_another_kind_of_request_is_dropped():
    """An addOrderStatus answers no cancelOrder, and the other way round."""
    session = ready()
    session.send(add(5), NOW)
    session.send(CancelOrder(txid=("A",), reqid=6), NOW)
    session.send(CancelAll(reqid=7), NOW)
    crossed = [AddOrderStatus(status="ok", reqid=reqid) for reqid in (6, 7)]
    assert receive_all(session, *crossed, CancelOrderStatus(status="ok", reqid=5)) == []
    assert session.strays == 3
    assert receive_all(session, AddOrderStatus(status="ok", txid="A", reqid=5)) != []


def test_all_replies_of_one_cancel_pass():
    """N ids get N replies under one reqid; counting them is not the session's business."""
    session = ready()
    session.send(CancelOrder(txid=("A", "B", "C"), reqid=5), NOW)
    replies = [
        CancelOrderStatus(status="ok", reqid=5),
        CancelOrderStatus(status="error", errorMessage="EOrder:Unknown order", reqid=5),
        CancelOrderStatus(status="ok", reqid=5),
    ]
    refused = CancelReply(5, ErrorText.of("EOrder:Unknown order"))
    assert receive_all(session, *replies) == [CancelReply(5), refused, CancelReply(5)]
    assert receive_all(session, CancelOrderStatus(status="ok", reqid=6)) == []
    assert session.strays == 1


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (add(5), AddOrderStatus(status="ok", txid="A")),
        (CancelOrder(txid=("A",), reqid=5), CancelOrderStatus(status="ok")),
    ],
    ids=["addOrder", "cancelOrder"],
)
def test_a_reply_without_reqid_is_reported_and_not_guessed(request_, reply):
    """Even when only one request could be meant; and it is no news while nothing could be meant."""
    session = ready()
    assert receive_all(session, reply) == []
    session.send(request_, NOW)
    assert receive_all(session, reply) == [ErrorReported(ErrorText.of("a reply without reqid"))]
    assert session.strays == 2


def test_a_reply_without_reqid_is_noise_once_all_orders_are_answered():
    """Nothing can be lost when nothing is waited for."""
    session = ready()
    session.send(add(5), NOW)
    receive_all(session, AddOrderStatus(status="ok", txid="A", reqid=5))
    assert receive_all(session, AddOrderStatus(status="ok", txid="A")) == []


def test_an_error_without_a_request_passes_and_answers_nothing():
    """After "Exceeded msg rate" the reply may still come, and counts."""
    session = ready()
    session.send(add(5), NOW)
    errors = [
        ErrorReply(errorMessage="Exceeded msg rate", reqid=5),
        BareError(errorMessage="Exceeded msg rate"),
        ErrorReply(errorMessage="Exceeded msg rate", reqid=1),
    ]
    error = ErrorText.of("Exceeded msg rate")
    assert receive_all(session, *errors) == [ErrorReported(error, reqid) for reqid in (5, None, 1)]
    answer = AddOrderStatus(status="ok", txid="A", reqid=5)
    assert receive_all(session, answer) == [OrderAccepted(5, "A")]


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"status": "ok", "txid": "A", "descr": "buy"}, OrderAccepted(5, "A", "buy")),
        ({"status": "ok", "descr": "buy"}, OrderValidated(5, "buy")),
        ({"status": "ok", "txid": "", "descr": "buy"}, OrderValidated(5, "buy")),
        (
            {"status": "error", "errorMessage": "EOrder:Insufficient funds"},
            OrderRejected(5, ErrorText.of("EOrder:Insufficient funds")),
        ),
        ({"status": "error"}, OrderRejected(5, ErrorText.of("no reason given"))),
        ({"status": "wondering", "txid": "A"}, OrderRejected(5, ErrorText.of("no reason given"))),
    ],
)
def test_the_reply_to_an_order_is_one_of_three(fields, event):
    """Nothing but "ok" accepts an order, and only a txid says that it is there."""
    session = ready()
    session.send(add(5), NOW)
    assert receive_all(session, AddOrderStatus(reqid=5, **fields)) == [event]


# --- noise -------------------------------------------------------------------------------------


def test_system_status_passes_each_time():
    """The state of the exchange may change during a run."""
    words = ("online", "maintenance", "online")
    messages = [SystemStatus(status=word) for word in words]
    assert receive_all(started(), *messages) == [ExchangeStatus(word) for word in words]


@for_each(
    [
        encode_reply(Heartbeat()),
        encode_reply(Pong(reqid=5)),
        '{"event":"cancelAllStatus","count":2,"status":"ok","reqid":5}',
        '{"event":"somethingNew","reqid":5}',
        '[[],"executions",{"sequence":77}]',
        "[]",
        "7",
        encode_reply(status("error", subscription={"name": "book", "depth": 42}, pair="XBT/USD")),
        encode_reply(status("error", subscription={"depth": 10}, pair="XBT/USDT", reqid=1)),
        encode_reply(status("error", channelName="openOrders", reqid=99)),
        encode_reply(status("unsubscribed", channelName="ownTrades")),
        encode_reply(status("wondering", channelName="openOrders")),
    ]
)
def test_noise_is_no_event(text):
    """Messages that are not for us change nothing, before the snapshot and after it."""
    session = started()
    assert session.receive(text, NOW) == []
    assert receive_all(session, feed(sequence=1)) == [Ready(())]
    assert session.receive(text, NOW) == []
    assert receive_all(session, feed(("O", WHOLE), sequence=2)) != []
    assert session.timer() == NOW + PING_AFTER_S


def test_trades_are_reported():
    """A message of the ownTrades feed passes as what it holds; a refusal of that feed as no trades."""
    session = started()
    session.send(Subscribe(subscription={"name": "ownTrades", "snapshot": True}, reqid=7), NOW)
    trade = {"pair": "ETH/EUR", "type": "buy", "time": "1560516023.070651"}
    assert receive_all(session, OwnTrades((("T", trade),), 1)) == [TradesSeen((trade,))]
    assert receive_all(session, status("error", subscription={"name": "ownTrades"}, reqid=7)) == [
        TradesSeen(())
    ]


def test_a_garbled_frame_is_reported_without_its_text():
    """An unreadable frame may hold a secret or be very long: only the reason comes out."""
    session = ready()
    assert session.receive(f"{{{CANARY}", NOW) == [Unintelligible("not JSON")]
    lost = session.receive(f'{{"event":"addOrderStatus","status":"ok","txid":["{CANARY}"],"reqid":5}}', NOW)
    assert lost == [Unintelligible("txid has the wrong type", event="addOrderStatus", reqid=5)]
    assert CANARY not in repr(lost)


# --- the feed ----------------------------------------------------------------------------------


def test_the_snapshot_makes_the_session_ready():
    """Confirmed first, then the snapshot: Ready, with the orders in the exchange's order."""
    session = started()
    assert receive_all(session, status("subscribed", channelName="openOrders", reqid=1)) == []
    (event,) = receive_all(session, feed(("B", WHOLE), ("A", {**WHOLE, "userref": 17}), sequence=1))
    assert event.complete
    assert [order.txid for order in event.orders] == ["B", "A"]
    assert session.orders["A"].userref == "17"
    assert session.orders["B"] == OpenOrder.read("B", WHOLE)


def test_the_snapshot_may_come_before_the_confirmation():
    """Then the confirmation starts no wait for what is already there."""
    session = started()
    assert receive_all(session, feed(sequence=1)) == [Ready(())]
    assert receive_all(session, status("subscribed", channelName="openOrders", reqid=1)) == []
    assert session.timer() == NOW + PING_AFTER_S


def test_each_entry_of_an_update_is_an_event_with_the_whole_order():
    """One txid named twice in a message gives two events, each with the order at that point."""
    session = ready()
    receive_all(session, feed(("A", WHOLE), sequence=2))
    events = receive_all(session, feed(("A", {"vol_exec": "0.5"}), ("A", {"status": "closed"}), sequence=3))
    assert [event.order for event in events] == [
        OpenOrder.read("A", {**WHOLE, "vol_exec": "0.5"}),
        OpenOrder.read("A", {**WHOLE, "vol_exec": "0.5", "status": "closed"}),
    ]
    assert session.orders["A"] == events[-1].order


def test_news_of_an_unknown_order_makes_an_entry():
    """A fill may be the first that is heard of an order."""
    session = ready()
    (event,) = receive_all(session, feed(("A", {"vol_exec": "0.5", "userref": 0}), sequence=2))
    assert isinstance(event, OrderChanged)
    assert (event.order.status, str(event.order.executed), event.order.userref) == ("", "0.5", None)


def test_a_gap_is_merge_alike_and_the_news_still_counts():
    """The gap comes before the news of the message that showed it."""
    session = ready()
    events = receive_all(
        session, feed(("A", WHOLE), sequence=3), feed(("A", {"status": "closed"}), sequence=7)
    )
    assert events[0] == SequenceGap(2, 3)
    assert [event.order.status for event in events[1:]] == ["open", "closed"]


@pytest.mark.parametrize("second", [1, 0, 3, -5, 10**40])
def test_any_step_but_one_is_a_gap(second):
    """A repeated number and a step back are as wrong as a missing one."""
    session = ready()
    assert receive_all(session, feed(sequence=second)) == [SequenceGap(2, second)]


def test_a_feed_may_start_anywhere_and_a_message_may_lack_its_number():
    """Only steps are looked at."""
    session = started()
    events = receive_all(session, feed(sequence=234), feed(), feed(sequence=235), feed(sequence=236))
    assert events == [Ready(())]


def test_an_unreadable_snapshot_leaves_the_session_incomplete():
    """Later messages are news and no snapshot."""
    session = started()
    events = session.receive('[[5],"openOrders",{"sequence":1}]', NOW)
    assert [type(event) for event in events] == [Unintelligible, Ready]
    assert not events[1].complete
    assert receive_all(session, feed(("A", WHOLE), sequence=2)) == [OrderChanged(session.orders["A"])]


def test_a_frame_of_an_unknown_kind_may_have_been_the_snapshot():
    """The next message is then no snapshot, unless its number says so."""
    session = started()
    (lost,) = session.receive('[[{"A":{"status":"op', NOW)
    assert lost.event is None
    news = OrderChanged(OpenOrder.read("A", WHOLE))
    assert receive_all(session, feed(("A", WHOLE), sequence=2)) == [SequenceGap(1, 2), news]
    session = started()
    session.receive("{", NOW)
    assert receive_all(session, feed(("A", WHOLE), sequence=1)) == [Ready((OpenOrder.read("A", WHOLE),))]


def test_an_unreadable_update_shows_as_a_gap():
    """Its number is not counted, so the next message misses it."""
    session = ready()
    (lost,) = session.receive('[[5],"openOrders",{"sequence":2}]', NOW)
    assert lost.event == "openOrders"
    assert receive_all(session, feed(sequence=3)) == [SequenceGap(2, 3)]


def test_an_answer_about_all_orders_is_reported_once_and_to_its_request():
    """A stray one is dropped, and so is one of the other kind."""
    session = started()
    session.send(CancelAll(reqid=7), NOW)
    session.send(CancelAllOrdersAfter(timeout=60, reqid=8), NOW)
    answer = '{{"event":"{}","status":"ok","count":2,"reqid":{}}}'
    for text in (answer.format("cancelAllStatus", 8), answer.format("cancelAllStatus", 9)):
        assert session.receive(text, NOW) == []
    assert session.receive(answer.format("cancelAllStatus", 7), NOW) == [AllCanceled(7, 2)]
    assert session.receive(answer.format("cancelAllStatus", 7), NOW) == []
    assert session.receive(answer.format("cancelAllOrdersAfterStatus", 8), NOW) == [SwitchSet(8)]
    assert session.strays == 3
