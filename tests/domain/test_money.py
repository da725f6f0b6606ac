"""Prices and volumes keep every digit; whatever is not plain is refused."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Price, amount_text, decimal_text, parse_decimal, parse_price
from tests.support.for_each import for_each

PLAIN = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,12})?", fullmatch=True)
NOT_PLAIN = [
    *("", ".5", "5.", "1e5", "1_000", "0x10", "+1", "-1", "NaN", "Infinity"),
    *(" 1", "1\n", "1,5", "1.2.3", "\N{ARABIC-INDIC DIGIT ONE}", "1:30"),
]
NOT_A_PRICE = [
    *(text for text in NOT_PLAIN if text not in ("+1", "-1")),
    *("+-1", "++1", "5%%", "%5", "+", "+ 1", "5 %", "#"),
]


@given(PLAIN)
def test_a_plain_decimal_keeps_its_digits(text):
    """Trailing zeros included; leading zeros are worth nothing."""
    number = parse_decimal(text)
    assert number == Decimal(text)
    assert f"{number:f}".partition(".")[2] == text.partition(".")[2]


@for_each(NOT_PLAIN)
def test_what_is_not_plain_is_no_decimal(text):
    """Signs, exponents, separators and foreign digits are refused."""
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("text", "price", "relative"),
    [
        ("150", Price("", Decimal(150), False), False),
        ("0.10", Price("", Decimal("0.10"), False), False),
        ("+2%", Price("+", Decimal(2), True), True),
        ("#5", Price("#", Decimal(5), False), True),
        ("-10.5", Price("-", Decimal("10.5"), False), True),
        ("+0", Price("+", Decimal(0), False), True),
        ("2%", Price("", Decimal(2), True), True),
    ],
)
def test_a_price_may_be_relative(text, price, relative):
    """A sign or a percent sign makes it mean something only beside a reference price."""
    assert parse_price(text) == price
    assert parse_price(text).relative is relative


@given(st.sampled_from(["", "+", "-", "#"]), PLAIN, st.booleans())
def test_any_price_reads_back(sign, amount, percent):
    """All combinations of sign, amount and percent are distinct."""
    price = parse_price(f"{sign}{amount}{'%' * percent}")
    assert (price.sign, price.percent, str(price.amount)) == (sign, percent, str(Decimal(amount)))


@for_each(NOT_A_PRICE)
def test_what_is_no_price_is_refused(text):
    """One sign in front, one percent sign behind, a plain number between."""
    with pytest.raises(ValueError, match="not a price"):
        parse_price(text)


@given(st.text(max_size=8))
def test_any_text_is_a_number_or_refused(text):
    """Nothing raises anything else, and nothing gets through that is not ASCII digits."""
    for parse in (parse_decimal, parse_price):
        try:
            parse(text)
        except ValueError:
            continue
        assert text.isascii()
        assert text.strip("+-#%").replace(".", "", 1).isdigit()


@given(st.decimals("-1000000", "1000000", places=12))
def test_decimals_as_text_have_no_exponent_and_no_needless_zeros(value: Decimal) -> None:
    """The text is the number, to ten decimals."""
    text = decimal_text(value)
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]*[1-9])?", text)
    assert abs(Decimal(text) - value) <= Decimal("5e-11")
    assert text != "-0"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("36.25", "EUR", "36.25 EUR"),
        ("1E+3", "EUR", "1,000.00 EUR"),
        ("0.5", "USDT", "0.50 USDT"),
        ("0.00361", "EUR", "0.0036 EUR"),
        ("0.0042", "XBT", "0.0042 XBT"),
        ("0.00000000123", "XBT", "0.0000000012 XBT"),
        ("0", "EUR", "0.00 EUR"),
        ("-5", "XBT", "-5 XBT"),
    ],
)
def test_amounts_are_written_for_people(amount: str, currency: str, text: str) -> None:
    """Cents where there are cents; what is smaller does not become nothing."""
    assert amount_text(Decimal(amount), currency) == text
