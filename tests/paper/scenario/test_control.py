"""The state that the control page gets, and the commands that a person has there."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import CloseFrame, FaultAction, FaultRule, MessageRate, Scenario, Secret
from runner.kraken import FrameError, Subscribe, SystemStatus, decode_request
from runner.paper import Options
from runner.paper.options.options import MarketOptions
from runner.paper.scenario.control import ControlError, change_status, logged, move_price, view
from runner.paper.scenario.traffic import Traffic
from tests.paper.builders import NOW, Desk


def seen(desk: Desk, pair: str = "", traffic: Traffic | None = None) -> dict[str, Any]:
    """The view, as it is after JSON."""
    content: dict[str, Any] = json.loads(json.dumps(view(desk.exchange, traffic, pair, desk.now)))
    return content


def test_orders_and_their_market() -> None:
    """The pair with the most orders comes first; the book shows the crowd and the account apart."""
    desk = Desk()
    txid = desk.placed(price="149.5", volume="2")
    desk.placed(price="149.5", volume="0.5")
    desk.placed(type="sell", price="151", volume="1", cl_ord_id="mine")
    page = seen(desk)
    assert (page["pair"], page["open"], page["status"]) == ("ETH/EUR", 3, "online")
    assert page["market"]["bids"] == [
        {"price": "150.10", "crowd": "∞", "own": ""},
        {"price": "149.50", "crowd": "", "own": "2.5"},
    ]
    assert page["market"]["asks"][1] == {"price": "151.00", "crowd": "", "own": "1"}
    assert page["orders"][0] | {"opentm": 0} == {
        "txid": txid,
        "pair": "ETH/EUR",
        "type": "buy",
        "descr": "buy 2.00000000 ETHEUR @ limit 149.5",
        "executed": "0.00000000",
        "volume": "2.00000000",
        "share": 0,
        "status": "open",
        "reason": "",
        "id": "",
        "opentm": 0,
    }
    assert page["orders"][2]["id"] == "mine"
    euros = next(balance for balance in page["balances"] if balance["asset"] == "EUR")
    assert (euros["balance"], Decimal(euros["held"])) == ("100000", Decimal("375.245"))


def test_a_person_moves_the_price_and_an_order_fills() -> None:
    """It leaves the open orders and joins those that ended, filled to the last."""
    desk = Desk()
    txid = desk.placed(price="149.5", volume="2")
    assert move_price(desk.exchange, {"pair": "ETH/EUR", "bid": "140", "ask": "140.10"}, NOW)
    page = seen(desk, "ETH/EUR")
    assert (page["orders"], page["market"]["ask"]) == ([], "140.10")
    ended = page["ended"][0]
    assert (ended["txid"], ended["status"], ended["share"]) == (txid, "closed", 100)


def test_a_book_with_depth() -> None:
    """A volume that ends is shown."""
    assert (
        seen(Desk(options=Options(market=MarketOptions(depth=Decimal("1.50")))))["market"]["bids"][0]["crowd"]
        == "1.5"
    )


def test_another_pair_is_shown_on_request() -> None:
    """And one that is not quoted is not."""
    desk = Desk()
    assert seen(desk, "XBT/USD")["market"]["last"] == "9900.0"
    assert seen(desk, "<b>")["pair"] == "XBT/USD"


def test_the_scenario_in_words() -> None:
    """The rules that are always in force, and each rule with its count."""
    scenario = Scenario(
        name="rough",
        latency_s=Decimal("0.05"),
        rest_lag_s=Decimal(30),
        message_rate=MessageRate(per_s=Decimal(5), burst=10),
        close_frame=CloseFrame(code=1013, reason="Market data unavailable"),
        faults=(
            FaultRule(
                on="addOrder",
                act=FaultAction.REJECT,
                error="EOrder:x",
                where=(("pair", "A/B"),),
                chance=Decimal("0.50"),
            ),
            FaultRule(on="pong", act=FaultAction.DELAY, seconds=Decimal(2), times=1),
        ),
    )
    traffic = Traffic(scenario, NOW)
    traffic.rules.match_rule("pong", {})
    assert seen(Desk(), traffic=traffic)["scenario"] == {
        "name": "rough",
        "description": "",
        "always": [
            "latency 0.05 s each way",
            "REST 30 s behind",
            "at most 5 messages a second, 10 at once",
            "connections end by 1013 Market data unavailable",
        ],
        "rules": [
            {
                "text": "addOrder pair=A/B: reject (EOrder:x), 50 % of them",
                "times": "always",
                "hits": 0,
                "exhausted": False,
            },
            {"text": "pong: delay (2 s)", "times": "1 of 1", "hits": 1, "exhausted": True},
        ],
    }


def test_messages_without_tokens() -> None:
    """The frames that came in, those that were not understood, and those that went out."""
    request = Subscribe(subscription={"name": "openOrders"}, reqid=1)
    lines = [
        logged(NOW, 1, (request, Secret("hidden"))),
        logged(NOW, 1, FrameError("no JSON")),
        logged(NOW, 2, SystemStatus(status="online", version="1")),
    ]
    assert [line["way"] for line in lines] == ["in", "in", "out"]
    assert lines[0]["text"] == '{"event": "subscribe", "subscription": {"name": "openOrders"}, "reqid": 1}'
    assert "hidden" not in str(lines)


def test_a_number_with_a_fraction_is_shown_as_text() -> None:
    """A client may write one where the documents know none: the page shows what it said all the same."""
    request, _ = decode_request('{"event":"subscribe","subscription":{"name":"openOrders","depth":1.50}}')
    shown = json.loads(logged(NOW, 1, (request, None))["text"])
    assert shown["subscription"] == {"name": "openOrders", "depth": "1.50"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (None, "pair is missing"),
        ([], "pair is missing"),
        ({"pair": 7}, "pair is missing"),
        ({"pair": "x" * 33}, "pair is missing"),
        ({"pair": "ETH/EUR"}, "bid is missing"),
        ({"pair": "ETH/EUR", "bid": "x", "ask": "1"}, "the bid is no price"),
        ({"pair": "ETH/EUR", "bid": "0", "ask": "1"}, "the bid is no price"),
        ({"pair": "ETH/EUR", "bid": "1", "ask": "9" * 20}, "the ask is no price"),
        ({"pair": "ETH/EUR", "bid": "2", "ask": "2"}, "the ask is not above the bid"),
        ({"pair": "ETH/NIL", "bid": "1", "ask": "2"}, "there is no pair ETH/NIL"),
    ],
)
def test_prices_that_cannot_be(fields: Any, words: str) -> None:
    """They are refused in words, and nothing moves."""
    desk = Desk()
    before = desk.exchange.state().quotes
    with pytest.raises(ControlError, match=words):
        move_price(desk.exchange, fields, NOW)
    assert desk.exchange.state().quotes == before


def test_the_state_of_the_exchange() -> None:
    """It changes, and every connection receives it."""
    desk = Desk()
    deliveries = change_status(desk.exchange, {"status": "cancel_only"}, NOW)
    assert [item.message for item in deliveries] == [SystemStatus(status="cancel_only", version="1.9.6")]
    with pytest.raises(ControlError, match="there is no status closed"):
        change_status(desk.exchange, {"status": "closed"}, NOW)
