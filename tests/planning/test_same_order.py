"""Two spellings of one order are one order, and one with other terms is another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.planning.same_order import differing_fields, is_same_order
from tests.support.for_each import for_each

ORDER = {"pair": "ETH/EUR", "type": "buy", "price": "145.50", "volume": "0.25", "cl_ord_id": "a", "reqid": 7}


@for_each(
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
    ]
)
def test_what_differs_in_meaning_is_another_order(change: dict[str, object], same: bool) -> None:
    """Fields that belong to one sending alone are left out."""
    assert is_same_order(ORDER, ORDER | change) is same


@pytest.mark.parametrize(
    ("some", "other"),
    [
        ({"oflags": "post,fciq"}, {"oflags": "fciq,post"}),
        ({"oflags": "fciq,nompp"}, {"oflags": "fciq"}),
        ({"oflags": "nompp"}, {}),
        ({"timeinforce": "GTC"}, {}),
        ({"starttm": "0", "expiretm": "0"}, {}),
        ({"stp_type": "cancel_newest"}, {}),
        (
            {"cl_ord_id": "6D1B345E282140E2AD834ECB18A06876"},
            {"cl_ord_id": "6d1b345e-2821-40e2-ad83-4ecb18a06876"},
        ),
    ],
)
def test_defaults_flags_and_ids_may_be_spelled_in_several_ways(
    some: dict[str, object], other: dict[str, object]
) -> None:
    """Else the message would advise a new id, under which the order is placed a second time."""
    assert is_same_order(ORDER | some, ORDER | other)
    assert is_same_order(ORDER | other, ORDER | some)


@pytest.mark.parametrize(
    ("some", "other"),
    [
        ({"oflags": "post,fciq"}, {"oflags": "post"}),
        ({"timeinforce": "IOC"}, {}),
        ({"starttm": "+60"}, {"starttm": "0"}),
        ({"stp_type": "cancel_both"}, {}),
        ({"cl_ord_id": "AbC"}, {"cl_ord_id": "abc"}),
    ],
)
def test_another_flag_time_or_id_is_another_order(some: dict[str, object], other: dict[str, object]) -> None:
    """Only what the exchange takes for the same is the same."""
    assert not is_same_order(ORDER | some, ORDER | other)


def test_the_fields_that_differ_are_named() -> None:
    """Another spelling is not among them."""
    sent = {"price": "145.50", "volume": "1", "oflags": "post,fciq"}
    now = {"price": "145.5", "volume": "2", "oflags": "fciq,post", "userref": "7"}
    assert differing_fields(sent, now) == ["volume", "userref"]


def test_relative_prices_and_prices_of_a_close_are_numbers_too() -> None:
    """With their sign and their percent."""
    assert is_same_order({"price": "+2.0%"}, {"price": "+2%"})
    assert not is_same_order({"price": "+2.0%"}, {"price": "-2%"})
    assert is_same_order({"close[price]": "10.0"}, {"close[price]": "10"})


@given(
    st.decimals(min_value=0, max_value=10**9, places=6), st.decimals(min_value=0, max_value=10**9, places=6)
)
def test_two_texts_are_the_same_where_their_numbers_are(first: Decimal, second: Decimal) -> None:
    """Zeros at the end do not matter."""
    assert is_same_order({"volume": f"{first:f}"}, {"volume": f"{second:f}"}) is (first == second)
    assert is_same_order({"volume": f"{first:f}"}, {"volume": f"{first:f}00"})
