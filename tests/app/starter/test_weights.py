"""The weights of an account, as lines of a targets file."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runner.app.starter.weights import EXAMPLE_WEIGHTS, Holdings, example_weights, weights_of

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=8)
PRICES = st.decimals(min_value="0.00000001", max_value=10**6, places=8)
NAMES = st.sampled_from(["ADA", "DOT", "ETH", "SOL", "USDC", "XBT", "NVDAx"])


def holdings(cash: str, free: dict[str, str], mid: dict[str, str]) -> Holdings:
    """Holdings in EUR of 22 November 2026."""
    return Holdings(
        quote="EUR",
        at=1_795_305_600,
        cash=Decimal(cash),
        free={name: Decimal(text) for name, text in free.items()},
        mid={name: Decimal(text) for name, text in mid.items()},
    )


def percent(text: str) -> Decimal:
    """A percentage as it is written."""
    assert text.endswith("%")
    return Decimal(text.removesuffix("%"))


@pytest.mark.parametrize("quote", ["EUR", "XBT", "ETH"])
def test_the_example_weighs_no_quote_currency(quote: str) -> None:
    """A targets file refuses a weight of the currency that all else is bought with."""
    weights = yaml.safe_load(example_weights(quote))["weights"]
    assert len(weights) == 2
    assert quote not in weights


def test_weights_and_cash_are_all_of_it() -> None:
    """Half of it is a currency, and what is left over of rounding is cash."""
    text = weights_of(holdings("1000", {"XBT": "0.1", "ETH": "1"}, {"XBT": "10000", "ETH": "1"}))
    assert yaml.safe_load(text) == {"weights": {"XBT": "49.97%"}, "cash": {"target": "50.03%", "floor": 0}}
    assert "on 2026-11-22 00:00 UTC" in text
    assert "left alone: ETH." in text


def test_what_has_no_price_is_left_alone() -> None:
    """As is what is worth next to nothing: a weight of 0 % would sell it."""
    text = weights_of(holdings("999", {"XBT": "1", "GBP": "5", "ETH": "0"}, {"XBT": "1", "ETH": "1"}))
    assert yaml.safe_load(text)["weights"] == {"XBT": "0.1%"}
    assert text.endswith("# Not listed, and so left alone: GBP.")


def test_an_account_without_anything_to_weigh_gets_the_example() -> None:
    """The output says so."""
    for empty in (holdings("0", {}, {}), holdings("10", {"GBP": "1"}, {})):
        assert weights_of(empty).endswith(EXAMPLE_WEIGHTS)
        assert "nothing that has a price in EUR" in weights_of(empty)


@given(AMOUNTS, st.dictionaries(NAMES, st.tuples(AMOUNTS, PRICES)))
def test_it_is_always_exactly_one_hundred_per_cent(
    cash: Decimal, held: dict[str, tuple[Decimal, Decimal]]
) -> None:
    """No weight is 0 %, and each is at most a tenth of itself below what the account has."""
    account = Holdings(
        quote="EUR",
        at=0,
        cash=cash,
        free={name: amount for name, (amount, _) in held.items()},
        mid={name: price for name, (_, price) in held.items()},
    )
    read = yaml.safe_load(weights_of(account))
    weights = {name: percent(text) for name, text in read["weights"].items()}
    assert sum(weights.values()) + percent(read["cash"]["target"]) == 100
    assert all(weight > 0 for weight in weights.values())
    values = account.values()
    managed = cash + sum(values.values(), Decimal())
    if values and "example" not in weights_of(account):
        for name, weight in weights.items():
            today = values[name] / managed * 100
            assert 0 <= today - weight <= weight / 10
