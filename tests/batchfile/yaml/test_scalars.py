"""The kinds of unquoted scalars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.document.values import NumberText
from runner.batchfile.yaml.scalars import RefusedNumber, refused_number, resolve
from tests.support.for_each import for_each


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("null", None), ("~", None), ("", None)]
)
def test_few_words_mean_more_than_themselves(text: str, value: object) -> None:
    """YAML 1.2 as it is written, in lower case."""
    assert resolve(text) is value


@for_each(
    [
        *("yes", "no", "NO", "on", "off", "True", "NULL", "1a", "a1", "-", "5 EUR", "1,000", "+-5", "1.2.3"),
        *("+2%", "-2%", "+5", "2026-11-22", "2026-11-23T09:00:00Z", "OUEMWD-CUO73-YYCBEK"),
        "6d1b345e-2821-40e2-ad83-4ecb18a06876",
    ]
)
def test_everything_else_is_text(text: str) -> None:
    """Also what YAML 1.1 took for a boolean, and a relative price."""
    value = resolve(text)
    assert value == text
    assert type(value) is str


@pytest.mark.parametrize("text", ["0", "-0", "150", "-10", "0.10", "9857.00", "12345678901234567.891"])
def test_a_plain_number_keeps_its_text(text: str) -> None:
    """It is known to be a number, and not a digit is lost."""
    value = resolve(text)
    assert isinstance(value, NumberText)
    assert value == text


@for_each(
    [
        *("1e5", "1E-8", "-1.5e+3", ".5e1", "1.e5", "1_000", "1_000.5", "0x10", "0X1f", "0o17", "0b11"),
        *(".5", "-.5", "5.", "+5.", "1:30", "12:30:45", "1:30.5", "010", "-007", "00", "00.5"),
        *(".inf", "-.INF", ".nan", ".NaN"),
    ]
)
def test_numbers_that_readers_disagree_about_are_refused(text: str) -> None:
    """With a reason."""
    value = resolve(text)
    assert isinstance(value, RefusedNumber)
    assert text in value.message


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_any_decimal_written_out_is_a_number(number: object) -> None:
    """All digits, a point, perhaps a sign."""
    assert isinstance(resolve(f"{number:f}"), NumberText)


@given(st.text(alphabet="0123456789.+-eExX_:", max_size=12))
def test_a_number_is_read_refused_or_text(text: str) -> None:
    """And what is refused is refused in quotes as well."""
    value = resolve(text)
    assert isinstance(value, RefusedNumber) == (
        refused_number(text) is not None and not isinstance(value, NumberText)
    )
