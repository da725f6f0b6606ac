"""The executed part of an order, and its distance from the plan's price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Executed, slippage

WHOLE = Executed(status="closed", vol_exec="0.25", cost="37.5", fee="0.1", avg_price="150")


@pytest.mark.parametrize(
    ("executed", "complete"),
    [
        (WHOLE, True),
        (Executed(status="closed", vol_exec="0.25", cost="37.5", fee="0.1"), False),
        (Executed(status="closed", vol_exec="0.25", avg_price="150", fee="0.1"), False),
        (Executed(status="closed", cost="37.5", fee="0.1", avg_price="150"), False),
        (Executed(vol_exec="0.25", cost="37.5", fee="0.1", avg_price="150"), False),
        (Executed(status="canceled", vol_exec="0.00000000"), True),
        (Executed(), False),
    ],
)
def test_figures_are_complete_when_none_is_missing(executed, complete):
    """Of what was not executed there is nothing more to know."""
    assert executed.complete is complete


@pytest.mark.parametrize(
    ("volume", "nothing"), [("0", True), ("0.000", True), ("0.001", False), (None, False)]
)
def test_an_unknown_volume_is_not_zero(volume, nothing):
    """Only the exchange can say that nothing was executed."""
    assert Executed(vol_exec=volume).nothing_traded is nothing


@pytest.mark.parametrize(
    ("type", "paid", "planned", "amount", "percent"),
    [
        ("buy", "150.50", "150", "0.50", "0.3333"),
        ("sell", "150.50", "150", "-0.50", "-0.3333"),
        ("buy", "149", "150", "-1", "-0.6667"),
        ("sell", "149", "150", "1", "0.6667"),
        ("buy", "150.00000", "150", "0.00000", "0.0000"),
    ],
)
def test_worse_is_positive_on_either_side(type, paid, planned, amount, percent):
    """A buy that costs more, a sell that brings less."""
    worse = slippage(type, paid, planned)
    assert worse is not None
    assert (worse.amount, worse.percent) == (Decimal(amount), Decimal(percent))


@pytest.mark.parametrize(
    ("type", "paid", "planned"),
    [("buy", None, "150"), ("buy", "150", None), (None, "1", "1"), ("buy", "1", "0"), ("buy", "x", "1e9")],
)
def test_what_is_unknown_has_no_slippage(type, paid, planned):
    """Nor has what is no number: a journal may hold anything."""
    assert slippage(type, paid, planned) is None


@given(st.sampled_from(["buy", "sell"]), *[st.decimals("0.00001", "1000000", places=5)] * 2)
def test_the_amount_is_exact(type, paid, planned):
    """Added to the plan's price it gives what was paid, to the last digit."""
    worse = slippage(type, f"{paid:f}", f"{planned:f}")
    assert worse is not None
    assert planned + (worse.amount if type == "buy" else -worse.amount) == paid
