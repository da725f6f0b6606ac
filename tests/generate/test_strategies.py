"""The arithmetic of generated batches: sums are exact, prices on their tick, and the impossible is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import InvalidInput
from runner.generate import Spacing, dca, ladder, twap

D = Decimal


def rungs(**changed: object) -> list[tuple[str, str]]:
    """The prices and volumes of a ladder."""
    usual: dict[str, object] = {
        "name": "l",
        "pair": "XBT/EUR",
        "side": "buy",
        "first": D(100),
        "last": D(90),
        "orders": 3,
        "volume": D("0.1"),
        "tick": D("0.1"),
        "lot": D("0.01"),
    }
    made = ladder(**(usual | changed))  # type: ignore[arg-type]
    return [(order["price"], order["volume"]) for order in made.orders.values()]


def test_a_ladder_is_even() -> None:
    """What cannot be divided goes to the first."""
    assert rungs() == [("100", "0.04"), ("95", "0.03"), ("90", "0.03")]


def test_a_ladder_in_percent() -> None:
    """Each price is the same share of the one before."""
    assert rungs(spacing=Spacing.PERCENT, last=D(81)) == [("100", "0.04"), ("90", "0.03"), ("81", "0.03")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"orders": 1}, "2 to 1000 orders"),
        ({"last": D("100.1")}, "some of 3 prices are equal"),
        ({"volume": D("0.015")}, "0.015 is no multiple of 0.01"),
        ({"volume": D("0.02")}, "0.02 is too little for 3 parts of 0.01"),
        ({"tick": D(1000)}, "a price is 0"),
    ],
)
def test_an_impossible_ladder_is_said(changed: dict[str, object], words: str) -> None:
    """With the numbers that do not fit."""
    with pytest.raises(InvalidInput, match=words):
        rungs(**changed)


@given(
    first=st.integers(1, 10**7),
    last=st.integers(1, 10**7),
    orders=st.integers(2, 60),
    lots=st.integers(60, 10**9),
    percent=st.booleans(),
)
def test_sums_are_exact(first: int, last: int, orders: int, lots: int, percent: bool) -> None:
    """To the last lot; prices are within the range, on the tick and in order."""
    tick, lot = D("0.01"), D("0.0000001")
    spacing = Spacing.PERCENT if percent else Spacing.EVEN
    try:
        made = rungs(
            first=first * tick,
            last=last * tick,
            orders=orders,
            volume=lots * lot,
            tick=tick,
            lot=lot,
            spacing=spacing,
        )
    except InvalidInput:
        assert percent or abs(first - last) < 2 * orders
        return
    prices = [D(price) for price, _ in made]
    assert sum(D(volume) for _, volume in made) == lots * lot
    assert (prices[0], prices[-1]) == (first * tick, last * tick)
    assert prices == sorted(prices, reverse=first > last)
    assert all(price % tick == 0 for price in prices)


def test_a_purchase_is_for_an_amount() -> None:
    """Fee included: that is what the two flags say."""
    made = dca(name="d", pair="XBT/EUR", amount=D(100))
    assert made.orders == {"buy": {"volume": "100"}}
    assert made.defaults["oflags"] == "[viqc, fciq]"
    with pytest.raises(InvalidInput, match="above 0"):
        dca(name="d", pair="XBT/EUR", amount=D(0))


def test_parts_start_one_after_another() -> None:
    """The first at once; the exchange waits for the others."""
    made = twap(name="t", pair="XBT/EUR", side="sell", volume=D("0.05"), parts=3, every_s=600, lot=D("0.01"))
    assert list(made.orders.values()) == [
        {"volume": "0.02"},
        {"volume": "0.02", "starttm": '"+600"'},
        {"volume": "0.01", "starttm": '"+1200"'},
    ]
    with pytest.raises(InvalidInput, match="a second apart"):
        twap(name="t", pair="XBT/EUR", side="sell", volume=D(1), parts=3, every_s=0, lot=D(1))
