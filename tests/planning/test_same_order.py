"""Numbers are compared as numbers, all else as it is written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.planning.same_order import is_same_order

ORDER = {"pair": "ETH/EUR", "type": "buy", "price": "145.50", "volume": "0.25", "cl_ord_id": "a", "reqid": 7}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"price": "145.5"}, True),
        ({"price": "145.500", "volume": "0.250"}, True),
        ({"reqid": 8, "deadline": "2026-11-29T00:00:00.000Z"}, True),
        ({"price2": None}, True),
        ({"price": "145.51"}, False),
        ({"price": "+145.5"}, False),
        ({"price": "145.5%"}, False),
        ({"volume": "2.5"}, False),
        ({"cl_ord_id": "a0"}, False),
        ({"userref": "17"}, False),
        ({"oflags": "post"}, False),
        ({"close[price]": "150.0"}, False),
    ],
)
def test_what_differs_in_meaning_is_another_order(change: dict[str, object], same: bool) -> None:
    """What belongs to one sending alone is left out."""
    assert is_same_order(ORDER, ORDER | change) is same


def test_relative_prices_and_prices_of_a_close_are_numbers_too() -> None:
    """With their sign and their percent."""
    assert is_same_order({"price": "+2.0%"}, {"price": "+2%"})
    assert not is_same_order({"price": "+2.0%"}, {"price": "-2%"})
    assert is_same_order({"close[price]": "10.0"}, {"close[price]": "10"})


@given(
    st.decimals(min_value=0, max_value=10**9, places=6), st.decimals(min_value=0, max_value=10**9, places=6)
)
def test_two_texts_are_the_same_where_their_numbers_are(one: Decimal, other: Decimal) -> None:
    """However many zeros stand at their ends."""
    assert is_same_order({"volume": f"{one:f}"}, {"volume": f"{other:f}"}) is (one == other)
    assert is_same_order({"volume": f"{one:f}"}, {"volume": f"{one:f}00"})
