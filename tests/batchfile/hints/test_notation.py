"""Numbers as people write them elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.hints.notation import fits, is_sum, readings, result_of, shown, tidied
from tests.support.for_each import for_each


@for_each(
    [
        ("145", ("145",)),
        ("145,50", ("145.50",)),
        ("0,250", ("0.250",)),
        ("1.000,50", ("1000.50",)),
        ("1,000.50", ("1000.50",)),
        ("1,000,000", ("1000000",)),
        ("1.000.000", ("1000000",)),
        ("1,500", ("1500", "1.500")),
        ("1 000,5", ("1000.5",)),
        ("1'000", ("1000",)),
        ("145,-", ("145",)),
        ("1e5", ("100000",)),
        ("1.5E-8", ("0.000000015",)),
        ("12e34567", ()),
        ("1e400000", ()),
        ("0x10", ("16",)),
        ("007", ("7",)),
        ("0", ()),
        ("0.0", ()),
        ("1_000", ("1000",)),
        ("0_25", ()),
        ("1.2.3", ()),
        ("1,2,3", ()),
        ("1234,567,8", ()),
        ("1" * 19, ()),
        ("abc", ()),
        ("", ()),
        ("1" * 1_000, ()),
    ]
)
def test_a_number_is_read_where_it_can_mean_one_thing(text: str, numbers: tuple[str, ...]) -> None:
    """Two readings where a comma may be either sign, none where it is no number of ours."""
    assert readings(text) == numbers


@given(st.decimals(min_value="0.00000001", max_value=10**17, places=8))
def test_a_number_of_ours_means_itself(number: Decimal) -> None:
    """Thousands may be separated in the English or the German way."""
    english = f"{number:,f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text in (english, german):
        assert len(readings(text)) in (1, 2)
        assert number in map(Decimal, readings(text))


def test_what_surrounds_a_value_is_taken_away() -> None:
    """Odd blanks, quotes of all kinds, a semicolon; digits of other scripts are digits."""
    assert tidied("\u00a0\u201c145\u201d ;") == "145"
    assert tidied("\u0661\u0664\u0665") == "145"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("36 / 145", "0.24827586"),
        ("1/4", "0.25"),
        ("2 * (3 + 4) - 1", "13"),
        ("0.1+0.2", "0.3"),
        ("1 / 0", ""),
        ("1 - 2", ""),
        ("(1 + 2", ""),
        ("1 + ", ""),
        ("2 ** 3", ""),
    ],
)
def test_a_sum_comes_to_a_number_above_nothing(text: str, result: str) -> None:
    """Cut after eight decimals, so that it never comes to more."""
    assert result_of(text) == result


def test_a_number_or_a_time_is_no_sum() -> None:
    """There must be a sign between numbers."""
    assert is_sum("36 / 145")
    assert not any(is_sum(text) for text in ("145", "-5", "+5", "0.97 * last", "1" * 200))


def test_digits_are_counted_on_both_sides_of_the_point() -> None:
    """As many as the format takes, and not all of them zero."""
    assert fits("1" * 18 + "." + "1" * 18)
    assert not any(map(fits, ("1" * 19, "0." + "1" * 19, "0", "0.000")))
    assert shown(Decimal("1E+3")) == "1000"
    assert shown(Decimal("0.2500")) == "0.25"
