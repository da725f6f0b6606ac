"""Private and public feeds behind one door."""

from __future__ import annotations

from runner.kraken import ChannelData, OpenOrders, Subscribe
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
