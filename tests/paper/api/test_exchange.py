"""The exchange from outside: who may ask, what is kept, and that what is kept is enough."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Permission, Secret
from runner.kraken import (
    TOKEN_PATH,
    AddOrderStatus,
    AmendOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    EditOrder,
    Ping,
    Pong,
    SystemStatus,
    parse_envelope,
    token_from,
)
from runner.paper import Options
from runner.paper.api.feeds.delivery import Delivery
from runner.paper.options.options import ConnectionOptions, MarketOptions
from tests.paper.builders import NOW, Desk, exchange, order

STALE = Secret("stale")


def test_the_state_is_sent_on_connect() -> None:
    """Each connection has its own 64-bit connection id."""
    built, other = exchange(), exchange()
    first, second = built.connect(1, NOW)[0].message, built.connect(2, NOW)[0].message

    assert isinstance(first, SystemStatus)
    assert isinstance(second, SystemStatus)
    assert (first.status, first.version) == ("online", "1.9.6")
    assert 0 < (first.connectionID or 0) < 2**64
    assert first.connectionID != second.connectionID
    assert other.connect(1, NOW)[0].message == first


def test_a_change_of_state_is_sent_to_everyone() -> None:
    """Without the connection id, which is in the first message only."""
    desk = Desk()
    desk.exchange.connect(2, NOW)

    deliveries = desk.exchange.set_status("cancel_only", NOW)
    assert [item.connection for item in deliveries] == [1, 2]
    assert deliveries[0].message == SystemStatus(status="cancel_only", version="1.9.6")


def test_an_order_is_ended_by_the_exchange() -> None:
    """The feed shows it with the reason, it is kept for a replay, and happens once."""
    desk = Desk()
    txid = desk.placed()
    deliveries = desk.exchange.end_order(txid, "Insufficient margin", desk.now)
    (message,) = [item.message for item in deliveries]
    ((shown, fields),) = message.orders  # type: ignore[union-attr]
    assert (shown, fields["status"], fields["cancel_reason"]) == (txid, "canceled", "Insufficient margin")
    assert desk.exchange.end_order(txid, "Insufficient margin", desk.now) == []
    expired = desk.placed()
    desk.exchange.end_order(expired, "Expired", desk.now)
    assert desk.exchange.state().ended[expired].status == "expired"
    again = exchange()
    again.replay(json.loads(json.dumps(desk.exchange.take_record())))
    assert again.state() == desk.exchange.state()


def test_ping() -> None:
    """It needs no token."""
    assert exchange_with_one().handle(1, Ping(reqid=42), None, NOW) == [Delivery(1, Pong(reqid=42))]


def exchange_with_one() -> Any:
    """An exchange with connection 1."""
    built = exchange()
    built.connect(1, NOW)
    return built


REQUESTS = [
    order(reqid=1),
    CancelOrder(txid=("1",), reqid=1),
    CancelAll(reqid=1),
    EditOrder(orderid="1", pair="ETH/EUR", reqid=1),
    AmendOrder(txid="1", reqid=1),
    CancelAllOrdersAfter(timeout=60, reqid=1),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda item: str(item.event))
@pytest.mark.parametrize("token", [None, STALE])
def test_requests_need_a_token(request_: Any, token: Secret | None) -> None:
    """Each is answered in its own shape, with its reqid."""
    ((delivery),) = exchange_with_one().handle(1, request_, token, NOW)

    assert delivery.message.event == request_.event + "Status"
    assert (delivery.message.errorMessage, delivery.message.reqid) == ("EAPI:Invalid token", 1)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda item: str(item.event))
def test_requests_need_a_permission(request_: Any) -> None:
    """A key that may only connect may do nothing."""
    (reply,) = Desk(permissions=[Permission.WEBSOCKET]).send(request_)

    assert getattr(reply, "errorMessage", None) == "EGeneral:Permission denied"


def test_an_unused_token_goes_stale() -> None:
    """Used within its lifetime, a token lives with its connection; unused it does not."""
    desk = Desk()
    unused = token_from(parse_envelope(desk.post(TOKEN_PATH)))
    desk.wait(901)

    assert desk.add().status == "ok"
    assert [item for item in desk.send(order(), unused) if isinstance(item, AddOrderStatus)] == [
        AddOrderStatus(status="error", errorMessage="EAPI:Invalid token")
    ]
    desk.exchange.disconnect(1)
    desk.exchange.connect(2, desk.now)
    (delivery,) = desk.exchange.handle(2, order(), desk.token, desk.now)
    assert delivery.message == AddOrderStatus(status="error", errorMessage="EAPI:Invalid token")


def test_what_is_due_is_sent_before_the_answer() -> None:
    """A request that comes after an expiry finds it done, and publishes it."""
    desk = Desk()
    txid = desk.placed("A", timeinforce="GTD", expiretm="+5")
    desk.messages.clear()
    desk.now += 6

    assert desk.cancel(txid) == ["EOrder:Unknown order"]
    assert [type(message).__name__ for message in desk.messages] == ["OpenOrders", "CancelOrderStatus"]


def test_orders_survive_their_connection() -> None:
    """Nothing is canceled when a client goes."""
    desk = Desk()
    txid = desk.placed()
    desk.exchange.disconnect(1)

    assert txid in desk.exchange.state().live


def test_only_changes_are_kept() -> None:
    """Reads, refusals, validations and pings leave no record; changes leave their input, once."""
    desk = Desk()
    desk.send(Ping())
    desk.add(validate="true")
    desk.add(price="0")
    desk.cancel("17")
    desk.ask("OpenOrders")
    desk.wait(60)
    assert desk.exchange.take_record() == []

    desk.placed(reqid=3, timeinforce="GTD", expiretm="+60")
    desk.quote("149.00", "149.10", "ETH/USD")
    desk.wait(60)
    desk.exchange.set_status("cancel_only", desk.now)
    assert [sorted(item) for item in desk.exchange.take_record()] == [
        ["now", "request"],
        ["now", "quote"],
        ["advance", "now"],
        ["now", "status"],
    ]
    assert desk.exchange.take_record() == []


def test_a_record_holds_no_token() -> None:
    """It is the wire's object without the credential."""
    desk = Desk()
    desk.placed(reqid=3)

    assert desk.exchange.take_record() == [
        {
            "now": NOW,
            "request": {
                "event": "addOrder",
                "pair": "ETH/EUR",
                "type": "buy",
                "ordertype": "limit",
                "price": "150",
                "volume": "0.25",
                "reqid": 3,
            },
        }
    ]


def test_replay() -> None:
    """The records, through JSON, build the same state; the exchange then goes on as if it had not stopped."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.1"))))
    desk.placed(price="151", cl_ord_id="mine", starttm="+5")
    desk.placed(userref="7", timeinforce="GTD", expiretm="+60")
    desk.wait(30.25)
    desk.quote("149.00", "149.10")
    desk.wait(30.25)
    desk.cancel("7")
    record = json.loads(json.dumps(desk.exchange.take_record()))

    again = Desk(options=Options(market=MarketOptions(depth=Decimal("0.1"))))
    again.exchange.disconnect(1)
    again.exchange.replay(record)

    assert again.exchange.state() == desk.exchange.state()
    assert again.exchange.take_record() == []
    assert again.exchange.timer() == desk.exchange.timer()
    again.now = desk.now
    again.exchange.connect(2, desk.now)
    there = again.exchange.handle(2, order(), again.token, desk.now)
    assert there[0].message == desk.send(order())[0]


def test_a_reset_begins_again() -> None:
    """As on the first day, with the same account and ids that never were; its record builds that."""
    desk = Desk()
    desk.exchange.set_quote("ETH/EUR", Decimal(1), Decimal(2), NOW, hold=True)
    before = [desk.placed(price="2", volume="1"), desk.placed(price="1", volume="1")]
    desk.exchange.set_status("post_only", NOW)
    account = desk.ask("GetApiKeyInfo")["iban"]
    desk.exchange.reset(NOW)

    assert desk.exchange.state() == exchange().state()
    assert desk.exchange.held == ()
    assert desk.exchange.connect(2, NOW)[0].message.status == "online"
    assert desk.ask("GetApiKeyInfo")["iban"] == account
    desk.keep(desk.exchange.handle(2, order(), token_from(parse_envelope(desk.post(TOKEN_PATH))), NOW))
    assert not set(before) & set(desk.exchange.state().live)

    again = exchange()
    again.replay(json.loads(json.dumps(desk.exchange.take_record())))
    assert again.state() == desk.exchange.state()


def test_a_foreign_record_is_refused() -> None:
    """Replaying what this exchange never wrote is an error, and not silence."""
    with pytest.raises(ValueError, match="not a record"):
        exchange().replay([{"now": NOW, "deposit": {}}])


def test_a_token_may_live_by_a_subscription_alone() -> None:
    """By the option; otherwise by its connection."""
    for subscribed, needs, answer in ((True, True, "ok"), (False, True, "error"), (False, False, "ok")):
        desk = Desk(
            subscribed=subscribed,
            options=Options(connection=ConnectionOptions(token_needs_subscription=needs)),
        )
        assert desk.add().status == "ok"
        desk.wait(901)
        assert desk.add().status == answer
