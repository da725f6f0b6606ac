"""Slips of the hand in a number."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.review.looks.slips import Slip, slip
from tests.support.for_each import for_each

NUMBERS = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(99999), places=4).map(
    lambda item: f"{item:f}"
)


@for_each(
    [
        ("145", "1450", Slip.MAGNITUDE),
        ("0.05", "0.005", Slip.MAGNITUDE),
        ("9000", "900.0", Slip.MAGNITUDE),
        ("145", "154", Slip.SWAPPED),
        ("14.5", "15.4", Slip.SWAPPED),
        ("0.25", "0.2", Slip.DIGIT),
        ("145", "45", Slip.DIGIT),
        ("145", "15", Slip.MAGNITUDE),
        ("145", "146", None),
        ("145", "541", None),
        ("145", "145.00", None),
        ("145", "2145", Slip.MAGNITUDE),
        ("+2%", "+20%", None),
        ("0", "1", None),
    ]
)
def test_a_slip_is_known_by_its_digits(meant: str, typed: str, kind: Slip | None) -> None:
    """A digit more or less, two exchanged, the point moved; anything else may be meant."""
    assert slip(meant, typed) is kind


@given(NUMBERS, st.integers(-3, 3).filter(bool))
def test_a_moved_point_is_always_seen(number: str, places: int) -> None:
    """With any number, in any notation."""
    assert slip(number, f"{Decimal(number).scaleb(places):f}") is Slip.MAGNITUDE


@given(NUMBERS, NUMBERS)
def test_a_slip_goes_both_ways(price: str, other_price: str) -> None:
    """The intended and the typed number could be exchanged."""
    assert (slip(price, other_price) is None) == (slip(other_price, price) is None)
