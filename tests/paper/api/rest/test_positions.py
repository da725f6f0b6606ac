"""OpenPositions, TradeBalance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import RestError
from runner.paper.exchange.opening import Opening
from tests.paper.builders import NOW, Desk
from tests.paper.margin import LONG, MARKET, SHORT

CASH = Opening(
    balances=(("EUR", "1000"), ("ETH", "1")),
    quotes=(("ETH/EUR", "100.00", "100.10"), ("EUR/USD", "1.25000", "1.25010"), ("ETH/USD", "120", "121")),
)


def desk() -> Desk:
    """A thousand euros and one unit, with the usual fees."""
    return Desk(opening=CASH)


def test_a_position() -> None:
    """What it was when it was opened, how much of it is closed, and when it would roll over."""
    made = desk()
    txid = made.placed(**MARKET | {"volume": "2"})
    made.placed(**SHORT | {"volume": "0.5"})
    made.wait(5 * 3600)
    (position,) = made.exchange.state().positions
    assert made.ask("OpenPositions") == {
        position: {
            "ordertxid": txid,
            "posstatus": "open",
            "pair": "XETHZEUR",
            "time": Decimal(str(NOW)),
            "type": "buy",
            "ordertype": "market",
            "cost": "200.20000",
            "fee": "0.80080",
            "vol": "2.00000000",
            "vol_closed": "0.50000000",
            "margin": "100.10000",
            "terms": "0.0000% per 4 hours",
            "rollovertm": str(int(NOW) + 8 * 3600),
            "misc": "",
            "oflags": "",
        }
    }


def test_calculations() -> None:
    """What remains is worth at the bid, or at the ask for a short one; gains have a sign."""
    made = desk()
    made.placed(**LONG)
    made.quote("110.00", "110.10")
    (row,) = made.ask("OpenPositions", docalcs="true").values()
    assert (row["value"], row["net"]) == ("110.00000", "+9.9000")
    other = desk()
    other.placed(**SHORT)
    other.quote("110.00", "110.10")
    (row,) = other.ask("OpenPositions", docalcs="true").values()
    assert (row["type"], row["value"], row["net"]) == ("sell", "110.10000", "-10.1000")


def test_one_row_for_each_market() -> None:
    """Positions of a pair and side together."""
    made = desk()
    made.placed(**LONG)
    made.placed(**LONG)
    assert made.ask("OpenPositions", consolidation="market", docalcs="true") == [
        {
            "pair": "XETHZEUR",
            "positions": "2",
            "type": "buy",
            "leverage": "2.00000",
            "cost": "200.20000",
            "fee": "0.80080",
            "vol": "2.00000000",
            "vol_closed": "0.00000000",
            "margin": "100.10000",
            "value": "200.00000",
            "net": "-0.2000",
        }
    ]
    with pytest.raises(RestError, match="EGeneral:Invalid arguments:consolidation"):
        made.ask("OpenPositions", consolidation="all")


def test_some_of_them() -> None:
    """By their ids; one that is not there is refused."""
    made = desk()
    assert made.ask("OpenPositions") == {}
    made.placed(**LONG)
    made.placed(**LONG)
    first, second = made.exchange.state().positions
    assert list(made.ask("OpenPositions", txid=second)) == [second]
    assert list(made.ask("OpenPositions", txid=f"{second}, {first}")) == [second, first]
    with pytest.raises(RestError, match="EOrder:Unknown position"):
        made.ask("OpenPositions", txid="TAAAAA-BBBBB-CCCCCC")


def balances(made: Desk, **fields: str) -> Any:
    """The answer of TradeBalance."""
    return made.ask("TradeBalance", **fields)


def test_the_worth_of_an_account() -> None:
    """In dollars, or in another currency; without a position there is no margin level."""
    made = desk()
    made.placed(price="90", volume="2")
    whole = {"eb": "1370.0000", "tb": "1370.0000", "e": "1370.0000", "mf": "1370.0000"}
    nothing = dict.fromkeys(("m", "n", "c", "v"), "0.0000")
    assert balances(made) == whole | nothing | {"uv": "225.0000"}
    assert balances(made, asset="ZEUR")["eb"] == balances(made, asset="EUR")["eb"] == "1096.0000"
    for unknown in ("NONE", ""):
        with pytest.raises(RestError, match="EQuery:Unknown asset"):
            balances(made, asset=unknown)


def test_the_worth_with_a_position() -> None:
    """Margin, cost, value and profit of what is open, and equity as a percentage of the margin."""
    made = desk()
    made.placed(**LONG)
    made.quote("110.00", "110.10")
    answer = balances(made, asset="ZEUR")
    assert [answer[name] for name in ("m", "n", "c", "v")] == ["50.0500", "9.9000", "100.1000", "110.0000"]
    equity = Decimal(answer["e"])
    assert equity == Decimal(answer["tb"]) + Decimal("9.9")
    assert Decimal(answer["mf"]) == equity - Decimal("50.05")
    assert abs(Decimal(answer["ml"]) - equity / Decimal("50.05") * 100) < Decimal("0.02")
