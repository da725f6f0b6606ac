"""The first day: the documents' own examples work as they are printed."""

from __future__ import annotations

import pytest

from runner.paper.exchange.opening import OPENING
from tests.paper.builders import Desk


def test_standing_orders() -> None:
    """The ids of the documents' ``cancelOrder`` example are open, and one more."""
    live = Desk(opening=OPENING).exchange.state().live

    assert list(live) == ["OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7", "OQCLML-BW3P3-BUCMWZ"]
    assert {order.status for order in live.values()} == {"open"}


EXAMPLES = [
    ({"pair": "ETH/EUR", "price": "150", "volume": "0.25"}, "buy 0.25000000 ETHEUR @ limit 150"),
    ({"pair": "XBT/USD", "price": "9000", "volume": "10.123"}, "buy 10.12300000 XBTUSD @ limit 9000"),
    (
        {"pair": "XBT/USD", "price": "9857", "volume": "0.002", "leverage": "5", "userref": "8874657"},
        "buy 0.00200000 XBTUSD @ limit 9857 with 5:1 leverage",
    ),
    (
        {
            "pair": "XBT/USD",
            "price": "9000",
            "volume": "10",
            "close_ordertype": "limit",
            "close_price": "9100",
        },
        "buy 10.00000000 XBTUSD @ limit 9000",
    ),
]


@pytest.mark.parametrize(("fields", "descr"), EXAMPLES)
def test_examples_rest(fields: dict[str, str], descr: str) -> None:
    """The account can pay for each of the documents' buys, and the market is above it."""
    desk = Desk(opening=OPENING)
    status = desk.add(**fields)

    assert status.descr == descr
    assert status.txid in desk.exchange.state().live


def test_nothing_is_on_record_yet() -> None:
    """The opening is part of the exchange, and not of what happened to it."""
    assert Desk(opening=OPENING).exchange.take_record() == []
