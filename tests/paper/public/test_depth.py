"""The public book: the crowd's levels and the account's orders."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.paper.public.depth import Level, crowd_levels, side_of
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.market import Quote
from runner.paper.state.orders import BookedOrder
from tests.paper.builders import booked

ETH = INSTRUMENTS["ETH/EUR"]
ENDLESS = Quote(Decimal("150.10"), Decimal("150.20"), Decimal("150.10"))
SHOWN = Decimal(2000)  # a million smallest orders of 0.002


def resting(limit: str, volume: str = "1", updated: float = 7.0, type: str = "buy") -> BookedOrder:
    """An order of the account in the book."""
    return booked(type=type, limit=Decimal(limit), volume=Decimal(volume), updated=updated)


def side(quote: Quote, type: str, most: int, *own: BookedOrder) -> list[tuple[str, str]]:
    """Prices and volumes of one side."""
    levels = side_of(quote, own, type, instrument=ETH, most=most, moved=5.0)
    return [(f"{level.price:f}", f"{level.volume:f}") for level in levels]


def test_a_crowd_without_end_has_a_price_at_each_tick() -> None:
    """The same volume everywhere, best first, away from the other side."""
    assert side(ENDLESS, "buy", 3) == [("150.10", "2000.000"), ("150.09", "2000.000"), ("150.08", "2000.000")]
    assert side(ENDLESS, "sell", 2) == [("150.20", "2000.000"), ("150.21", "2000.000")]


def test_bids_end_above_zero() -> None:
    """There is no price of nothing."""
    low = Quote(Decimal("0.03"), Decimal("0.04"), Decimal("0.03"))
    assert [price for price, _ in side(low, "buy", 1000)] == ["0.03", "0.02", "0.01"]


def test_a_crowd_with_an_end_shows_what_can_be_traded() -> None:
    """The best price and those behind it; a price that is used up is not in the book."""
    more = ((Decimal("150.21"), Decimal(4)),)
    thin = Quote(Decimal("150.10"), Decimal("150.20"), Decimal("150.10"), Decimal(0), Decimal(3), (), more)
    assert side(thin, "buy", 10) == []
    assert side(thin, "sell", 10) == [("150.20", "3"), ("150.21", "4")]


def test_own_orders_are_in_the_book() -> None:
    """At a price of the crowd they add to it; between its prices they are the best; far away they are seen
    by whoever looks so far."""
    inside, joined, far = resting("150.15"), resting("150.10", "2"), resting("100", "3")
    assert side(ENDLESS, "buy", 3, inside, joined, far) == [
        ("150.15", "1"),
        ("150.10", "2002.000"),
        ("150.09", "2000.000"),
    ]
    assert side(ENDLESS, "buy", 6000, far)[-1] != ("100", "3")
    assert ("100", "3") not in side(ENDLESS, "buy", 10, far)
    thin = Quote(Decimal("150.10"), Decimal("150.20"), Decimal("150.10"), Decimal(1), Decimal(1))
    assert side(thin, "buy", 10, far) == [("150.10", "1"), ("100", "3")]


def test_a_level_has_the_time_of_its_last_change() -> None:
    """That of the crowd's quote, or of an order that came later."""
    levels = side_of(ENDLESS, [resting("150.10")], "buy", instrument=ETH, most=2, moved=5.0)
    assert [level.time for level in levels] == [7.0, 5.0]
    (level, *_) = side_of(ENDLESS, [resting("150.10", updated=3.0)], "buy", instrument=ETH, most=2, moved=5.0)
    assert level == Level(Decimal("150.10"), SHOWN + 1, 5.0)


@given(
    st.lists(st.tuples(st.integers(14000, 15015), st.integers(1, 5)), max_size=6),
    st.integers(1, 40),
    st.one_of(st.none(), st.integers(0, 3)),
)
def test_a_side_is_sorted_and_counts_everything_once(own: list[Any], most: int, volume: int | None) -> None:
    """Whatever rests: falling prices, no empty level, at most so many, and no more than crowd and account."""
    quote = Quote(Decimal("150.10"), Decimal("150.20"), Decimal("150.10"), volume and Decimal(volume), None)
    orders = [resting(f"{price / 100:.2f}", str(size)) for price, size in own]
    levels = side_of(quote, orders, "buy", instrument=ETH, most=most, moved=5.0)
    assert all(better.price > worse.price for better, worse in pairwise(levels))
    assert all(level.volume > 0 for level in levels)
    assert len(levels) <= most
    crowd = dict(islice(crowd_levels(quote, ETH, "buy"), 2000))
    for level in levels:
        mine = sum((order.remaining for order in orders if order.terms.limit == level.price), Decimal(0))
        assert level.volume == crowd.get(level.price, Decimal(0)) + mine
