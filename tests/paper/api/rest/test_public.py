"""AssetPairs and Ticker: the market as REST describes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import RestError, parse_envelope
from runner.paper import Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.kinds import PairState, PairStatus
from runner.paper.options.options import MarketOptions
from tests.paper.builders import NOW, exchange


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
    """Without a filter every pair of the table that trades currencies."""
    assert len(get("/0/public/AssetPairs")) == 36


def test_pairs_of_tokenized_assets() -> None:
    """They are shown to whoever names their class alone, and are not traded on margin."""
    stocks = get("/0/public/AssetPairs?aclass_base=tokenized_asset")
    assert list(stocks) == ["NVDAxUSD", "SPYxUSD"]
    pair = stocks["NVDAxUSD"]
    assert (pair["wsname"], pair["base"], pair["aclass_base"], pair["aclass_quote"]) == (
        "NVDAx/USD",
        "NVDAx",
        "tokenized_asset",
        "currency",
    )
    assert (pair["leverage_buy"], pair["leverage_sell"]) == ([], [])
    assert list(get("/0/public/Ticker?asset_class=tokenized_asset&pair=NVDAxUSD")) == ["NVDAxUSD"]
    for wrong in ("AssetPairs?pair=NVDAxUSD", "AssetPairs?pair=XBTUSD&aclass_base=tokenized_asset"):
        with pytest.raises(RestError, match="EQuery:Unknown asset pair"):
            get(f"/0/public/{wrong}")
    with pytest.raises(RestError, match="EQuery:Unknown asset pair"):
        get("/0/public/Ticker?pair=NVDAxUSD,XBTUSD")
    with pytest.raises(RestError, match="EGeneral:Invalid arguments:aclass_base"):
        get("/0/public/AssetPairs?aclass_base=gold")


def test_what_a_pair_says_of_itself() -> None:
    """Its state, and the venue, which is younger than the rest, where options say so."""
    options = Options(
        market=MarketOptions(
            pair_states=(PairState("XBT/USD", PairStatus.REDUCE_ONLY),), execution_venue="international"
        )
    )
    call = RestCall("GET", "/0/public/AssetPairs?pair=XBTUSD,ETHUSD")
    pairs = parse_envelope(exchange(options).rest(call, NOW).body)

    assert [pair["status"] for pair in pairs.values()] == ["reduce_only", "online"]
    assert [pair["execution_venue"] for pair in pairs.values()] == ["international"] * 2
    assert "execution_venue" not in get("/0/public/AssetPairs?pair=XBTUSD")["XXBTZUSD"]
    assert pairs["XXBTZUSD"]["leverage_buy"] == pairs["XXBTZUSD"]["leverage_sell"] == [2, 3, 4, 5]
    assert pairs["XXBTZUSD"]["lot_multiplier"] == 1


def test_assets() -> None:
    """All currencies, or the requested ones; an unknown one is refused."""
    found = get("/0/public/Assets?asset=XBT,ZUSD")

    assert {
        code: (row["altname"], row["decimals"], row["display_decimals"]) for code, row in found.items()
    } == {
        "XXBT": ("XBT", 10, 5),
        "ZUSD": ("USD", 4, 2),
    }
    assert {"XXBT", "XETH", "ZEUR"} <= get("/0/public/Assets").keys()
    with pytest.raises(RestError, match="EQuery:Unknown asset"):
        get("/0/public/Assets?asset=GOLD")


def test_time_and_status() -> None:
    """Whole seconds, and the state of the exchange."""
    assert get("/0/public/Time") == {"unixtime": 1700000000, "rfc1123": "Tue, 14 Nov 2023 22:13:20 +0000"}
    assert get("/0/public/SystemStatus") == {"status": "online", "timestamp": "2023-11-14T22:13:20Z"}
