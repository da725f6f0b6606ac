"""The nouns of a market: what a currency is worth in another, what an account may still spend."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Balance, FeeTier, Instrument, Market, Quote, RestingOrder


def quote(bid: str, ask: str) -> Quote:
    """A quote whose last trade was at the bid."""
    return Quote(bid=Decimal(bid), ask=Decimal(ask), last=Decimal(bid), at=0.0)


def market(**pairs: tuple[str, str]) -> Market:
    """A market of quotes alone; ``EUR_USD`` means ``EUR/USD``."""
    return Market(quotes={pair.replace("_", "/"): quote(*prices) for pair, prices in pairs.items()}, at=0.0)


def instrument(**fields: object) -> Instrument:
    """XBT/USD with what a test says of it."""
    usual = {
        "altname": "XBTUSD",
        "base": "XBT",
        "quote": "USD",
        "tick_size": Decimal("0.1"),
        "lot_decimals": 8,
    }
    return Instrument(wsname="XBT/USD", **{**usual, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("currency", "into", "worth"),
    [
        ("EUR", "EUR", "1"),
        ("EUR", "USD", "1.1"),
        ("USD", "EUR", None),
        ("XBT", "USD", "9900"),
        ("SOL", "USD", None),
    ],
)
def test_a_currency_is_worth_so_much_in_another(currency: str, into: str, worth: str | None) -> None:
    """Directly, the other way round, by way of a third one, or it is unknown."""
    found = market(EUR_USD=("1.0", "1.2"), XBT_EUR=("8999", "9001")).rate(currency, into)
    expected = None if worth is None else Decimal(worth)
    assert found == (1 / Decimal("1.1") if (currency, into) == ("USD", "EUR") else expected)


@given(st.decimals("0.0001", "100000", places=4), st.decimals("0.0001", "100000", places=4))
def test_there_and_back_again_is_the_same_money(first: Decimal, second: Decimal) -> None:
    """Converting into a currency and back changes nothing but the last digits."""
    low, high = sorted((first, second))
    found = market(EUR_USD=(str(low), str(high)))
    there, back = found.rate("EUR", "USD"), found.rate("USD", "EUR")
    assert there is not None
    assert back is not None
    assert abs(there * back - 1) < Decimal("1e-20")


def test_a_pair_without_a_price_converts_nothing() -> None:
    """A quote of zero is no division by zero."""
    assert market(EUR_USD=("0", "0")).rate("USD", "EUR") is None


@pytest.mark.parametrize("nothing", ["0", "-1", "NaN"])
def test_zero_is_no_price(nothing: str) -> None:
    """Nor is less than that: such a side of the book is empty, and the middle of nothing is nothing."""
    shown = Quote(bid=Decimal(10), ask=Decimal(nothing), last=Decimal(nothing), at=0)
    assert (shown.bid, shown.ask, shown.last, shown.mid) == (10, None, None, None)
    assert (shown.opposite("buy"), shown.opposite("sell")) == (None, 10)
    assert (shown.complete, quote("10", "11").complete) == (False, True)


def test_fees_are_those_before_any_discount() -> None:
    """The first tier counts; without one for makers they pay what takers pay; without any it is unknown."""
    tiers = (FeeTier(Decimal(0), Decimal("0.4")), FeeTier(Decimal(10000), Decimal("0.35")))
    assert instrument(fees_taker=tiers).maker_percent == Decimal("0.4")
    assert instrument(fees_taker=tiers, fees_maker=tiers[1:]).maker_percent == Decimal("0.35")
    assert instrument().taker_percent is None


def test_leverages_differ_by_side() -> None:
    """The leverages of buyers may not be those of sellers."""
    both = instrument(leverage_buy=(2, 3), leverage_sell=(2,))
    assert (both.leverages("buy"), both.leverages("sell")) == ((2, 3), (2,))


def test_what_is_held_cannot_be_spent_again() -> None:
    """Available is the total less what open orders hold; an order's rest is what was not executed."""
    assert Balance(Decimal(10), Decimal(4)).available == 6
    order = RestingOrder(
        txid="O", pair="XBT/USD", type="buy", ordertype="limit", volume=Decimal(3), executed=Decimal(1)
    )
    assert order.remaining == 2
