"""Balance, BalanceEx."""

from __future__ import annotations

from tests.paper.builders import Desk


def test_balances() -> None:
    """BalanceEx says what open orders hold: cost and the higher fee for a buy, volume for a sell."""
    desk = Desk()
    desk.placed()
    desk.placed(type="sell", price="200", volume="2")

    assert desk.ask("Balance")["ZEUR"] == "100000.0000000000"
    assert desk.ask("Balance")["SOL"] == "1000.0000000000"
    assert desk.ask("BalanceEx")["ZEUR"] == {"balance": "100000.0000000000", "hold_trade": "37.6500000000"}
    assert desk.ask("BalanceEx")["XETH"] == {"balance": "100.0000000000", "hold_trade": "2.0000000000"}
