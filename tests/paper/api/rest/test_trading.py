"""The REST calls that trade: requests and answers, and their effect on feeds and record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Permission
from runner.kraken import OpenOrders, RestError, private_call
from runner.paper import Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.options import CancelOptions, RequestOptions
from tests.paper.builders import BARE, NOW, SECRET, Desk, exchange
from tests.support.for_each import for_each

ORDER = {"pair": "ETHEUR", "type": "buy", "ordertype": "limit", "price": "150", "volume": "0.25"}
UNREACHABLE = "OAAAAA-BBBBB-CCCCCC"


def refusal(desk: Desk, call: str, **fields: str) -> str:
    """The one error that a call gets."""
    with pytest.raises(RestError) as caught:
        desk.ask(call, **fields)
    (error,) = caught.value.errors
    return error


def placed(desk: Desk, **fields: str) -> str:
    """The txid of an order by REST."""
    (txid,) = desk.ask("AddOrder", **{**ORDER, **fields})["txid"]
    return str(txid)


def test_the_documents_order() -> None:
    """The shape of the official sample: ``descr`` in two parts, ``txid`` as a list."""
    answer = Desk().ask(
        "AddOrder",
        pair="XBTUSD",
        type="buy",
        ordertype="limit",
        price="9000.1",
        volume="2.1234",
        **{"close[ordertype]": "stop-loss-limit", "close[price]": "8000.0", "close[price2]": "7900.0"},
    )
    assert answer["descr"] == {
        "order": "buy 2.12340000 XBTUSD @ limit 9000.1",
        "close": "close position @ stop loss 8000.0 -> limit 7900.0",
    }
    assert len(answer["txid"]) == 1


@pytest.mark.parametrize("pair", ["ETHEUR", "XETHZEUR", "ETH/EUR"])
def test_any_name_of_a_pair(pair: str) -> None:
    """REST knows three."""
    assert Desk().ask("AddOrder", **{**ORDER, "pair": pair})["txid"]


def test_the_feed_shows_it_and_it_is_kept() -> None:
    """A client on the socket sees what another program does by REST, and so does the next run."""
    desk = Desk()
    desk.exchange.take_record()
    headers, body = private_call("key", SECRET, "/0/private/AddOrder", "77", ORDER)
    reply = desk.exchange.rest(RestCall("POST", "/0/private/AddOrder", headers, body), NOW)
    messages = [delivery.message for delivery in reply.deliveries]
    assert [type(item) for item in messages] == [OpenOrders, OpenOrders]

    again = exchange(opening=BARE)
    again.replay(desk.exchange.take_record())
    assert again.state() == desk.exchange.state()
    assert len(again.state().live) == 1


@pytest.mark.parametrize(
    ("fields", "options", "validated"),
    [
        ({}, Options(), False),
        ({"validate": "true"}, Options(), True),
        ({"validate": "False"}, Options(), False),
        ({"validate": "False"}, Options(requests=RequestOptions(rest_validate_false_validates=True)), True),
    ],
)
def test_validation(fields: dict[str, str], options: Options, validated: bool) -> None:
    """A validated order has no ``txid`` and is in no list."""
    desk = Desk(options=options)
    answer = desk.ask("AddOrder", **ORDER, **fields)
    assert ("txid" not in answer) == validated
    assert bool(desk.ask("OpenOrders")["open"]) != validated
    assert answer["descr"]["order"] == "buy 0.25000000 ETHEUR @ limit 150"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"pair": "NONE"}, "EQuery:Unknown asset pair"),
        ({"volume": "9999"}, "EOrder:Insufficient funds"),
        ({"volume": "0.0001"}, "EOrder:Order minimum not met"),
        ({"trigger": "index"}, "EGeneral:Invalid arguments:Index unavailable"),
        ({"stptype": "cancel-everything"}, "EGeneral:Invalid arguments:stp_type"),
    ],
)
def test_orders_that_are_refused(fields: dict[str, str], error: str) -> None:
    """The errors are those of the WebSocket."""
    assert refusal(Desk(), "AddOrder", **{**ORDER, **fields}) == error


def test_an_order_without_a_type() -> None:
    """A field that is missing is named."""
    fields = {name: text for name, text in ORDER.items() if name != "ordertype"}
    assert refusal(Desk(), "AddOrder", **fields) == "EGeneral:Invalid arguments:ordertype"


def test_what_rest_spells_differently() -> None:
    """Hyphens in ``stptype``, and fields that are about the call alone."""
    assert placed(Desk(), stptype="cancel-newest", trigger="last")


def test_one_is_canceled_by_any_of_its_names() -> None:
    """txid, ``cl_ord_id``, or a user reference, which may name several."""
    desk = Desk()
    assert desk.ask("CancelOrder", txid=placed(desk)) == {"count": 1}
    placed(desk, cl_ord_id="mine")
    assert desk.ask("CancelOrder", cl_ord_id="mine") == {"count": 1}
    for _ in range(4):
        placed(desk, userref="7")
    assert desk.ask("CancelOrder", txid="7") == {"count": 4}
    assert refusal(desk, "CancelOrder", txid="7") == "EOrder:Unknown order"
    assert refusal(desk, "CancelOrder") == "EGeneral:Invalid arguments:txid"
    assert refusal(desk, "CancelOrder", txid="7", cl_ord_id="mine") == "EGeneral:Invalid arguments:txid"


def test_a_cancellation_may_say_that_nothing_is_pending() -> None:
    """By the option, since it is done at once in any case."""
    desk = Desk(options=Options(cancels=CancelOptions(rest_pending=True)))

    assert desk.ask("CancelOrder", txid=placed(desk)) == {"count": 1, "pending": False}


def test_a_batch_is_canceled_over_the_limit_too() -> None:
    """One cancellation by itself is not; the socket and REST fill one counter."""
    desk = Desk()
    over = "EOrder:Rate limit exceeded"
    txids = [placed(desk) for _ in range(50)]
    desk.cancel(txids[0])

    assert refusal(desk, "CancelOrder", txid=txids[1]) == over
    assert desk.cancel(txids[1]) == [over]
    assert desk.ask("CancelOrderBatch", orders=str(txids[1:]).replace("'", '"')) == {"count": 49}
    assert (refusal(desk, "AddOrder", **ORDER), desk.error()) == (over, over)


@pytest.mark.parametrize("form", ["json", "fields"])
def test_a_batch_is_canceled(form: str) -> None:
    """As JSON in one field or as several fields; what is not open is passed over."""
    desk = Desk()
    txids = [placed(desk), UNREACHABLE, placed(desk)]
    fields = {f"orders[{number}]": txid for number, txid in enumerate(txids)}
    if form == "json":
        fields = {"orders": str(txids).replace("'", '"')}
    assert desk.ask("CancelOrderBatch", **fields) == {"count": 2}
    assert refusal(desk, "CancelOrderBatch", **fields) == "EOrder:Unknown order"


@pytest.mark.parametrize("orders", ["", "[]", "7", "[[]]", "[true]", "[" * 5000, '["1"' + ',"1"' * 50 + "]"])
def test_batches_that_are_refused(orders: str) -> None:
    """At least one id and at most 50, and nothing but ids."""
    assert refusal(Desk(), "CancelOrderBatch", orders=orders) == "EGeneral:Invalid arguments:orders"


def test_everything_is_canceled() -> None:
    """Also when there is nothing."""
    desk = Desk()
    placed(desk)
    placed(desk)
    assert desk.ask("CancelAll") == {"count": 2}
    assert desk.ask("CancelAll") == {"count": 0}


@pytest.mark.parametrize("timeout", ["", "-1", "soon", "9" * 10])
def test_a_switch_without_a_time(timeout: str) -> None:
    """Whole seconds."""
    assert refusal(Desk(), "CancelAllOrdersAfter", timeout=timeout) == "EGeneral:Invalid arguments:timeout"


def test_maintenance_refuses_all_of_it() -> None:
    """Placing and canceling alike."""
    desk = Desk()
    txid = placed(desk)
    desk.exchange.set_status("maintenance", NOW)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("AddOrder", ORDER),
        ("CancelOrder", {"txid": txid}),
        ("CancelOrderBatch", {"orders": f'["{txid}"]'}),
        ("CancelAll", {}),
    ]
    assert [refusal(desk, call, **fields) for call, fields in calls] == ["EService:Unavailable"] * 4


@pytest.mark.parametrize(
    ("call", "permission"),
    [("AddOrder", Permission.MODIFY), ("CancelOrder", Permission.CANCEL), ("CancelAll", Permission.CANCEL)],
)
def test_permissions(call: str, permission: Permission) -> None:
    """A key may be allowed to look and not to touch."""
    desk = Desk(permissions=[item for item in Permission if item is not permission])
    assert refusal(desk, call) == "EGeneral:Permission denied"


def test_an_order_is_edited() -> None:
    """The new one has its own id and shows what it is; a reference and flags may change too."""
    desk = Desk()
    txid = placed(desk)
    fields = {"txid": txid, "pair": "ETHEUR", "price": "141", "volume": "0.5", "userref": "7"}
    answer = desk.ask("EditOrder", **fields)
    (live,) = desk.exchange.state().live.values()
    assert answer == {
        "status": "ok",
        "txid": live.txid,
        "originaltxid": txid,
        "volume": "0.50000000",
        "price": "141.00",
        "price2": "0.00",
        "orders_cancelled": 1,
        "descr": {"order": "buy 0.50000000 ETHEUR @ limit 141"},
    }
    assert live.terms.userref == 7
    assert desk.exchange.state().ended[txid].reason == "Order replaced"


def test_an_edit_may_only_be_validated() -> None:
    """Then nothing changes."""
    desk = Desk()
    txid = placed(desk)
    answer = desk.ask("EditOrder", txid=txid, pair="ETHEUR", price="141", validate="true")
    assert answer["originaltxid"] == txid
    assert "txid" not in answer
    assert list(desk.exchange.state().live) == [txid]


EDITS = [
    ({"pair": "ETHEUR", "txid": "OAAAAA-BBBBB-CCCCCC"}, "EOrder:Unknown order"),
    ({"pair": "NONE"}, "EQuery:Unknown asset pair"),
    ({"pair": "ETHEUR", "price": "141.001"}, "EOrder:Tick size check failed"),
    ({"pair": "ETHEUR", "deadline": "2020-01-01T00:00:00Z"}, "EService:Deadline elapsed"),
    ({"pair": "ETHEUR", "deadline": "soon"}, "EGeneral:Invalid arguments:deadline"),
]


@for_each(EDITS)
def test_edits_that_are_refused(fields: dict[str, str], error: str) -> None:
    """With the socket's errors, and with those of a deadline, which the socket does not have."""
    desk = Desk()
    assert refusal(desk, "EditOrder", **{"txid": placed(desk)} | fields) == error


def test_an_order_is_amended() -> None:
    """In place; quantities have other names than on the socket, and the answer is an id alone."""
    desk = Desk()
    txid = placed(desk)
    answer = desk.ask("AmendOrder", txid=txid, order_qty="0.5", limit_price="141", pair="ETHEUR")
    assert list(answer) == ["amend_id"]
    assert answer["amend_id"].startswith("T")
    order = desk.exchange.state().live[txid]
    assert (order.terms.volume, order.terms.limit) == (Decimal("0.5"), Decimal(141))
    assert (
        refusal(desk, "AmendOrder", txid=txid, limit_price="151", post_only="true")
        == "EOrder:Post only order"
    )
    desk.ask("AmendOrder", txid=txid, limit_price="142", post_only="false")
    assert refusal(desk, "AmendOrder", order_qty="1").startswith("EGeneral:Invalid arguments")


def test_what_a_key_needs_to_change_an_order() -> None:
    """Both permissions for an edit, which cancels and places; one of them for an amendment."""
    for missing in (Permission.MODIFY, Permission.CANCEL):
        desk = Desk(permissions=[each for each in Permission if each is not missing])
        assert refusal(desk, "EditOrder") == "EGeneral:Permission denied"
        assert refusal(desk, "AmendOrder") != "EGeneral:Permission denied"
    desk = Desk(permissions=[Permission.WEBSOCKET])
    assert refusal(desk, "AmendOrder") == "EGeneral:Permission denied"
