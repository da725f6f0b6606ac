"""amendOrder: a change in place."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import rfc3339
from runner.kraken import AmendOrder, AmendOrderStatus, OpenOrders
from runner.paper import Options
from runner.paper.options.options import MarketOptions
from tests.paper.builders import NOW, Desk, table
from tests.support.for_each import for_each

INVALID = "EGeneral:Invalid arguments:"
STOP_LIMIT = {"ordertype": "stop-loss-limit", "type": "sell", "price": "140", "price2": "139.5"}
TRAILING = {"ordertype": "trailing-stop", "type": "sell", "price": "+5"}


def amend(desk: Desk, txid: str | None, **fields: Any) -> AmendOrderStatus:
    """The answer to an amendOrder."""
    replies = desk.send(AmendOrder(txid=txid, reqid=4, **fields))
    return next(reply for reply in replies if isinstance(reply, AmendOrderStatus))


def test_the_documents_examples() -> None:
    """The reply repeats the id that was sent, beside a new one."""
    desk = Desk()
    txid = desk.placed()
    first = amend(desk, txid, volume="0.011")
    desk.placed(cl_ord_id="mine", **STOP_LIMIT)
    second = amend(desk, None, cl_ord_id="mine", trigger_price="141")

    assert (first.status, first.txid, first.cl_ord_id, first.reqid) == ("ok", txid, None, 4)
    assert (second.status, second.txid, second.cl_ord_id) == ("ok", None, "mine")
    assert re.fullmatch(r"T[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{6}", first.amend_id or "")
    assert first.amend_id != second.amend_id


def test_news_of_the_feed() -> None:
    """A sparse update of what may have changed, without a status."""
    desk = Desk()
    txid = desk.placed()
    desk.messages.clear()
    amend(desk, txid, volume="0.5", limit_price="149.5")
    message = desk.messages[0] if isinstance(desk.messages[0], OpenOrders) else desk.messages[1]

    assert isinstance(message, OpenOrders)
    ((changed_txid, fields),) = message.orders
    assert changed_txid == txid
    assert "status" not in fields
    assert (fields["vol"], fields["limitprice"]) == ("0.50000000", "149.50000")
    assert (fields["amended"], fields["amend_reason"]) == (True, "User requested")
    assert fields["descr"]["order"] == "buy 0.50000000 ETH/EUR @ limit 149.50000"


def test_fills_and_ids_are_kept() -> None:
    """Unlike with an edit."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.1"))))
    txid = desk.placed(price="151", cl_ord_id="mine")
    amend(desk, txid, limit_price="149")
    order = desk.exchange.state().live[txid]

    assert (order.executed, order.terms.cl_ord_id, order.terms.limit) == (Decimal("0.1"), "mine", 149)


@pytest.mark.parametrize(
    ("fields", "first"),
    [({"volume": "0.2"}, "A"), ({"volume": "0.3"}, "B"), ({"limit_price": "150.00"}, "A")],
)
def test_the_place_in_the_queue(fields: dict[str, str], first: str) -> None:
    """It is kept unless the price changes or the volume grows."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.01"))))
    txid = desk.placed("A")
    desk.placed("B")
    amend(desk, txid, **fields)
    desk.messages.clear()
    desk.quote("149.00", "149.10")

    assert desk.table().splitlines()[0].startswith(f"{first} - 0.01")


def test_a_better_price_may_trade_at_once() -> None:
    """As the taker."""
    desk = Desk()
    txid = desk.placed("A")
    desk.messages.clear()
    amend(desk, txid, limit_price="151")

    assert (
        desk.table().splitlines()[1:]
        == table("""
        A - 0.25000000 at 150.20000, 37.55000 + 0.15020
        A closed 0.25000000 at 150.20000, 37.55000 + 0.15020
    """).splitlines()
    )


def test_below_what_was_executed_the_rest_is_canceled() -> None:
    """The executed part stays."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.1"))))
    txid = desk.placed(price="151")
    assert amend(desk, txid, volume="0.05").status == "ok"
    order = desk.exchange.state().ended[txid]

    assert (order.status, order.executed) == ("canceled", Decimal("0.1"))


def test_a_moved_trigger_may_be_reached() -> None:
    """Then it fires."""
    desk = Desk()
    txid = desk.placed("A", ordertype="stop-loss", type="sell", price="140")
    amend(desk, txid, trigger_price="150.10")

    assert "A closed" in desk.table()


def test_relative_prices_refer_to_the_last_trade() -> None:
    """The opening puts it at 150.10."""
    desk = Desk()
    txid = desk.placed()
    amend(desk, txid, limit_price="-2%")

    assert desk.exchange.state().live[txid].terms.limit == Decimal("147.10")


@pytest.mark.parametrize("hold_request", [True, False])
def test_post_only_comes_and_goes(hold_request: bool) -> None:
    """The flag is set or taken away."""
    desk = Desk()
    txid = desk.placed(oflags=None if hold_request else "post")
    assert amend(desk, txid, post_only=hold_request).status == "ok"

    assert ("post" in desk.exchange.state().live[txid].terms.oflags) is hold_request


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("EOrder:Unknown order", {}, {"txid": "OABCDE-FGHIJ-KLMNOP", "volume": "1"}),
    ("EOrder:Unknown order", {}, {"txid": None, "cl_ord_id": "yours", "volume": "1"}),
    (INVALID + "txid", {}, {"txid": None, "volume": "1"}),
    (INVALID + "txid", {}, {"cl_ord_id": "mine", "volume": "1"}),
    (INVALID + "cl_ord_id", {}, {"txid": None, "cl_ord_id": "é", "volume": "1"}),
    (INVALID + "volume", {}, {}),
    (INVALID + "volume", {}, {"volume": "lots"}),
    (INVALID + "volume", {}, {"volume": "0.000000001"}),
    ("EOrder:Order minimum not met", {}, {"volume": "0.001"}),
    (INVALID + "display_volume", {}, {"display_volume": "0.1"}),
    (INVALID + "limit_price", {}, {"limit_price": "lots"}),
    (INVALID + "limit_price", {}, {"limit_price": "#5"}),
    (
        INVALID + "limit_price",
        {"ordertype": "stop-loss", "type": "sell", "price": "140"},
        {"limit_price": "1"},
    ),
    (INVALID + "trigger_price", {}, {"trigger_price": "140"}),
    (INVALID + "trigger_price", TRAILING, {"trigger_price": "140"}),
    (INVALID + "post_only", STOP_LIMIT, {"post_only": True}),
    ("EOrder:Invalid price", {}, {"limit_price": "-200"}),
    ("EOrder:Tick size check failed", {}, {"limit_price": "149.999"}),
    ("EOrder:Post only order", {"oflags": "post"}, {"limit_price": "151"}),
    ("EOrder:Insufficient funds", {}, {"volume": "1000"}),
    ("EOrder:Insufficient margin", {"leverage": "2"}, {"volume": "5000"}),
    (INVALID + "deadline", {}, {"volume": "1", "deadline": "soon"}),
    ("EService:Deadline elapsed", {}, {"volume": "1", "deadline": rfc3339(NOW - 1)}),
]


@for_each(REFUSED)
def test_refused(error: str, before: dict[str, Any], fields: dict[str, Any]) -> None:
    """Then the order stays as it was."""
    desk = Desk()
    txid = desk.placed(**before)
    state = desk.exchange.state()

    assert amend(desk, **{"txid": txid} | fields).errorMessage == error
    assert desk.exchange.state() == state


@pytest.mark.parametrize(
    ("status", "error"),
    [("cancel_only", "EService:Market in cancel_only mode"), ("maintenance", "EService:Unavailable")],
)
def test_the_state_of_the_exchange(status: str, error: str) -> None:
    """Nothing is amended when nothing may be placed."""
    desk = Desk()
    txid = desk.placed()
    desk.exchange.set_status(status, NOW)

    assert amend(desk, txid, volume="1").errorMessage == error


@pytest.mark.parametrize("pair", ["ETH/EUR", "XBT/USD"])
def test_a_pair_is_passed_over(pair: str) -> None:
    """It matters for what is no cryptocurrency, and nothing else is traded here."""
    desk = Desk()

    assert amend(desk, desk.placed(), volume="0.5", pair=pair).status == "ok"
