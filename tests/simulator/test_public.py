"""AssetPairs and Ticker: the market as REST describes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.protocol import parse_envelope
from runner.simulator import RestCall
from tests.simulator.builders import NOW, exchange


def get(path: str) -> Any:
    """The result of a public call."""
    return parse_envelope(exchange().rest(RestCall("GET", path), NOW + 0.5).body)


@pytest.mark.parametrize("name", ["XBTUSD", "XXBTZUSD", "XBT/USD"])
def test_asset_pairs(name: str) -> None:
    """A pair under any of its names; strings and numbers as the exchange has them."""
    pairs = get(f"/0/public/AssetPairs?pair={name}")

    assert list(pairs) == ["XXBTZUSD"]
    pair = pairs["XXBTZUSD"]
    assert (pair["altname"], pair["wsname"], pair["base"], pair["quote"]) == (
        "XBTUSD",
        "XBT/USD",
        "XXBT",
        "ZUSD",
    )
    assert (pair["ordermin"], pair["costmin"], pair["tick_size"]) == ("0.00005", "0.5", "0.1")
    assert (pair["pair_decimals"], pair["lot_decimals"], pair["cost_decimals"]) == (1, 8, 5)
    assert (pair["fees"][0], pair["fees_maker"][0]) == ([0, Decimal("0.4")], [0, Decimal("0.25")])
    assert (pair["fees"][-1], len(pair["fees"])) == ([10_000_000, Decimal("0.1")], 10)


def test_all_pairs() -> None:
    """Without a filter every pair of the table."""
    assert len(get("/0/public/AssetPairs")) == 36


def test_ticker() -> None:
    """The quote, and the last price."""
    ticker = get("/0/public/Ticker?pair=ETH/EUR")["XETHZEUR"]

    assert (ticker["a"][0], ticker["b"][0], ticker["c"][0]) == ("150.20000", "150.10000", "150.10000")
