"""The fees of an account, as TradeVolume has them, and whatever else may come."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Fees, Instrument
from runner.kraken import FrameError, fees_from

XBT = Instrument(
    wsname="XBT/EUR",
    altname="XBTEUR",
    rest_id="XXBTZEUR",
    base="XBT",
    quote="EUR",
    tick_size=Decimal("0.1"),
    lot_decimals=8,
)


def answer(taker: Any, maker: Any = None, *, key: str = "XXBTZEUR") -> dict[str, Any]:
    """An answer about one pair; the maker's side is left out where there is none."""
    sides = {"fees": {key: {"fee": taker, "minfee": "0.10", "nextfee": None}}}
    return {"currency": "ZUSD", "volume": "0.0000", **sides} | (
        {} if maker is None else {"fees_maker": {key: {"fee": maker}}}
    )


@pytest.mark.parametrize("key", ["XXBTZEUR", "XBTEUR", "XBT/EUR"])
def test_percents_become_shares(key: str) -> None:
    """Under any name of the pair, as text or as a number."""
    expected = {"XBT/EUR": Fees(taker=Decimal("0.0026"), maker=Decimal("0.0016"))}
    assert fees_from(answer("0.2600", "0.1600", key=key), [XBT]) == expected
    assert fees_from(answer(Decimal("0.26"), Decimal("0.16"), key=key), [XBT]) == expected


def test_a_pair_without_a_makers_side_has_one_fee() -> None:
    """So the documents have it."""
    fees = Fees(taker=Decimal("0.002"), maker=Decimal("0.002"))
    assert fees_from(answer("0.2"), [XBT]) == {"XBT/EUR": fees}
    assert fees_from(answer("0.2") | {"fees_maker": None}, [XBT]) == {"XBT/EUR": fees}


@pytest.mark.parametrize("fee", [None, "", "free", "1e9", "-0.1", "100", True, [], {}, "NaN"])
@pytest.mark.parametrize("side", ["taker", "maker"])
def test_a_fee_that_cannot_be_read_is_not_zero(fee: Any, side: str) -> None:
    """On either side; more than all or less than nothing is none."""
    given_fees = answer(fee, "0.1") if side == "taker" else answer("0.1", {"fee": fee})
    if side == "maker":
        given_fees["fees_maker"]["XXBTZEUR"] = {"fee": fee}
    with pytest.raises(FrameError, match=r"the fee of XBT/EUR cannot be read"):
        fees_from(given_fees, [XBT])


@pytest.mark.parametrize("result", [{}, {"fees": {}}, {"fees": None}, answer("0.2", key="XETHZEUR")])
def test_a_pair_that_is_missing_is_unknown(result: Any) -> None:
    """An answer about other pairs, or about none, says nothing of this one."""
    with pytest.raises(FrameError, match="no fee of XBT/EUR"):
        fees_from(result, [XBT])


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=4), st.lists))
def test_anything_else_is_no_answer(result: Any) -> None:
    """Any other content ends as an error of the answer, never as fees."""
    for content in (result, {"fees": result}, {"fees": {"XBTEUR": result}}):
        with pytest.raises(FrameError):
            fees_from(content, [XBT])
