"""AddOrderBatch: all of it checked first, then one order after another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.domain import Permission
from runner.kraken import AddOrderStatus, RestError
from runner.paper import LimitOptions, Options
from tests.paper.builders import Desk
from tests.support.for_each import for_each

BUY = {"ordertype": "limit", "type": "buy", "price": "140", "volume": "0.25"}
SELL = BUY | {"type": "sell", "price": "160"}


def batch(desk: Desk, *orders: Any, **fields: str) -> Any:
    """The rows of a batch in the pair of the builder."""
    content = {"pair": "ETHEUR", "orders": json.dumps(orders)} | fields
    return desk.ask("AddOrderBatch", **content)["orders"]


def refusal(desk: Desk, *orders: Any, **fields: str) -> str:
    """The error of a whole batch."""
    with pytest.raises(RestError) as caught:
        batch(desk, *orders, **fields)
    return caught.value.errors[0]


def open_txids(desk: Desk) -> list[str]:
    """What is open."""
    return list(desk.exchange.state().live)


def test_a_row_for_each_order() -> None:
    """In their order: its txid, which is no list, its description, and its close."""
    desk = Desk()
    close = {"ordertype": "stop-loss-limit", "price": "130", "price2": "129"}
    first, second = batch(desk, BUY | {"close": close}, SELL | {"cl_ord_id": "mine"})
    assert [first["txid"], second["txid"]] == open_txids(desk)
    assert first["descr"] == {
        "order": "buy 0.25000000 ETHEUR @ limit 140",
        "close": "close position @ stop loss 130 -> limit 129",
    }
    assert second["descr"] == {"order": "sell 0.25000000 ETHEUR @ limit 160"}


def test_the_form_of_a_form() -> None:
    """Fields with brackets, as the documents' example has them; values of JSON may be no text."""
    fields = {f"orders[{number}][{name}]": text for number in (1, 0) for name, text in BUY.items()}
    fields |= {
        "orders[1][price]": "141",
        "orders[0][close][ordertype]": "limit",
        "orders[0][close][price]": "150",
    }
    desk = Desk()
    first, second = desk.ask("AddOrderBatch", pair="XETHZEUR", **fields)["orders"]
    assert first["descr"]["close"] == "close position @ limit 150"
    assert second["descr"]["order"].endswith("limit 141")
    assert len(batch(Desk(), BUY | {"userref": 7, "reduce_only": False}, BUY | {"volume": "1"})) == 2


def test_what_no_account_could_place_refuses_the_whole() -> None:
    """And nothing is placed."""
    desk = Desk()
    assert refusal(desk, BUY, BUY | {"price": "140.001"}) == "EOrder:Tick size check failed"
    assert refusal(desk, BUY | {"volume": "0.0001"}, BUY) == "EOrder:Order minimum not met"
    assert refusal(desk, BUY, {"type": "buy"}) == "EGeneral:Invalid arguments:ordertype"
    assert open_txids(desk) == []


def test_what_an_account_cannot_place_is_in_its_row() -> None:
    """The others are placed, those after it too."""
    desk = Desk()
    rows = batch(desk, BUY, BUY | {"volume": "5000"}, BUY | {"oflags": "post", "price": "151"}, SELL)
    assert [row.get("error") for row in rows] == [
        None,
        "EOrder:Insufficient funds",
        "EOrder:Post only order",
        None,
    ]
    assert [set(row) for row in rows[1:3]] == [{"error"}] * 2
    assert len(open_txids(desk)) == 2


def test_validation() -> None:
    """Nothing is placed and no row has a txid; ``false`` places."""
    desk = Desk()
    rows = batch(desk, BUY, SELL, validate="true")
    assert rows == [
        {"descr": {"order": "buy 0.25000000 ETHEUR @ limit 140"}},
        {"descr": {"order": "sell 0.25000000 ETHEUR @ limit 160"}},
    ]
    assert open_txids(desk) == []
    assert all("txid" in row for row in batch(desk, BUY, SELL, validate="false"))


def test_a_deadline_is_that_of_each_order() -> None:
    """One that has elapsed refuses the batch."""
    assert refusal(Desk(), BUY, BUY, deadline="2020-01-01T00:00:00Z") == "EService:Deadline elapsed"
    assert len(batch(Desk(), BUY, BUY, deadline="2023-11-14T22:13:40Z")) == 2


@for_each(
    [
        ("[]", "EGeneral:Invalid arguments:orders"),
        (json.dumps([BUY]), "EGeneral:Invalid arguments:orders"),
        (json.dumps([BUY] * 16), "EGeneral:Invalid arguments:orders"),
        ('["a", "b"]', "EGeneral:Invalid arguments:orders"),
        ('{"a": {}}', "EGeneral:Invalid arguments:orders"),
        ("[" * 5000, "EGeneral:Invalid arguments:orders"),
        (json.dumps([BUY, BUY | {"price": {"a": [1]}}]), "EGeneral:Invalid arguments:price"),
    ]
)
def test_batches_that_are_refused(orders: str, error: str) -> None:
    """Two to fifteen orders, and nothing but orders."""
    assert refusal(Desk(), orders=orders) == error


def test_other_refusals() -> None:
    """An unknown pair, and a key that may not do both: place and cancel."""
    assert refusal(Desk(), BUY, BUY, pair="NONE") == "EQuery:Unknown asset pair"
    for missing in (Permission.MODIFY, Permission.CANCEL):
        desk = Desk(permissions=[each for each in Permission if each is not missing])
        assert refusal(desk, BUY, BUY) == "EGeneral:Permission denied"


def test_a_batch_costs_half() -> None:
    """Of the trading counter: sixty on Starter are 120 orders in batches, but for the cap of open orders."""
    options = Options(limits=LimitOptions(untriggered_counts_as_open=False))
    desk = Desk(options=options)
    stop = {"ordertype": "stop-loss", "type": "sell", "price": "100", "volume": "0.01"}
    rows = [row for _ in range(8) for row in batch(desk, *[stop] * 15)]
    assert [row.get("error") for row in rows] == [None] * 120
    assert desk.error() == "EOrder:Rate limit exceeded"


def test_it_is_kept() -> None:
    """Each order on its own, so that a replay places the same ones, without those that were refused."""
    desk = Desk()
    batch(desk, BUY, BUY | {"volume": "5000"}, SELL)
    record = desk.exchange.take_record()
    assert [item["request"]["type"] for item in record] == ["buy", "sell"]
    again = Desk()
    again.exchange.disconnect(1)
    again.exchange.replay(record)
    assert open_txids(again) == open_txids(desk)
    assert isinstance(desk.add(), AddOrderStatus)
