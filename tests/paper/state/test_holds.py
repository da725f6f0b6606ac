"""The amounts that an order holds, from its terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from runner.paper import Options
from runner.paper.state.account import Account
from runner.paper.state.holds import HoldRequest, needed, of_terms
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.margin import Origin, Position, Positions
from runner.paper.state.market import Market
from tests.paper.builders import booked

WISH = HoldRequest(INSTRUMENTS["ETH/EUR"], "buy", "limit", Decimal(2), Decimal(100), None, fee_in_base=False)


@pytest.fixture
def positions() -> Positions:
    """One unit of ETH/EUR, sold on margin."""
    account = Account({"EUR": Decimal(1000)})
    made = Positions(account, Market(None))
    short = Position(
        position_id="T",
        instrument=INSTRUMENTS["ETH/EUR"],
        type="sell",
        leverage="2",
        volume=Decimal(1),
        cost=Decimal(100),
        margin=Decimal(50),
        opened=0.0,
        origin=Origin(booked().terms, Decimal(1), Decimal(100), Decimal(50), Decimal(0)),
    )
    made.add(short)
    return made


HOLDS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "EUR", "200.8"),
    ({"fee_in_base": True}, "EUR", "200"),
    ({"type": "sell"}, "ETH", "2"),
    ({"type": "sell", "fee_in_base": True}, "ETH", "2.008"),
    ({"leverage": "2", "type": "sell"}, "EUR", "100.8"),
    ({"leverage": "2"}, "EUR", "50.8"),
    ({"leverage": "2", "volume": Decimal(1)}, "EUR", "0.4"),
    ({"leverage": "2", "ordertype": "settle-position"}, "EUR", "0"),
]


@pytest.mark.parametrize(("fields", "asset", "amount"), HOLDS)
def test_needed(fields: dict[str, Any], asset: str, amount: str, positions: Positions) -> None:
    """A part that closes a position ties up no margin, only its fee."""
    hold = needed(structs.replace(WISH, **fields), positions, Options())

    assert (hold.asset, hold.amount) == (asset, Decimal(amount))


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({}, "100"),
        ({"limit": None, "ordertype": "stop-loss", "stop": Decimal(90)}, "90"),
        ({"limit": None, "ordertype": "market"}, "70"),
    ],
)
def test_an_order_is_reckoned_at_its_own_price_if_it_has_one(fields: dict[str, Any], price: str) -> None:
    """Else at the given one."""
    assert of_terms(booked(**fields).terms, Decimal(1), Decimal(70)).price == Decimal(price)
