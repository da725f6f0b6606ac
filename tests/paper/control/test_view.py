"""The state that the control page gets."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from runner.domain import CloseFrame, FaultAction, FaultRule, MessageRate, Scenario
from runner.paper import Options
from runner.paper.control.price_lines import PriceLines
from runner.paper.control.view import LEVELS_SHOWN, TRADES_SHOWN, view
from runner.paper.options.options import MarketOptions
from runner.paper.scenario.traffic import Traffic
from tests.paper.builders import NOW, Desk


def seen(desk: Desk, pair: str = "", traffic: Traffic | None = None) -> dict[str, Any]:
    """The view, as it is after JSON."""
    lines = PriceLines(desk.exchange.quotes(), NOW)
    content: dict[str, Any] = json.loads(json.dumps(view(desk.exchange, traffic, lines, pair, desk.now)))
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


def test_trades_with_price_and_fee() -> None:
    """The newest first; a fee that was taken in the base currency is shown in it."""
    desk = Desk()
    desk.placed(price="151", volume="2")
    desk.placed(price="151", volume="1", oflags="fcib")
    newest, oldest = seen(desk)["trades"]
    assert oldest | {"id": "", "txid": ""} == {
        "id": "",
        "txid": "",
        "at": NOW,
        "pair": "ETH/EUR",
        "type": "buy",
        "volume": "2",
        "price": "150.20",
        "cost": "300.4",
        "fee": "1.2016",
        "fee_currency": "EUR",
        "maker": False,
    }
    assert (newest["fee"], newest["fee_currency"]) == ("0.004", "ETH")


def test_lists_are_bounded() -> None:
    """However many there are: levels of the book and trades."""
    desk = Desk(options=Options(market=MarketOptions(depth=Decimal(9), levels=LEVELS_SHOWN + 1)))
    for _ in range(TRADES_SHOWN + 1):
        desk.placed(price="151", volume="0.02")
        desk.wait(60)
    page = seen(desk, "ETH/EUR")
    assert (len(page["market"]["bids"]), len(page["trades"])) == (LEVELS_SHOWN, TRADES_SHOWN)


def test_currencies_with_nothing_are_listed_too() -> None:
    """The page hides them on request."""
    desk = Desk()
    desk.placed(type="sell", ordertype="market", price=None, volume="100")
    assert {"asset": "ETH", "balance": "0", "held": ""} in seen(desk)["balances"]


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
