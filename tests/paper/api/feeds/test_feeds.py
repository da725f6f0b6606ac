"""Private and public feeds behind one door."""

from __future__ import annotations

from typing import Any

from runner.domain import Permission
from runner.kraken import ChannelData, OpenOrders, Subscribe, SubscriptionStatus, Unsubscribe
from tests.paper.builders import NOW, Desk


def test_the_account_comes_first() -> None:
    """What an order does is in openOrders before it is in the market."""
    desk = Desk()
    desk.send(Subscribe(subscription={"name": "trade"}, pair=("ETH/EUR",)))
    desk.messages.clear()
    desk.placed(ordertype="market", price=None)
    kinds = [type(message) for message in desk.messages if isinstance(message, OpenOrders | ChannelData)]
    assert kinds == [OpenOrders] * (len(kinds) - 1) + [ChannelData]


def test_a_connection_that_ends_has_none_of_both() -> None:
    """Neither is sent to it afterwards."""
    desk = Desk()
    desk.send(Subscribe(subscription={"name": "trade"}, pair=("ETH/EUR",)))
    desk.exchange.disconnect(1)
    desk.exchange.connect(2, NOW)
    desk.messages.clear()
    desk.quote("100", "101")
    assert desk.messages == []


def statuses(desk: Desk, **fields: Any) -> list[tuple[str, str | None, str | None]]:
    """What giving all up is answered with: status, channel or error, pair."""
    replies = desk.send(Unsubscribe(subscription={"name": "*"}, reqid=7, **fields))
    return [
        (reply.status, reply.channelName or reply.errorMessage, reply.pair)
        for reply in replies
        if isinstance(reply, SubscriptionStatus) and reply.reqid == 7
    ]


def test_everything_is_given_up_at_once() -> None:
    """Of some pairs, or of any and the account's own feeds too; then there is nothing left."""
    desk = Desk()
    for name in ("trade", "book"):
        desk.send(Subscribe(subscription={"name": name}, pair=("ETH/EUR", "XBT/EUR")))
    assert statuses(desk, pair=("XBT/EUR",)) == [
        ("unsubscribed", "trade", "XBT/EUR"),
        ("unsubscribed", "book-10", "XBT/EUR"),
    ]
    assert statuses(desk) == [
        ("unsubscribed", "openOrders", None),
        ("unsubscribed", "trade", "ETH/EUR"),
        ("unsubscribed", "book-10", "ETH/EUR"),
    ]
    assert statuses(desk) == [("error", "Subscription Not Found", None)]
    desk.messages.clear()
    desk.quote("100", "101")
    assert desk.messages == []


def test_nothing_subscribes_to_everything() -> None:
    """The name is for giving up alone, which any key may do."""
    (reply,) = Desk().send(Subscribe(subscription={"name": "*"}))
    assert isinstance(reply, SubscriptionStatus)
    assert reply.errorMessage == "Subscription name invalid"
    assert statuses(Desk(subscribed=False, permissions=[Permission.WEBSOCKET])) == [
        ("error", "Subscription Not Found", None)
    ]
