"""The nouns of a batch are frozen values."""

from __future__ import annotations

import pytest

from runner import domain
from runner.domain import FillBarrier, Order, OrderKey, Otherwise, Place, describe_needs


def test_an_order_key_prints_as_it_is_written():
    """The way a batch file refers to an order."""
    assert str(OrderKey("enter", "buy-eth")) == "enter/buy-eth"


def test_nouns_are_frozen_and_equal_by_content():
    """They may be keys, and cannot be changed."""
    first, second = (
        Order(id="a", pair="XBT/USD", type="buy", ordertype="market", volume="0.10", place=Place(1, 2))
        for _ in range(2)
    )
    assert first == second
    assert len({first, second}) == 1
    with pytest.raises(AttributeError):
        first.volume = "0.1"


def test_places_sort_by_line_then_column():
    """As numbers."""
    assert sorted([Place(10, 1), Place(9, 10), Place(9, 2)]) == [Place(9, 2), Place(9, 10), Place(10, 1)]


def test_the_facade_names_what_it_has():
    """Every name of the façade exists, and once."""
    assert len(domain.__all__) == len(set(domain.__all__))
    assert all(hasattr(domain, name) for name in domain.__all__)


def test_needs_in_words() -> None:
    """Names alone, or with what has to be filled; the time in its largest unit."""
    barrier = FillBarrier("sell", 5400, Otherwise.PROCEED, Place(1, 1))
    assert describe_needs(("a", "b"), ()) == "a, b"
    assert describe_needs((), ()) == ""
    words = "a; sell filled within 90m, otherwise proceed"
    assert describe_needs(("a", "sell"), (barrier,)) == words
