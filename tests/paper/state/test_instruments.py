"""The table of pairs: names, steps, and quotes to open with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.domain import CURRENCY, TOKENIZED
from runner.paper.exchange.opening import OPENING
from runner.paper.state.instruments import INSTRUMENTS, asset_class, balance_code

NAMES = [
    ("XBT/USD", "XBTUSD", "XXBTZUSD"),
    ("ETH/EUR", "ETHEUR", "XETHZEUR"),
    ("ETH/XBT", "ETHXBT", "XETHXXBT"),
    ("XBT/USDT", "XBTUSDT", "XBTUSDT"),
    ("USDT/USD", "USDTUSD", "USDTZUSD"),
    ("EUR/USD", "EURUSD", "ZEURZUSD"),
    ("XDG/USD", "XDGUSD", "XDGUSD"),
    ("SOL/EUR", "SOLEUR", "SOLEUR"),
    ("LTC/USD", "LTCUSD", "XLTCZUSD"),
    ("PEPE/USD", "PEPEUSD", "PEPEUSD"),
    ("NVDAx/USD", "NVDAxUSD", "NVDAxUSD"),
]


@pytest.mark.parametrize(("wsname", "altname", "rest_id"), NAMES)
def test_three_names(wsname: str, altname: str, rest_id: str) -> None:
    """One on the socket, one in ``descr``, one as key in REST answers."""
    row = INSTRUMENTS[wsname]

    assert (row.altname, row.rest_id) == (altname, rest_id)
    assert INSTRUMENTS.find_rest(altname) is INSTRUMENTS.find_rest(rest_id) is INSTRUMENTS.find(wsname) is row


STEPS = [
    ("XBT/EUR", "0.1", "0.00005", 8, 1),
    ("PEPE/USD", "0.000000001", "250000", 5, 9),
    ("SUI/USD", "0.0001", "0.9", 5, 4),
    ("ETH/XBT", "0.00001", "0.002", 8, 5),
]


@pytest.mark.parametrize(("wsname", "tick", "ordermin", "lot_decimals", "price_decimals"), STEPS)
def test_steps(wsname: str, tick: str, ordermin: str, lot_decimals: int, price_decimals: int) -> None:
    """Rows of the table, in full."""
    row = INSTRUMENTS[wsname]

    assert (row.tick, row.ordermin) == (Decimal(tick), Decimal(ordermin))
    assert (row.lot_decimals, row.price_decimals) == (lot_decimals, price_decimals)


def test_common_names() -> None:
    """BTC and DOGE are understood in requests."""
    assert INSTRUMENTS.find("BTC/USD") is None
    assert INSTRUMENTS.find("BTC/USD", common_names=True) is INSTRUMENTS["XBT/USD"]
    assert INSTRUMENTS.find("DOGE/USD", common_names=True) is INSTRUMENTS["XDG/USD"]


def test_every_pair_opens_with_a_quote_in_whole_ticks() -> None:
    """And with money on at least one side of it."""
    quotes = {pair: (Decimal(bid), Decimal(ask)) for pair, bid, ask in OPENING.quotes}
    balances = dict(OPENING.balances)

    assert set(quotes) == set(INSTRUMENTS)
    for pair, (bid, ask) in quotes.items():
        assert 0 < bid < ask
        assert bid % INSTRUMENTS[pair].tick == ask % INSTRUMENTS[pair].tick == 0
        assert INSTRUMENTS[pair].base in balances


def test_balances_of_tokenized_assets_have_a_suffix() -> None:
    """The small letter stays, and is what they are known by."""
    assert [balance_code(name) for name in ("NVDAx", "XBT", "SOL", "EUR")] == [
        "NVDAx.T",
        "XXBT",
        "SOL",
        "ZEUR",
    ]
    assert [asset_class(name) for name in ("NVDAx", "AVAX")] == [TOKENIZED, CURRENCY]
