"""Percentages as exact fractions of one, and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.document.shares import percent_text, share_of


@pytest.mark.parametrize(
    ("text", "share"),
    [("50%", "0.5"), ("0%", "0"), ("12.50%", "0.125"), ("-0.1%", "-0.001"), ("0.0000000001%", "1E-12")],
)
def test_a_percentage_is_a_fraction(text: str, share: str) -> None:
    """To the last digit."""
    assert share_of(text) == Decimal(share)


@pytest.mark.parametrize("value", ["50", "0.5", "50 %", "1e1%", "", "%", None, 5, "1000%", ".5%"])
def test_all_else_is_none(value: object) -> None:
    """It has been reported by then."""
    assert share_of(value) is None


@given(st.decimals(0, 100, places=10))
def test_what_is_written_is_read(percent: Decimal) -> None:
    """Any share survives the round trip."""
    text = percent_text(percent / 100)
    assert share_of(text) == percent / 100
    assert "E" not in text
