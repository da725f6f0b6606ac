"""The record of an exchange names the rules by which it answered."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Instrument, Market, Quote
from runner.errors import Refused
from runner.paper import OPENING, header_record, opening_at, opening_of, seed_of


def test_our_own() -> None:
    """The seed comes back."""
    assert seed_of(header_record("abc")) == "abc"


@pytest.mark.parametrize("record", [{"seed": "abc"}, {"exchange": 99, "seed": "abc"}, {"exchange": 2}, {}])
def test_another_format_is_refused(record: dict[str, Any]) -> None:
    """With what to do about it; the first format had no number."""
    with pytest.raises(Refused, match="format 2 and format 3 alone") as refusal:
        seed_of(record)

    assert "paper reset" in refusal.value.details[0]


def test_an_opening_of_its_own_is_kept() -> None:
    """Pairs, prices and balances, as they went into it; an exchange without one has the usual."""
    pair = Instrument(
        wsname="ADA/EUR",
        altname="ADAEUR",
        base="ADA",
        quote="EUR",
        tick_size=Decimal("0.0001"),
        lot_decimals=8,
        ordermin=Decimal(4),
        costmin=Decimal("0.5"),
    )
    quote = Quote(bid=Decimal("0.4214"), ask=Decimal("0.4215"), last=None, at=0.0)
    market = Market(instruments={"ADA/EUR": pair}, quotes={"ADA/EUR": quote}, at=0.0)
    opening = opening_at(market, {"EUR": Decimal(100)}, name="live")
    record = json.loads(json.dumps(header_record("abc", opening)))

    assert (seed_of(record), opening_of(record)) == ("abc", opening)
    assert opening_of(header_record("abc")) is OPENING
