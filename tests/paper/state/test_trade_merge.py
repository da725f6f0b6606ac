"""Fills of one taker as one trade, or each by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import OwnTrades, Subscribe
from runner.paper import Options
from runner.paper.options.options import MarketOptions
from runner.paper.state.trade_merge import consolidated
from tests.paper.builders import Desk

LADDER = Options(market=MarketOptions(depth=Decimal("0.1"), levels=3))


def trades_shown(hold_request: Any, *, snapshot: bool) -> list[tuple[str, str, str]]:
    """Volume, price and cost of each trade of a market order that goes through three prices."""
    desk = Desk(options=LADDER)
    subscription = {"name": "ownTrades"} | (
        {} if hold_request is None else {"consolidate_taker": hold_request}
    )
    if not snapshot:
        desk.send(Subscribe(subscription=subscription))
    desk.placed(ordertype="market", price=None, volume="0.25")
    if snapshot:
        desk.send(Subscribe(subscription=subscription))
    trades = [
        entry for message in desk.messages if isinstance(message, OwnTrades) for entry in message.trades
    ]
    return sorted((fields["vol"], fields["price"], fields["cost"]) for _, fields in trades)


EACH = [
    ("0.05000000", "150.22000", "7.51100"),
    ("0.10000000", "150.20000", "15.02000"),
    ("0.10000000", "150.21000", "15.02100"),
]
ONE = [("0.25000000", "150.20800", "37.55200")]


@pytest.mark.parametrize("snapshot", [False, True])
@pytest.mark.parametrize(
    ("hold_request", "expected"), [(None, ONE), (True, ONE), (False, EACH), ("false", EACH)]
)
def test_consolidate_taker(hold_request: Any, expected: list[tuple[str, str, str]], snapshot: bool) -> None:
    """One trade unless the subscription says otherwise, in updates and in the snapshot."""
    assert trades_shown(hold_request, snapshot=snapshot) == expected


def test_the_fills_of_a_maker_stay_apart() -> None:
    """And so do those of two takers, and of one at two moments."""
    desk = Desk(options=LADDER)
    desk.placed(price="150", volume="0.25")
    desk.quote("149.00", "149.10")
    desk.placed(ordertype="market", price=None, volume="0.05", type="sell")
    desk.placed(ordertype="market", price=None, volume="0.05", type="sell")
    trades = desk.exchange.state().trades

    assert consolidated(trades) == list(trades)
    assert len(trades) == 5
