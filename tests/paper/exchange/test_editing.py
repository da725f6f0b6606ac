"""editOrder: cancel and replace, as one step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import EditOrder, EditOrderStatus
from runner.paper import Options
from runner.paper.options.options import MarketOptions, OrderOptions
from tests.paper.builders import Desk, table
from tests.support.for_each import for_each

UNKNOWN = "EOrder:Unknown order"
GONE = "OABCDE-FGHIJ-KLMNOP"


def edit(desk: Desk, orderid: str, **fields: Any) -> EditOrderStatus:
    """The answer to an editOrder of an ETH/EUR order."""
    replies = desk.send(EditOrder(**{"orderid": orderid, "pair": "ETH/EUR", "reqid": 3} | fields))
    status = next(reply for reply in replies if isinstance(reply, EditOrderStatus))
    if status.txid and status.originaltxid:
        desk.names[status.txid] = desk.names.get(status.originaltxid, "?") + "'"
    return status


def test_the_documents_example() -> None:
    """The reply names both orders and the new price; the old one ends first, as replaced."""
    desk = Desk()
    txid = desk.placed("A", oflags="post")
    desk.messages.clear()
    status = edit(desk, txid, price="149", volume="0.3", oflags="", newuserref="666")

    assert (status.status, status.originaltxid, status.reqid) == ("ok", txid, 3)
    assert status.descr == "order edited price = 149.00000000"
    (order,) = desk.exchange.state().live.values()
    assert (order.txid, order.terms.userref, order.terms.oflags) == (status.txid, 666, ("fciq",))
    names = {txid: "A", str(status.txid): "B"}
    desk.names = names
    assert desk.table() == table("""
        A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (Order replaced)
        B pending buy 0.30000000 ETH/EUR @ limit 149.00000
        B open
    """)


def test_what_is_not_said_stays() -> None:
    """Flags, user reference, volume and price of the old order."""
    desk = Desk()
    desk.placed(oflags="post", userref="7", timeinforce="GTD", expiretm="+60")
    assert edit(desk, "7", price="149").status == "ok"

    (order,) = desk.exchange.state().live.values()
    assert (order.terms.userref, order.terms.oflags) == (7, ("post", "fciq"))
    assert (order.terms.volume, order.terms.expiretm) == (Decimal("0.25"), desk.now + 60)


def test_the_money_of_the_old_order_is_there_for_the_new_one() -> None:
    """And stays with the old one when the new one is too big."""
    desk = Desk()
    txid = desk.placed(type="sell", price="200", volume="100")
    held = desk.exchange.state().holds

    assert edit(desk, txid, volume="101").errorMessage == "EOrder:Insufficient funds"
    assert desk.exchange.state().holds == held
    assert edit(desk, txid, volume="99").status == "ok"


@pytest.mark.parametrize(("counts", "placed"), [(True, "0.15"), (False, "0.25")])
def test_a_partly_filled_order(counts: bool, placed: str) -> None:
    """The new order has no fills; whether its volume counts the old ones is an option."""
    desk = Desk(
        options=Options(
            market=MarketOptions(depth=Decimal("0.1")), orders=OrderOptions(edit_volume_with_executed=counts)
        )
    )
    txid = desk.placed(price="151", volume="0.25")

    assert edit(desk, txid, volume="0.05").errorMessage == "EGeneral:Invalid arguments:volume"
    assert edit(desk, txid, volume="0.25", price="149").status == "ok"
    (order,) = desk.exchange.state().live.values()
    assert (order.terms.volume, order.executed) == (Decimal(placed), 0)


STOP = {"ordertype": "stop-loss", "type": "sell", "price": "140"}
REFUSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (UNKNOWN, {}, {"orderid": GONE}),
    (UNKNOWN, {}, {"orderid": "17"}),
    (UNKNOWN, {}, {"orderid": "rubbish"}),
    (UNKNOWN, {}, {"pair": "XBT/EUR"}),
    ("EQuery:Unknown asset pair", {}, {"pair": "ETH/JPY"}),
    ("EOrder:Invalid order", STOP, {}),
    ("EOrder:Invalid order", {"close_ordertype": "limit", "close_price": "160"}, {}),
    ("EOrder:Invalid order", {"cl_ord_id": "mine"}, {}),
    ("EGeneral:Invalid arguments:volume", {}, {"volume": "lots"}),
    ("EGeneral:Invalid arguments:price", {}, {"price": "lots"}),
    ("EGeneral:Invalid arguments:oflags", {}, {"oflags": "fast"}),
    ("EGeneral:Invalid arguments:userref", {}, {"newuserref": "fast"}),
    ("EOrder:Order minimum not met", {}, {"volume": "0.001"}),
    ("EOrder:Post only order", {}, {"price": "151", "oflags": "post"}),
]


@for_each(REFUSED)
def test_refused(error: str, before: dict[str, Any], fields: dict[str, Any]) -> None:
    """Then the old order stays as it was."""
    desk = Desk()
    txid = desk.placed(**before)
    state = desk.exchange.state()

    assert edit(desk, **{"orderid": txid} | fields).errorMessage == error
    assert desk.exchange.state() == state


def test_a_user_reference_of_two_orders_names_neither() -> None:
    """It is unknown which one is meant."""
    desk = Desk()
    for _ in range(2):
        desk.placed(userref="7")

    assert edit(desk, "7", price="149").errorMessage == UNKNOWN


def test_validate() -> None:
    """The reply has no new id, and nothing changes."""
    desk = Desk()
    txid = desk.placed()
    state = desk.exchange.state()
    status = edit(desk, txid, price="149", validate=True)

    assert (status.status, status.txid, status.originaltxid) == ("ok", None, txid)
    assert desk.exchange.state() == state


def test_the_new_price_may_trade_at_once() -> None:
    """As any order that comes."""
    desk = Desk()
    edit(desk, desk.placed(), price="151")

    assert desk.exchange.state().live == {}
    assert len(desk.exchange.state().trades) == 1


def test_the_place_in_the_queue_is_lost() -> None:
    """Of two orders at one price the one that was edited comes last, whatever was edited."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.25"))))
    first, second = desk.placed("A"), desk.placed("B")
    assert edit(desk, first, volume="0.2").status == "ok"
    desk.quote("149.90", "150.00")

    assert second in desk.exchange.state().ended
    assert len(desk.exchange.state().live) == 1
