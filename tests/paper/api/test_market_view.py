"""The market as REST and the feeds both show it."""

from __future__ import annotations

from decimal import Decimal

from runner.paper import Options
from runner.paper.api.market_view import public_side, ticker_of
from runner.paper.exchange.matching_engine import MatchingEngine
from runner.paper.options.options import MarketOptions
from runner.paper.state.instruments import INSTRUMENTS
from tests.paper.builders import BARE, NOW, order

ETH = INSTRUMENTS["ETH/EUR"]


def test_a_side_that_is_used_up() -> None:
    """Zeros, as the exchange shows it; the other side is as it was."""
    engine = MatchingEngine(seed="s", options=Options(market=MarketOptions(depth=Decimal(1))), opening=BARE)
    engine.place(order(ordertype="market", price=None, volume="1"), NOW)
    assert public_side(engine, ETH, "sell", 10) == ()
    ticker = ticker_of(engine, ETH, NOW)
    assert (ticker["a"], ticker["b"]) == (["0.00000", 0, "0.000"], ["150.10000", 1, "1.000"])
    assert (ticker["c"], ticker["t"]) == (["150.20000", "1.00000000"], [1, 1])
