"""A client session at its first steps, and the messages that it receives."""

from __future__ import annotations

from runner.domain import Secret
from runner.kraken import AddOrder, ClientSession, OpenOrders, Ready, Reqids, SubscriptionStatus, encode_reply

NOW = 1_000.0
CANARY = "CANARY-TOKEN"
WHOLE = {"status": "open", "vol": "1", "vol_exec": "0", "descr": {"pair": "XBT/USD", "order": "buy 1"}}


def started(first: int = 1) -> ClientSession:
    """A session that has subscribed to the feed, its frame already written."""
    session = ClientSession(Secret(CANARY), Reqids(first))
    session.start(NOW)
    session.outgoing()
    return session


def ready() -> ClientSession:
    """A session with an empty snapshot: sequence 1 is spent."""
    session = started()
    assert receive_all(session, feed(sequence=1)) == [Ready(())]
    return session


def receive_all(session: ClientSession, *replies, now: float = NOW) -> list:
    """The events of some messages of the exchange, one after another."""
    return [event for reply in replies for event in session.receive(encode_reply(reply), now)]


def feed(*entries, sequence: int | None = None) -> OpenOrders:
    return OpenOrders(entries, sequence)


def add(reqid: int, **fields) -> AddOrder:
    return AddOrder(pair="XBT/USD", type="buy", ordertype="market", volume="1", reqid=reqid, **fields)


def status(word: str, **fields) -> SubscriptionStatus:
    return SubscriptionStatus(status=word, **fields)
