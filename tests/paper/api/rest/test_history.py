"""OpenOrders, ClosedOrders, QueryOrders: what is found, how it is paged, and how late it is seen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import RestError
from runner.paper import Options
from runner.paper.options.options import MarketOptions, RestOptions
from tests.paper.builders import NOW, Desk


def test_an_open_order() -> None:
    """Times are numbers, the pair has no slash, client ids are echoed."""
    desk = Desk()
    txid = desk.placed(cl_ord_id="mine", expiretm="+60", timeinforce="GTD")

    assert desk.ask("OpenOrders") == {
        "open": {
            txid: {
                "refid": None,
                "userref": None,
                "cl_ord_id": "mine",
                "status": "open",
                "opentm": Decimal("1700000000.0"),
                "starttm": 0,
                "expiretm": Decimal("1700000060.0"),
                "descr": {
                    "pair": "ETHEUR",
                    "type": "buy",
                    "ordertype": "limit",
                    "price": "150.00",
                    "price2": "0.00",
                    "leverage": "none",
                    "order": "buy 0.25000000 ETHEUR @ limit 150",
                    "close": "",
                },
                "vol": "0.25000000",
                "vol_exec": "0.00000000",
                "cost": "0.00000",
                "fee": "0.00000",
                "price": "0.00000",
                "stopprice": "0.00000",
                "limitprice": "150.00000",
                "misc": "",
                "oflags": "fciq",
            }
        }
    }


def test_filters() -> None:
    """By user reference and by client order id, in any of its forms."""
    desk = Desk()
    first = desk.placed(userref="7")
    second = desk.placed(cl_ord_id="6d1b345e-2821-40e2-ad83-4ecb18a06876")

    assert list(desk.ask("OpenOrders", userref="7")["open"]) == [first]
    assert list(desk.ask("OpenOrders", cl_ord_id="6d1b345e282140e2ad834ecb18a06876")["open"]) == [second]
    assert desk.ask("OpenOrders", cl_ord_id="other") == {"open": {}}
    desk.cancel(first, second)
    assert list(desk.ask("ClosedOrders", userref="7")["closed"]) == [first]
    assert list(desk.ask("ClosedOrders", cl_ord_id="6D1B345E-2821-40E2-AD83-4ECB18A06876")["closed"]) == [
        second
    ]


def test_a_canceled_order_that_had_traded_says_so() -> None:
    """By ``partial`` in ``misc``."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.1"))))
    part, none = desk.placed(price="151"), desk.placed()
    desk.cancel(part, none)
    closed = desk.ask("ClosedOrders")["closed"]

    assert (closed[part]["misc"], closed[none]["misc"]) == ("partial", "")


def test_trades_are_listed_on_request() -> None:
    """With their ids, for orders that have traded."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal("0.1"))))
    part, none = desk.placed(price="151"), desk.placed()
    ids = [trade.trade_id for trade in desk.exchange.state().trades]

    found = desk.ask("OpenOrders", trades="true")["open"]
    assert (found[part]["trades"], found[none].get("trades")) == (ids, None)
    assert "trades" not in desk.ask("OpenOrders")["open"][part]
    desk.cancel(part)
    assert desk.ask("ClosedOrders", trades="true")["closed"][part]["trades"] == ids
    assert desk.ask("QueryOrders", txid=part, trades="true")[part]["trades"] == ids


def test_a_closed_order_says_when_and_why() -> None:
    """A filled order has no reason, a canceled one has."""
    desk = Desk()
    filled, canceled = desk.placed(price="151"), desk.placed()
    desk.wait(10)
    desk.cancel(canceled)
    closed = desk.ask("ClosedOrders")

    assert closed["count"] == 2
    assert list(closed["closed"]) == [canceled, filled]
    shown = [
        [closed["closed"][txid][name] for name in ("status", "closetm", "reason", "vol_exec", "price")]
        for txid in (canceled, filled)
    ]
    assert shown == [
        ["canceled", Decimal("1700000010.0"), "User requested", "0.00000000", "0.00000"],
        ["closed", Decimal("1700000000.0"), None, "0.25000000", "150.20000"],
    ]


def test_pages() -> None:
    """Fifty at a time, the latest first; the count is of all."""
    desk = Desk()
    txids = [desk.placed(price="151", volume="0.01") for _ in range(60)][::-1]

    first, rest = desk.ask("ClosedOrders"), desk.ask("ClosedOrders", ofs="50", without_count="true")
    assert (list(first["closed"]), first["count"]) == (txids[:50], 60)
    assert rest.keys() == {"closed"}
    assert list(rest["closed"]) == txids[50:]


RANGES = [
    ({}, "CBA"),
    ({"start": "1700000000"}, "CBA"),
    ({"start": "1700000000", "closetime": "open"}, "CB"),
    ({"start": "1700000110", "closetime": "close"}, "C"),
    ({"end": "1700000110", "closetime": "close"}, "BA"),
    ({"end": "1700000010"}, "BA"),
    ({"start": "A", "closetime": "open"}, "CB"),
    ({"start": "A", "end": "B", "closetime": "close"}, "B"),
    ({"start": "1700000010.5", "end": "1700000100", "closetime": "open"}, "C"),
]


@pytest.mark.parametrize(("fields", "expected"), RANGES, ids=str)
def test_ranges(fields: dict[str, str], expected: str) -> None:
    """``start`` is exclusive and ``end`` inclusive; each is a time or a txid.

    A, B and C are opened at 0, 10, 20 and closed at 100, 110, 120 seconds.
    """
    desk = Desk()
    for name in "ABC":
        desk.placed(name)
        desk.wait(10)
    desk.now = NOW + 100
    txids = {name: txid for txid, name in desk.names.items()}
    for name in "ABC":
        desk.cancel(txids[name])
        desk.wait(10)

    found = desk.ask("ClosedOrders", **{key: txids.get(text, text) for key, text in fields.items()})
    assert "".join(desk.names[txid] for txid in found["closed"]) == expected


def test_query_orders() -> None:
    """Open and closed ones by their txids, narrowed by user reference."""
    desk = Desk()
    first, second = desk.placed(userref="7"), desk.placed(price="151")

    assert list(desk.ask("QueryOrders", txid=f"{second}, {first}")) == [second, first]
    assert list(desk.ask("QueryOrders", txid=f"{second},{first}", userref="7")) == [first]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("QueryOrders", {}, "EGeneral:Invalid arguments:txid"),
    ("QueryOrders", {"txid": ",".join(["O"] * 51)}, "EGeneral:Invalid arguments:txid"),
    ("QueryOrders", {"txid": "OABCDE-FGHIJ-KLMNOP"}, "EOrder:Invalid order"),
    ("OpenOrders", {"userref": "seven"}, "EGeneral:Invalid arguments:userref"),
    ("ClosedOrders", {"cl_ord_id": ""}, "EGeneral:Invalid arguments:cl_ord_id"),
    ("ClosedOrders", {"ofs": "-1"}, "EGeneral:Invalid arguments:ofs"),
    ("ClosedOrders", {"closetime": "never"}, "EGeneral:Invalid arguments:closetime"),
    ("ClosedOrders", {"start": "yesterday"}, "EGeneral:Invalid arguments:start"),
    ("ClosedOrders", {"end": "NaN"}, "EGeneral:Invalid arguments:end"),
]


@pytest.mark.parametrize(("call", "fields", "error"), REFUSED, ids=str)
def test_refused_fields(call: str, fields: dict[str, str], error: str) -> None:
    """A field that cannot be read is named."""
    desk = Desk()
    desk.placed(price="151")

    with pytest.raises(RestError) as caught:
        desk.ask(call, **fields)
    assert caught.value.errors == (error,)


def test_rest_lags_behind_the_socket() -> None:
    """With a lag, recent changes of the feed are not there yet, at any stage of an order's life."""
    desk = Desk(options=Options(rest=RestOptions(lag_s=5.0)))
    txid = desk.placed()

    def seen() -> str:
        live, ended = desk.ask("OpenOrders")["open"], desk.ask("ClosedOrders")["closed"]
        return "open" if txid in live else "closed" if txid in ended else "nowhere"

    assert seen() == "nowhere"
    desk.wait(5)
    assert seen() == "open"
    desk.cancel(txid)
    assert seen() == "open"
    desk.wait(4.9)
    assert seen() == "open"
    desk.wait(0.2)
    assert seen() == "closed"


def test_a_lagging_view_remembers_each_stage() -> None:
    """An order that was scheduled, started and canceled within the lag is seen as it was."""
    desk = Desk(options=Options(rest=RestOptions(lag_s=5.0)))
    txid = desk.placed(starttm="+2")
    desk.wait(4)
    desk.cancel(txid)
    desk.wait(1)

    assert desk.ask("OpenOrders")["open"][txid]["status"] == "pending"
    desk.wait(2)
    assert desk.ask("OpenOrders")["open"][txid]["status"] == "open"
    desk.wait(2)
    assert desk.ask("ClosedOrders")["closed"][txid]["status"] == "canceled"
