"""The right form for a price or a volume in another form."""

from __future__ import annotations

import pytest

from runner.batchfile.hints.numbers import (
    decimal_comma_hint,
    distance_hint,
    leverage_hint,
    number_hint,
    refused_hint,
)
from tests.support.for_each import for_each

LIMIT = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "145"}
MARKET = {"pair": "ETH/EUR", "type": "buy", "ordertype": "market"}


@for_each(
    [
        ("volume", "100 EUR", LIMIT, "volume counts ETH; 100 EUR at 145 are 0.68965517: write 0.68965517"),
        ("volume", "100 EUR", LIMIT | {"price": "+2%"}, "volume counts ETH; write how much ETH 100 EUR are"),
        (
            "volume",
            "100 EUR",
            MARKET,
            "volume counts ETH; to spend 100 EUR at market: `volume: 100` with `oflags: viqc`",
        ),
        ("volume", "100 EUR", MARKET | {"oflags": "viqc"}, "write the number alone: 100"),
        ("volume", "1 ETH", MARKET | {"oflags": ["viqc"]}, "volume counts EUR, not ETH: write how much EUR"),
        ("volume", "100 EUR", MARKET | {"type": "sell"}, "volume counts ETH; write how much ETH 100 EUR are"),
        ("volume", "1 BTC", {"pair": "BTC/EUR"}, "write the number alone: 1"),
        (
            "volume",
            "1 ETH",
            {},
            "volume counts the currency before the slash of the pair: write how much of that",
        ),
        ("volume", "2 USD", LIMIT, "volume counts ETH, not USD: write how much ETH"),
        ("volume", "3x", LIMIT, "`leverage: 3` is a separate key; volume counts ETH: write how much"),
        ("price", "145 EUR", {}, "write the number alone: 145, in the currency behind the slash"),
        ("price", "$5", LIMIT, "a price of ETH/EUR is in EUR, not in USD: write it in EUR"),
        ("price", "about 145", LIMIT, "write the number alone: 145"),
        ("price", "\u22123%", LIMIT, 'write "-3%"'),
        ("price", "\u20135", LIMIT, 'write "-5"'),
        ("price", "1k", LIMIT, "write all digits: 1000"),
        ("price", "1m", LIMIT, "write all digits, without a letter behind them"),
        (
            "price",
            "1,500 EUR",
            LIMIT,
            "a number has no comma: write 1500, or 1.500 if the comma is a decimal sign",
        ),
        ("price", "145#limit", LIMIT, "a comment begins with `#` and a blank in front of it"),
        ("price2", "#5", LIMIT, "`#` is for `price` only"),
        ("price", "last - 5", LIMIT, "there is no arithmetic here: write the number"),
        ("price", "nonsense", LIMIT, ""),
    ]
)
def test_a_hint_counts_in_the_currency_of_its_field(
    field: str, text: str, order: dict[str, object], hint: str
) -> None:
    """The order's side decides what a number with a currency means in it."""
    assert number_hint(field, text, order) == hint


@for_each(
    [
        ("price", "1e5", "write 100000"),
        ("price", "-.5", "write -0.5"),
        ("price", "12e34567", "write all digits; there are at most 18 on either side of the point"),
        ("price", "1:30", "write a decimal number"),
        ("id", "12e34567", 'put it in quotes: "12e34567"'),
        ("id", "1e5", 'put it in quotes: "1e5"'),
        ("userref", "007", "write 7"),
        ("starttm", "10:30", "give date, time and offset, such as 2026-11-23T09:00:00Z"),
        ("id", "10:30", 'put it in quotes: "10:30"'),
        ("leverage", "3:1", "write 3"),
        ("deadline", "00:10", "write a number of seconds from 2 to 60"),
        (0, "1e5", 'write 100000, or put it in quotes if it is text: "1e5"'),
    ]
)
def test_a_refused_number_is_a_number_or_a_text_by_its_field(field: str | int, text: str, hint: str) -> None:
    """A name that looks like a number is put in quotes and never turned into another one."""
    assert refused_hint(field, text) == hint


def test_a_leverage_is_a_number_of_times() -> None:
    """Any notation; none means to leave it out."""
    assert {leverage_hint(text) for text in ("3x", "x3", "3:1", "3.0", "3 times", "3X")} == {"write 3"}
    assert leverage_hint("none") == leverage_hint("1x") == "leave it out for an order without leverage"
    assert leverage_hint("50%") == ""


def test_a_distance_has_a_sign() -> None:
    """The one that is wanted, or both where either may be meant."""
    assert distance_hint("-1.5%", "+") == 'write "+1.5%"'
    assert distance_hint("2", "+-") == 'write "+2" or "-2"'
    assert distance_hint("far", "+") == ""


def test_a_decimal_comma_becomes_a_point() -> None:
    """Unless it may have been meant for thousands."""
    assert decimal_comma_hint("volume", "0,25", {}) == "the decimal sign is a point: write 0.25"
    assert decimal_comma_hint("price", "1,500", {}).startswith("a number has no comma: write 1500, or 1.500")


@pytest.mark.parametrize(
    ("field", "text", "hint"),
    [
        ("volume", "1,000 EUR", "volume counts ETH; write how much ETH 1000 or 1.000 EUR are"),
        ("volume", "1.000 EUR", "volume counts ETH; write how much ETH 1.000 or 1000 EUR are"),
        ("volume", "1,000 USD", "volume counts ETH, not USD: write how much ETH"),
        ("volume", "1,000 ETH", "a number has no comma: write 1000, or 1.000 if the comma is a decimal sign"),
        ("price", "1,000 USD", "a price of ETH/EUR is in EUR, not in USD: write it in EUR"),
        ("price", "1.550 EUR", "the point is the decimal sign: write 1.550, or 1550 if it parts thousands"),
        ("price", "0.550 EUR", "write the number alone: 0.550"),
    ],
)
def test_an_amount_that_reads_in_two_ways_keeps_its_currency(field: str, text: str, hint: str) -> None:
    """No number alone is offered that would count something else."""
    assert number_hint(field, text, {"pair": "ETH/EUR", "ordertype": "limit", "price": "145"}) == hint
