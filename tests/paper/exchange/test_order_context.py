"""The meaning of an order when it arrives."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.paper import Options
from runner.paper.exchange.order_context import OrderContext
from runner.paper.options.kinds import FeeCurrency
from runner.paper.options.options import FeeOptions, MarketOptions
from runner.paper.state.account import Account
from runner.paper.state.book import OrderBook
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.margin import Positions
from runner.paper.state.market import Market
from tests.paper.builders import NOW, order

SHALLOW = Options(market=MarketOptions(depth=Decimal(1), levels=3))


def context(options: Options = SHALLOW, **fields: Any) -> OrderContext:
    """The builder's order in front of an empty book, with ETH at 150.10 and 150.20."""
    account, market = Account({}), Market(options.market.depth, options.market.levels)
    market.move("ETH/EUR", Decimal("150.10"), Decimal("150.20"))
    return OrderContext(
        request=order(**fields),
        instrument=INSTRUMENTS["ETH/EUR"],
        quote=market.quote("ETH/EUR"),
        status="online",
        account=account,
        book=OrderBook(1),
        positions=Positions(account, market),
        options=options,
        now=NOW,
    )


def test_the_price_that_it_is_reckoned_at() -> None:
    """Its limit, else its trigger, else as far as it has to go into the market."""
    assert context().resolve().reckoned_at == 150
    assert context(ordertype="stop-loss", price="140").resolve().reckoned_at == 140
    assert context(ordertype="market", price=None, volume="0.5").resolve().reckoned_at == Decimal("150.20")
    assert context(ordertype="market", price=None, volume="2.5").resolve().reckoned_at == Decimal("150.22")


def test_the_volume() -> None:
    """In whole steps; with ``viqc`` what the money buys."""
    assert context(volume="0.123456789").volume() == Decimal("0.12345678")
    assert context(ordertype="market", price=None, oflags="viqc", volume="150.20").volume() == 1


@pytest.mark.parametrize(
    ("fields", "leverage"), [({}, None), ({"leverage": "2"}, "2"), ({"margin": True}, "5")]
)
def test_the_leverage(fields: dict[str, Any], leverage: str | None) -> None:
    """``margin`` means the highest."""
    assert context(**fields).leverage() == leverage


def test_the_hold() -> None:
    """Cost and fee in the quote currency, or base units; the fee is where it will be taken."""
    assert context(volume="1").resolve().hold.amount == Decimal("150.60")
    assert context(volume="1", oflags="fcib").resolve().hold.amount == 150
    assert context(volume="1", type="sell").resolve().hold.amount == 1
    assert context(volume="1", type="sell", oflags="fcib").resolve().hold.amount == Decimal("1.004")
    assert (
        context(Options(fees=FeeOptions(currency=FeeCurrency.DEFAULTS)), volume="1", type="sell")
        .resolve()
        .terms.fee_in_base
    )
    assert context(volume="1", leverage="3").resolve().hold.amount == Decimal("50.60")
