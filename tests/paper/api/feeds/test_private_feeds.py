"""Subscriptions: snapshots, sequences, and the receivers of each message."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import Permission, Secret
from runner.kraken import OpenOrders, OwnTrades, Subscribe, SubscriptionStatus, Unsubscribe
from runner.paper import Options
from runner.paper.exchange.opening import OPENING
from runner.paper.options.options import FeedOptions
from tests.paper.builders import NOW, Desk, order

OPEN_ORDERS = {"name": "openOrders"}
OWN_TRADES = {"name": "ownTrades"}


def test_a_snapshot_follows_the_confirmation() -> None:
    """All open orders with all their fields, as number one of the sequence."""
    desk = Desk(opening=OPENING, subscribed=False)
    confirmed, snapshot = desk.send(Subscribe(subscription=OPEN_ORDERS, reqid=7))

    assert confirmed == SubscriptionStatus(
        status="subscribed", channelName="openOrders", subscription=OPEN_ORDERS, reqid=7
    )
    assert isinstance(snapshot, OpenOrders)
    assert snapshot.sequence == 1
    assert [txid for txid, _ in snapshot.orders] == [order.txid for order in OPENING.orders]


def test_every_field_of_an_order() -> None:
    """The full object has null where captures have null, and text for every decimal and time."""
    desk = Desk()
    txid = desk.placed(cl_ord_id="mine")
    message = desk.messages[1]

    assert isinstance(message, OpenOrders)
    assert message.orders == (
        (
            txid,
            {
                "avg_price": "0.00000",
                "cl_ord_id": "mine",
                "cost": "0.00000",
                "descr": {
                    "close": None,
                    "leverage": None,
                    "order": "buy 0.25000000 ETH/EUR @ limit 150.00000",
                    "ordertype": "limit",
                    "pair": "ETH/EUR",
                    "price": "150.00000",
                    "price2": "0.00000",
                    "type": "buy",
                },
                "expiretm": None,
                "fee": "0.00000",
                "limitprice": "150.00000",
                "misc": "",
                "oflags": "fciq",
                "opentm": "1700000000.000000",
                "refid": None,
                "starttm": None,
                "status": "pending",
                "stopprice": "0.00000",
                "timeinforce": "GTC",
                "userref": 0,
                "vol": "0.25000000",
                "vol_exec": "0.00000000",
            },
        ),
    )


def test_a_close_is_shown() -> None:
    """The secondary order is in ``contingent`` and, in words, in ``descr``."""
    desk = Desk()
    desk.placed(close_ordertype="stop-loss-limit", close_price="140", close_price2="139", userref="5")
    message = desk.messages[1]

    assert isinstance(message, OpenOrders)
    fields = message.orders[0][1]
    assert fields["contingent"] == {
        "ordertype": "stop-loss-limit",
        "price": "140",
        "price2": "139",
        "oflags": "",
    }
    assert fields["descr"]["close"] == "close position @ stop loss 140 -> limit 139"
    assert fields["userref"] == 5


def test_updates_are_sparse() -> None:
    """After the first, an update says only what changed."""
    desk = Desk()
    desk.placed(userref="5")
    message = desk.messages[2]

    assert isinstance(message, OpenOrders)
    assert message.orders[0][1] == {"status": "open", "userref": 5}


def test_sequences_have_no_gap_and_are_each_subscription_s_own() -> None:
    """Each subscription counts its own messages from one."""
    desk = Desk()
    desk.send(Subscribe(subscription=OWN_TRADES))
    desk.placed(price="151")
    desk.placed(price="151")

    numbers = [message.sequence for message in desk.messages if isinstance(message, OpenOrders)]
    trades = [message.sequence for message in desk.messages if isinstance(message, OwnTrades)]
    assert numbers == list(range(2, 10))
    assert trades == [1, 2, 3]


def test_own_trades() -> None:
    """A fill follows the order's own update; client ids are in updates, not in the snapshot."""
    desk = Desk()
    desk.send(Subscribe(subscription=OWN_TRADES))
    txid = desk.placed("A", price="151", cl_ord_id="mine")
    trade = next(message for message in desk.messages if isinstance(message, OwnTrades) and message.trades)
    desk.send(Unsubscribe(subscription=OWN_TRADES))
    _, snapshot = desk.send(Subscribe(subscription=OWN_TRADES))

    assert desk.table().splitlines()[2:4] == [
        "A - 0.25000000 at 150.20000, 37.55000 + 0.15020",
        "A trade 0.25000000 at 150.20000",
    ]
    trade_id, fields = trade.trades[0]
    assert trade_id.startswith("T")
    assert fields == {
        "cl_ord_id": "mine",
        "cost": "37.55000",
        "fee": "0.15020",
        "margin": "0.00000",
        "ordertxid": txid,
        "ordertype": "limit",
        "pair": "ETH/EUR",
        "postxid": "T" + txid[1:],
        "price": "150.20000",
        "time": "1700000000.000000",
        "type": "buy",
        "userref": 0,
        "vol": "0.25000000",
    }
    assert isinstance(snapshot, OwnTrades)
    assert snapshot.trades[0][1].keys() == fields.keys() - {"cl_ord_id", "userref"}


def test_a_snapshot_of_trades_holds_the_last_fifty() -> None:
    """The latest first."""
    desk = Desk(subscribed=False)
    for _ in range(51):
        desk.placed(ordertype="market", price=None, volume="0.01")
    _, snapshot = desk.send(Subscribe(subscription=OWN_TRADES))

    assert isinstance(snapshot, OwnTrades)
    latest = desk.exchange.state().trades[-1].trade_id
    assert (len(snapshot.trades), snapshot.trades[0][0]) == (50, latest)


@pytest.mark.parametrize("hold_request", [False, "false"])
def test_no_snapshot_of_trades_if_not_wanted(hold_request: Any) -> None:
    """``snapshot`` false gives the confirmation alone."""
    assert len(Desk().send(Subscribe(subscription=OWN_TRADES | {"snapshot": hold_request}))) == 1


def test_an_empty_snapshot_may_be_left_out() -> None:
    """By the option; the first update is number one then."""
    desk = Desk(subscribed=False, options=Options(feeds=FeedOptions(empty_snapshot=False)))

    assert len(desk.send(Subscribe(subscription=OPEN_ORDERS))) == 1
    desk.placed()
    assert [message.sequence for message in desk.messages if isinstance(message, OpenOrders)] == [1, 2]


@pytest.mark.parametrize("hold_request", [True, "true"])
def test_ratecounter(hold_request: Any) -> None:
    """Accepted as a boolean and as the sample's text; the confirmation names the budget."""
    desk = Desk(subscribed=False)
    confirmed = desk.send(Subscribe(subscription=OPEN_ORDERS | {"ratecounter": hold_request}))[0]

    assert isinstance(confirmed, SubscriptionStatus)
    assert confirmed.subscription == {"name": "openOrders", "maxratecount": 60}


def test_other_connections_get_the_change() -> None:
    """A second program of the same account sees the first one's orders, and only until it leaves."""
    desk = Desk()
    desk.exchange.connect(2, NOW)
    desk.exchange.handle(2, Subscribe(subscription=OPEN_ORDERS), desk.token, NOW)

    def connections_served() -> list[int]:
        return [item.connection for item in desk.exchange.handle(1, order(), desk.token, NOW)]

    assert connections_served() == [1, 1, 2, 1, 2]
    desk.exchange.disconnect(2)
    assert connections_served() == [1, 1, 1]


def test_each_connection_gets_what_it_subscribed_to() -> None:
    """Only subscribers of the rate counter get it; the rest is the same, and held once."""
    desk = Desk()
    wished: dict[int, dict[str, Any]] = {2: {}, 3: {"ratecounter": True}, 4: {"ratecounter": True}}
    for connection, hold_request in wished.items():
        desk.exchange.connect(connection, NOW)
        desk.exchange.handle(connection, Subscribe(subscription=OPEN_ORDERS | hold_request), desk.token, NOW)

    deliveries = desk.exchange.handle(1, order(), desk.token, NOW)
    news = [item.message.orders for item in deliveries if isinstance(item.message, OpenOrders)]
    assert [["ratecount" in fields for _, fields in orders] for orders in news[:4]] == [
        [False],
        [False],
        [True],
        [True],
    ]
    assert news[0] is news[1]
    assert news[2] is news[3]
    assert news[2][0][1] == news[0][0][1] | {"ratecount": 1}


REFUSED = [
    (Subscribe(subscription=OPEN_ORDERS), "Already subscribed"),
    (Subscribe(subscription={"name": "books", "depth": 10}), "Subscription name invalid"),
    (Subscribe(subscription={"depth": 10}), "Malformed request"),
    (Unsubscribe(subscription=OWN_TRADES), "Subscription Not Found"),
    (Unsubscribe(subscription={"name": 7}), "Subscription name invalid"),
    (Unsubscribe(subscription={}), "Malformed request"),
]


@pytest.mark.parametrize(("request_", "error"), REFUSED, ids=str)
def test_refused_subscriptions(request_: Any, error: str) -> None:
    """The known texts, from the situations that cause them."""
    (reply,) = Desk().send(request_)

    assert isinstance(reply, SubscriptionStatus)
    assert (reply.status, reply.errorMessage) == ("error", error)


def test_unsubscribe() -> None:
    """After it the feed is silent, and can be subscribed to again."""
    desk = Desk()
    (reply,) = desk.send(Unsubscribe(subscription=OPEN_ORDERS, reqid=4))
    desk.placed()

    assert reply == SubscriptionStatus(
        status="unsubscribed", channelName="openOrders", subscription=OPEN_ORDERS, reqid=4
    )
    assert desk.table() == ""


def test_a_bad_token() -> None:
    """The text differs from that of an order."""
    desk = Desk(subscribed=False)
    (reply,) = desk.send(Subscribe(subscription=OPEN_ORDERS), Secret("stale"))

    assert reply == SubscriptionStatus(
        status="error", errorMessage="ESession:Invalid session", subscription=OPEN_ORDERS
    )


def test_a_missing_permission() -> None:
    """Reported in the reply, and not when connecting."""
    desk = Desk(subscribed=False, permissions=[Permission.WEBSOCKET])
    (reply,) = desk.send(Subscribe(subscription=OPEN_ORDERS))

    assert isinstance(reply, SubscriptionStatus)
    assert reply.errorMessage == "EGeneral:Permission denied"


def test_the_exchange_may_end_a_subscription_by_itself() -> None:
    """Its subscribers are informed, receive no more of it, and may subscribe again."""
    desk = Desk()
    desk.exchange.connect(2, NOW)
    desk.send(Subscribe(subscription=OWN_TRADES))
    deliveries = desk.exchange.end_subscriptions("openOrders", NOW)
    desk.messages.clear()
    desk.placed(price="151")

    assert [(item.connection, item.message) for item in deliveries] == [
        (1, SubscriptionStatus(status="unsubscribed", channelName="openOrders", subscription=OPEN_ORDERS))
    ]
    assert {type(message) for message in desk.messages[1:]} == {OwnTrades}
    (again, _) = desk.send(Subscribe(subscription=OPEN_ORDERS))
    assert isinstance(again, SubscriptionStatus)
    assert again.status == "subscribed"


def test_what_an_order_has_beyond_the_usual() -> None:
    """Times as text with their fractions, leverage in words, flags as a list, the trader's id."""
    desk = Desk()
    desk.placed(
        starttm="+5",
        timeinforce="GTD",
        expiretm="+60",
        leverage="2",
        oflags="post",
        sender_sub_id="desk-7",
        userref="-3",
    )
    message = desk.messages[1]

    assert isinstance(message, OpenOrders)
    fields = message.orders[0][1]
    assert (fields["starttm"], fields["expiretm"]) == ("1700000005.000000", "1700000060.000000")
    assert (fields["oflags"], fields["timeinforce"], fields["userref"]) == ("post,fciq", "GTD", -3)
    assert (fields["descr"]["leverage"], fields["sender_sub_id"]) == ("2:1", "desk-7")
    assert fields["descr"]["order"].endswith("with 2:1 leverage")


def test_a_market_order_is_sent_as_captures_show_it() -> None:
    """Pending in full, open, the fill without a status, closed with the sums and the moment."""
    desk = Desk()
    desk.placed(ordertype="market", price=None)
    updates = [message.orders[0][1] for message in desk.messages if isinstance(message, OpenOrders)]
    sums = {"vol_exec", "cost", "fee", "avg_price", "userref"}

    assert [item.get("status") for item in updates] == ["pending", "open", None, "closed"]
    assert [set(item) for item in updates[1:]] == [
        {"status", "userref"},
        sums,
        sums | {"status", "lastupdated"},
    ]
    nulls = [name for name in ("expiretm", "refid", "starttm") if updates[0][name] is None]
    assert (nulls, updates[0]["descr"]["close"], updates[0]["descr"]["leverage"]) == (
        ["expiretm", "refid", "starttm"],
        None,
        None,
    )
