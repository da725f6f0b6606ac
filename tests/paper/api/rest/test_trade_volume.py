"""TradeVolume: the account's volume, and the fees that follow from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import RestError
from runner.paper import Options
from runner.paper.options.kinds import FeeTier
from runner.paper.options.options import FeeOptions
from tests.paper.builders import Desk

TIERS = (
    FeeTier(Decimal(10), Decimal("0.0035"), Decimal("0.0020")),
    FeeTier(Decimal(1000), Decimal("0.0010"), Decimal("0.0000")),
)
DAY_S = 86_400


def buy(desk: Desk, volume: str) -> None:
    """Trade at the market, with ETH at 150.10 to 150.20 euros."""
    desk.placed(ordertype="market", price=None, volume=volume)


def test_the_lowest_tier() -> None:
    """An account that never traded: percents and dollars with four decimals."""
    assert Desk().ask("TradeVolume", pair="XBT/USD") == {
        "currency": "ZUSD",
        "volume": "0.0000",
        "fees": {
            "XXBTZUSD": {
                "fee": "0.4000",
                "minfee": "0.1000",
                "maxfee": "0.4000",
                "nextfee": "0.3500",
                "nextvolume": "10000.0000",
                "tiervolume": "0.0000",
            }
        },
        "fees_maker": {
            "XXBTZUSD": {
                "fee": "0.2500",
                "minfee": "0.0000",
                "maxfee": "0.2500",
                "nextfee": "0.2000",
                "nextvolume": "10000.0000",
                "tiervolume": "0.0000",
            }
        },
    }


def test_fees_fall_with_the_volume() -> None:
    """The reported fee is the one of the next trade; the highest tier has none above it, and days pass."""
    desk = Desk(options=Options(fees=FeeOptions(tiers=TIERS)))
    buy(desk, "0.1")
    second = desk.ask("TradeVolume", pair="ETHEUR")
    assert Decimal(10) < Decimal(second["volume"]) < Decimal(1000)
    assert fees_of(second, "fee") == ("0.3500", "0.2000")
    assert fees_of(second, "tiervolume") == ("10.0000", "10.0000")
    buy(desk, "10")
    trade = desk.exchange.state().trades[-1]
    assert trade.fee == trade.cost * Decimal(fees_of(second, "fee")[0]) / 100
    third = desk.ask("TradeVolume", pair="ETHEUR")
    assert fees_of(third, "fee") == ("0.1000", "0.0000")
    assert fees_of(third, "nextfee") == fees_of(third, "nextvolume") == (None, None)
    desk.wait(31 * DAY_S)
    later = desk.ask("TradeVolume", pair="ETHEUR")
    assert (later["volume"], fees_of(later, "fee")) == ("0.0000", ("0.4000", "0.2500"))


def fees_of(answer: Any, name: str) -> tuple[Any, Any]:
    """One field of the taker's and of the maker's side, for ETH/EUR."""
    return answer["fees"]["XETHZEUR"][name], answer["fees_maker"]["XETHZEUR"][name]


def test_pairs_are_named_as_everywhere() -> None:
    """Several at once, by any of their names; none gives no fees, and an unknown one is refused."""
    desk = Desk()
    answer = desk.ask("TradeVolume", pair="XXBTZUSD,ETHEUR")
    assert list(answer["fees"]) == list(answer["fees_maker"]) == ["XXBTZUSD", "XETHZEUR"]
    assert desk.ask("TradeVolume") == {"currency": "ZUSD", "volume": "0.0000"}
    with pytest.raises(RestError, match="EQuery:Unknown asset pair"):
        desk.ask("TradeVolume", pair="XXBTZUSD,nonsense")
