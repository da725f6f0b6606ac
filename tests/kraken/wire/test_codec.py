"""Frames to messages and back: what is new passes, what is wrong is a FrameError and nothing else."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.kraken import (
    MAX_FRAME_BYTES,
    AddOrder,
    AddOrderStatus,
    AmendOrder,
    BareError,
    CancelAll,
    CancelAllStatus,
    CancelOrder,
    ChannelData,
    FrameError,
    OpenOrders,
    OwnTrades,
    Ping,
    Pong,
    Subscribe,
    SystemStatus,
    Unsubscribe,
    canonical,
    decode_request,
    encode_reply,
    fields_of,
    message_of,
)
from runner.kraken.wire.codec import decode_news, decode_reply, encode_request
from runner.kraken.wire.messages import Heartbeat, Unknown
from runner.kraken.wire.open_order import OrderNews
from tests.support.for_each import for_each

ORDER = {"pair": "P/Q", "type": "sell", "ordertype": "market"}
TEXTS = st.text(max_size=20)
TYPES = {"str": TEXTS, "bool": st.booleans(), "int": st.integers()}


def messages_of(cls: type) -> st.SearchStrategy:
    """Any message of a class whose fields are texts, booleans and integers, or absent."""
    fields = {}
    for item in msgspec.structs.fields(cls):
        kinds = [TYPES[name] for name in TYPES if name in str(item.type)]
        fields[item.name] = st.one_of(kinds if item.required else [st.none(), *kinds])
    return st.builds(cls, **fields)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
WIRE_NAMES = st.sampled_from(
    [
        *("event", "reqid", "status", "txid", "token", "subscription", "pair", "type", "ordertype"),
        *("openOrders", "addOrder", "addOrderStatus", "cancelOrderStatus", "subscriptionStatus"),
        *("error", "Error", "errorMessage", "systemStatus", "orderid", "timeout", "descr", "userref"),
        *("subscribe", "sequence", "name"),
    ]
)
JSON = st.recursive(
    SCALARS | WIRE_NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WIRE_NAMES | TEXTS, inner, max_size=6),
    max_leaves=12,
)
FEEDS = st.tuples(
    st.lists(st.dictionaries(TEXTS, JSON, max_size=2) | JSON, max_size=3),
    st.sampled_from(["openOrders", "ownTrades", "book"]),
    st.dictionaries(WIRE_NAMES, SCALARS, max_size=2) | JSON,
)
FRAMES = st.text() | (JSON | FEEDS).map(json.dumps)

BUY = AddOrder(pair="XBT/USD", type="buy", ordertype="limit", price="0.10", volume="1", reqid=7)


@given(messages_of(AddOrder), TEXTS)
def test_any_add_order_survives_the_wire(order, token):
    """An order reads back as it was written, digit by digit, and so does its token."""
    assert decode_request(encode_request(order, Secret(token))) == (order, Secret(token))


@given(st.one_of([messages_of(cls) for cls in (AmendOrder, CancelAll, Ping)]))
def test_other_requests_survive_the_wire(request):
    """A request without a token reads back as it was written."""
    assert decode_request(encode_request(request, None)) == (request, None)


@given(st.lists(TEXTS).map(tuple), st.integers())
def test_any_cancel_order_keeps_the_order_of_its_ids(txids, reqid):
    """The ids of one cancelOrder stay in the order given; an empty list stays a list."""
    cancel = CancelOrder(txid=txids, reqid=reqid)
    assert decode_request(encode_request(cancel, None)) == (cancel, None)


@given(st.one_of([messages_of(cls) for cls in (AddOrderStatus, CancelAllStatus, SystemStatus, Pong)]))
def test_any_reply_survives_the_wire(reply):
    """A reply reads back as it was written."""
    assert decode_reply(encode_reply(reply)) == reply


@given(st.lists(st.tuples(TEXTS, st.dictionaries(TEXTS, TEXTS | st.none(), max_size=3))).map(tuple))
def test_a_feed_survives_the_wire(entries):
    """Entries keep their order, also when one order is named twice."""
    for message in (OpenOrders(entries, 5), OwnTrades(entries, 5), OpenOrders(entries, None)):
        assert decode_reply(encode_reply(message)) == message


@given(FRAMES)
def test_no_frame_raises_anything_but_a_frame_error(text):
    """For any input, both readers give a message or a FrameError."""
    for decode in (decode_reply, decode_request):
        with contextlib.suppress(FrameError):
            assert decode(text) is not None


@for_each(
    [
        "",
        "{",
        "NaN",
        '{"event":"pong","reqid":NaN}',
        "[-Infinity]",
        "\ud800",
        '"\\ud800"',
        "\x00",
        "[" * 100_000,
        '{"event":' * 100_000,
        "9" * 10_000,
        "[1e99999999999999999999999]",
        " " * (MAX_FRAME_BYTES + 1),
    ]
)
def test_what_is_not_json_of_the_exchange_is_refused(text):
    """Bombs, numbers that no machine can hold, and broken text end as a FrameError in both readers."""
    for decode in (decode_reply, decode_request):
        with pytest.raises(FrameError):
            decode(text)


@pytest.mark.parametrize(
    ("text", "event", "reqid"),
    [
        ('{"event":"addOrderStatus","reqid":5}', "addOrderStatus", 5),
        ('{"event":"addOrderStatus","status":"ok","reqid":5,"txid":["O"]}', "addOrderStatus", 5),
        ('{"event":"addOrderStatus","status":"ok","reqid":"5"}', "addOrderStatus", None),
        ('{"event":"cancelOrderStatus","status":"ok","reqid":true}', "cancelOrderStatus", None),
        ('{"event":"cancelOrderStatus","status":1,"reqid":9}', "cancelOrderStatus", 9),
        ('[[],"openOrders",{"sequence":"1"}]', "openOrders", None),
        ('[[],"openOrders",{"sequence":true}]', "openOrders", None),
        ('[[1],"openOrders",{"sequence":1}]', "openOrders", None),
        ('[[{"O":null}],"ownTrades",{"sequence":1}]', "ownTrades", None),
    ],
)
def test_a_known_message_with_a_wrong_field_says_which_it_was(text, event, reqid):
    """The error names event and reqid where they can be read, because a reply may be lost in it."""
    with pytest.raises(FrameError) as caught:
        decode_reply(text)
    assert (caught.value.event, caught.value.reqid) == (event, reqid)


@for_each(
    [
        "null",
        "5",
        "[]",
        "{}",
        '{"event":null}',
        '{"event":["pong"]}',
        '{"event":"addOrder"}',
        '{"event":"newThing","reqid":"x"}',
        '{"Error":5}',
        '[{},"openOrders",{"sequence":1}]',
        '[[],"openOrders",1]',
        '[[],"openOrders",{"sequence":1},0]',
        '[0,{"a":["1.0","2"]},"ticker","XBT/USD"]',
        '[[],"executions",{"sequence":1}]',
    ]
)
def test_what_is_new_passes_as_unknown(text):
    """Well-formed JSON that is no message of ours is kept as it is."""
    assert decode_reply(text) == Unknown(json.loads(text))
    assert json.loads(encode_reply(decode_reply(text))) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "reqid"),
    [
        ("[]", None),
        ("{}", None),
        ('{"event":"addOrders","reqid":4}', 4),
        ('{"event":{},"reqid":4}', 4),
        ('{"event":"addOrder","reqid":4,"pair":"XBT/USD","type":"buy"}', 4),
        ('{"event":"addOrder","reqid":4,"pair":"XBT/USD","type":"buy","ordertype":"limit","volume":1}', 4),
        ('{"event":"cancelOrder","reqid":4,"txid":"OABCDE-FGHIJ-KLMNOP"}', 4),
        ('{"event":"cancelOrder","reqid":4,"txid":[17]}', 4),
        ('{"event":"subscribe","reqid":4,"subscription":"openOrders"}', 4),
    ],
)
def test_a_request_that_is_none_is_refused(text, reqid):
    """The exchange's side learns the reqid of what it refuses, where there is one."""
    with pytest.raises(FrameError) as caught:
        decode_request(text)
    assert caught.value.reqid == reqid


def test_the_last_of_two_equal_keys_counts():
    """JSON leaves double keys open; both ends take the last, as most readers do."""
    frame = '{"event":"heartbeat","event":"pong","reqid":1,"reqid":2}'
    assert decode_reply(frame) == Pong(reqid=2)


def test_unknown_keys_of_known_messages_are_let_pass():
    """The exchange may add fields without breaking a client."""
    assert decode_reply('{"event":"heartbeat","since":{"a":1}}') == Heartbeat()


def test_decimals_are_never_binary_floats():
    """A number with a fraction keeps its digits, and goes back onto the wire as text."""
    reply = decode_reply('{"event":"new","fee":0.10}')
    assert reply == Unknown({"event": "new", "fee": Decimal("0.10")})
    assert encode_reply(reply) == '{"event":"new","fee":"0.10"}'


def test_what_json_cannot_hold_is_a_mistake_of_ours():
    """Nothing but JSON's own types and decimals is written."""
    with pytest.raises(TypeError, match="Secret"):
        encode_request(Subscribe(subscription={"token": Secret("canary")}), None)


def test_the_token_is_where_its_event_needs_it():
    """Beside the fields of an order, inside the subscription of a feed, and nowhere in a ping."""
    token = Secret("T")
    feed = {"name": "openOrders"}
    assert json.loads(encode_request(BUY, token))["token"] == "T"
    assert json.loads(encode_request(Ping(), token)) == {"event": "ping"}
    for request in (Subscribe(subscription=feed, reqid=1), Unsubscribe(subscription=feed)):
        written = json.loads(encode_request(request, token))
        assert written["subscription"] == {"name": "openOrders", "token": "T"}
        assert "token" not in written
        assert decode_request(json.dumps(written)) == (request, token)
        assert "token" not in encode_request(request, None)
    assert feed == {"name": "openOrders"}


def test_a_token_that_is_no_text_is_no_token():
    """The exchange's side sees no token rather than a number."""
    assert decode_request('{"event":"cancelAll","token":5}') == (CancelAll(), None)


def test_absent_fields_are_absent_and_close_is_flat():
    """Fields that are None do not appear; the conditional close has its bracketed names."""
    order = AddOrder(pair="P", type="sell", ordertype="market", close_price="9", oflags="", margin=False)
    assert fields_of(order) == {
        "pair": "P",
        "type": "sell",
        "ordertype": "market",
        "oflags": "",
        "margin": False,
        "close[price]": "9",
    }
    assert message_of(order) == {"event": "addOrder", **fields_of(order)}
    assert next(iter(message_of(order))) == "event"


def test_the_canonical_form_of_an_order_is_pinned():
    """Digests are made of it and kept for ever: sorted keys, no spaces, ASCII, neither event nor gaps."""
    order = AddOrder(**ORDER, close_price="9", oflags="", margin=False)
    text = b'{"close[price]":"9","margin":false,"oflags":"","ordertype":"market","pair":"P/Q","type":"sell"}'
    assert canonical(order) == text
    assert b'"cl_ord_id":"\\u00f8","ordertype"' in canonical(AddOrder(**ORDER, cl_ord_id="\u00f8"))


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="\x7f")))
def test_the_canonical_form_is_that_of_the_standard_library(text):
    """With any text of an author, even our own words."""
    for label in (text, '"event":"addOrder",', f'{text}"event":"addOrder",'):
        order = AddOrder(**ORDER, cl_ord_id=label)
        same = json.dumps(fields_of(order), sort_keys=True, separators=(",", ":"))
        assert canonical(order) == same.encode()


def test_replies_have_their_keys_in_alphabetical_order():
    """Captured frames of the exchange do; so do ours."""
    assert encode_reply(AddOrderStatus(status="ok", txid="O", descr="d", reqid=1)) == (
        '{"descr":"d","event":"addOrderStatus","reqid":1,"status":"ok","txid":"O"}'
    )


def test_the_bare_error_keeps_its_form_and_its_reqid():
    """The form without an event is read, and written as it was."""
    bare = decode_reply('{"Error":"Exceeded msg rate","reqid":3}')
    assert bare == BareError(errorMessage="Exceeded msg rate", reqid=3)
    assert json.loads(encode_reply(bare)) == {"Error": "Exceeded msg rate", "reqid": 3}


def test_a_public_channel_is_an_array() -> None:
    """Its id, its parts, its name and its pair; a client without a subscription passes it over."""
    message = ChannelData(7, ({"a": []}, {"b": [], "c": "1"}), "book-10", "XBT/USD")
    text = encode_reply(message)
    assert text == '[7,{"a":[]},{"b":[],"c":"1"},"book-10","XBT/USD"]'
    assert decode_reply(text) == Unknown([7, {"a": []}, {"b": [], "c": "1"}, "book-10", "XBT/USD"])


def test_a_feed_without_a_sequence_is_read():
    """The third element may be missing altogether."""
    assert decode_reply('[[{"O":{"status":"open"}}],"openOrders"]') == OpenOrders(
        (("O", {"status": "open"}),), None
    )


def test_a_token_of_any_other_kind_is_read_past():
    """With any value in place of the token, the request stays the same."""
    for token in ("1e5", "[1]", "{}", "null", "9" * 30):
        assert decode_request(f'{{"event":"cancelAll","token":{token}}}') == (CancelAll(), None)


FED = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["pending", "open", "closed", None, 5]),
        "userref": st.sampled_from([0, 17, "17", None, [1]]),
        "vol": st.sampled_from(["1.50", 2, None, Decimal("0.10"), {}]),
        "descr": st.none()
        | st.fixed_dictionaries({"pair": st.sampled_from(["XBT/EUR", None, 3])})
        | st.text(),
        "fee": st.text(max_size=3) | st.lists(st.integers(), max_size=2),
    },
)


@given(st.lists(st.tuples(st.sampled_from("ABC"), FED), max_size=4).map(tuple), st.none() | st.integers(0, 9))
def test_news_is_the_message_with_less_in_it(orders, sequence):
    """Read at once or by way of the whole message, each entry says the same of its order."""
    text = encode_reply(OpenOrders(orders, sequence))
    whole, news = decode_reply(text), decode_news(text)
    assert news.sequence == sequence
    read = [(txid, entry) for entries in news.orders for txid, entry in entries.items()]
    assert read == [(txid, OrderNews.of(fields)) for txid, fields in whole.orders]


def test_all_but_the_one_feed_is_read_as_ever():
    """Replies, trades, what is new and what cannot be read."""
    trades = '[[{"T":{"pair":"XBT/EUR"}}],"ownTrades",{"sequence":1}]'
    for text in ('{"event":"heartbeat"}', '{"event":"new"}', trades, '[[],"book-10"]'):
        assert decode_news(text) == decode_reply(text)
    for text in ("{", '[[5],"openOrders",{"sequence":1}]', '[[],"openOrders",{"sequence":"1"}]'):
        with pytest.raises(FrameError):
            decode_news(text)
