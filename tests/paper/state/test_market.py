"""Quotes: what an order meets, and who is served first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.paper.state.market import Market, Quote

QUOTE = Quote(
    bid=Decimal(99), ask=Decimal(101), last=Decimal(100), bid_volume=Decimal(2), ask_volume=Decimal(3)
)
CROSSING = [("buy", 100, False), ("buy", 101, True), ("sell", 100, False), ("sell", 99, True)]


@pytest.mark.parametrize(("type", "limit", "crossed"), CROSSING)
def test_crossing(type: str, limit: int, crossed: bool) -> None:
    """A limit at the opposite price trades."""
    assert QUOTE.crossed_by(type, Decimal(limit)) is crossed


def test_both_sides() -> None:
    """A buy meets the ask, a sell the bid, each with its own volume."""
    assert (QUOTE.opposite("buy"), QUOTE.opposite("sell")) == (101, 99)
    assert (QUOTE.on_offer("buy", Decimal(9)), QUOTE.on_offer("sell", Decimal(1))) == (3, 1)


def test_pairs_whose_quotes_have_changed() -> None:
    """By a move or a trade, once each."""
    market = Market(Decimal(3))
    for pair in ("A/B", "C/D", "A/B"):
        market.move(pair, Decimal(99), Decimal(101))
    assert market.take_changed() == ["A/B", "C/D"]
    market.take("C/D", "buy", Decimal(1), Decimal(101))
    assert (market.take_changed(), market.take_changed()) == (["C/D"], [])


def test_trades_use_a_quote_up_and_a_move_renews_it() -> None:
    """The last price is that of the last trade, kept within the quote when it moves."""
    market = Market(Decimal(3))
    market.move("A/B", Decimal(99), Decimal(101))
    assert market.quote("A/B").last == 99
    market.take("A/B", "buy", Decimal(1), Decimal(101))
    market.take("A/B", "sell", Decimal(2), Decimal(99))

    assert market.quote("A/B") == Quote(Decimal(99), Decimal(101), Decimal(99), Decimal(1), Decimal(2))
    market.move("A/B", Decimal(110), Decimal(111))
    assert market.quote("A/B") == Quote(Decimal(110), Decimal(111), Decimal(110), Decimal(3), Decimal(3))


def test_a_market_without_end() -> None:
    """Without a depth no trade uses anything up."""
    market = Market(None)
    market.move("A/B", Decimal(99), Decimal(101))
    market.take("A/B", "buy", Decimal(10**9), Decimal(101))
    market.take("A/B", "sell", Decimal(10**9), Decimal(99))

    assert market.quote("A/B").on_offer("buy", Decimal(10**9)) == 10**9
