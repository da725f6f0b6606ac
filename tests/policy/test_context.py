"""The scope of a rule: scopes, pairs with a star, days and minutes, numbers for people."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.domain import Leg, Only, parse_rfc3339
from runner.policy.context import day_of, display_amount, is_about, matches
from tests.policy.builders import context
from tests.policy.markets import QUOTES

LEG = Leg.of("", "buy", "limit", "145", None)


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("ETH/EUR", True),
        ("*/EUR", True),
        ("ETH/*", True),
        ("*/*", True),
        ("ETH/USD", False),
        ("*/USD", False),
    ],
)
def test_a_star_means_any_currency(pattern: str, matching: bool) -> None:
    """On either side, and never for a part of a name."""
    assert matches("ETH/EUR", (pattern,)) is matching


def test_a_scope_needs_all_of_its_parts() -> None:
    """An empty part leaves nothing out; a given one must hold."""
    assert is_about(Only(), "ETH/EUR", LEG)
    assert is_about(Only(pairs=("*/EUR",), types=("buy",), ordertypes=("limit",)), "ETH/EUR", LEG)
    for narrow in (Only(pairs=("*/USD",)), Only(types=("sell",)), Only(ordertypes=("market",))):
        assert not is_about(narrow, "ETH/EUR", LEG)


def test_a_day_is_a_day_of_utc() -> None:
    """The last second of a day and the first of the next are on two of them."""
    midnight = parse_rfc3339("2026-11-19T00:00:00Z")
    assert day_of(midnight) == day_of(midnight - 0.001) + 1


@pytest.mark.parametrize(
    ("amount", "text"),
    [("5000", "5,000"), ("0.10", "0.1"), ("100", "100"), ("0.000000004", "0"), ("1E+3", "1,000")],
)
def test_amounts_are_shown_without_zeros_at_their_end(amount: str, text: str) -> None:
    """And never with an exponent."""
    assert display_amount(Decimal(amount)) == text


def test_the_quote_is_that_of_the_pair() -> None:
    """None where it was not read."""
    assert context().quote is QUOTES["ETH/EUR"]
    assert context(pair="DOT/EUR").quote is None
