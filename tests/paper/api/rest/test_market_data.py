"""Ticker, Depth, OHLC, Trades and Spread: the market by REST."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.kraken import RestError, parse_envelope
from runner.paper.api.rest.calls import RestCall
from tests.paper.builders import NOW, Desk
from tests.support.for_each import for_each

SECOND = int(NOW)
MINUTE = SECOND // 60 * 60


def get(desk: Desk, path: str) -> Any:
    """The result of a public call."""
    return parse_envelope(desk.exchange.rest(RestCall("GET", f"/0/public/{path}"), desk.now).body)


def traded() -> Desk:
    """A market with a trade of the crowd now, and one of the account 70 seconds later."""
    desk = Desk()
    desk.quote("160.00", "160.10")
    desk.wait(70.5)
    desk.placed(ordertype="market", price=None, volume="0.5")
    return desk


def test_a_ticker_where_nothing_was_traded() -> None:
    """The quote; what there is of each side without end is shown as a million smallest orders."""
    assert get(Desk(), "Ticker?pair=ETH/EUR")["XETHZEUR"] == {
        "a": ["150.20000", "2000", "2000.000"],
        "b": ["150.10000", "2000", "2000.000"],
        "c": ["150.10000", "0.00000000"],
        "v": ["0.00000000", "0.00000000"],
        "p": ["150.10000", "150.10000"],
        "t": [0, 0],
        "l": ["150.10000", "150.10000"],
        "h": ["150.10000", "150.10000"],
        "o": "150.10000",
    }


def test_a_ticker_of_a_day() -> None:
    """What was traded since midnight and in 24 hours, the last trade with its volume."""
    desk = traded()
    assert get(desk, "Ticker?pair=ETHEUR")["XETHZEUR"] == {
        "a": ["160.10000", "2000", "2000.000"],
        "b": ["160.00000", "2000", "2000.000"],
        "c": ["160.10000", "0.50000000"],
        "v": ["0.50200000", "0.50200000"],
        "p": ["160.09960", "160.09960"],
        "t": [2, 2],
        "l": ["160.00000", "160.00000"],
        "h": ["160.10000", "160.10000"],
        "o": "160.00000",
    }
    desk.wait(5 * 3600)  # past midnight
    later = get(desk, "Ticker?pair=ETHEUR")["XETHZEUR"]
    assert (later["t"], later["v"], later["o"]) == ([0, 2], ["0.00000000", "0.50200000"], "160.10000")


def test_a_ticker_shows_the_best_of_everybody() -> None:
    """An order of the account between the crowd's prices is the best one."""
    desk = Desk()
    desk.placed(price="150.15", volume="1.5")
    assert get(desk, "Ticker?pair=ETHEUR")["XETHZEUR"]["b"] == ["150.15000", "1", "1.500"]


def test_depth() -> None:
    """Levels of both sides, best first, each with its time in whole seconds."""
    desk = traded()
    desk.placed(price="160.05", volume="0.0041")
    assert get(desk, "Depth?pair=XETHZEUR&count=2") == {
        "XETHZEUR": {
            "asks": [["160.10000", "2000.000", SECOND + 70], ["160.11000", "2000.000", SECOND + 70]],
            "bids": [["160.05000", "0.00410000", SECOND + 70], ["160.00000", "2000.000", SECOND + 70]],
        }
    }
    whole = get(desk, "Depth?pair=ETH/EUR")["XETHZEUR"]
    assert [len(whole[side]) for side in ("asks", "bids")] == [100, 100]
    assert len(get(desk, "Depth?pair=ETHEUR&count=500")["XETHZEUR"]["asks"]) == 500


def test_ohlc() -> None:
    """720 candles, the running one last; ``last`` is the newest that has ended."""
    desk = traded()
    answer = get(desk, "OHLC?pair=ETHEUR")
    rows = answer["XETHZEUR"]
    assert len(rows) == 720
    assert rows[-3:] == [
        [MINUTE - 60, "150.10", "150.10", "150.10", "150.10", "0.00", "0.00000000", 0],
        [MINUTE, "160.00", "160.00", "160.00", "160.00", "160.00", "0.00200000", 1],
        [MINUTE + 60, "160.10", "160.10", "160.10", "160.10", "160.10", "0.50000000", 1],
    ]
    assert answer["last"] == MINUTE


def test_ohlc_since_and_intervals() -> None:
    """Those after ``since``, and the running one whatever it is; longer candles hold the shorter ones."""
    desk = traded()
    assert [row[0] for row in get(desk, f"OHLC?pair=ETHEUR&since={MINUTE - 60}")["XETHZEUR"]] == [
        MINUTE,
        MINUTE + 60,
    ]
    assert [row[0] for row in get(desk, f"OHLC?pair=ETHEUR&since={SECOND + 9999}")["XETHZEUR"]] == [
        MINUTE + 60
    ]
    for interval, rows in ((60, 720), (21600, 720)):
        answer = get(desk, f"OHLC?pair=ETHEUR&interval={interval}")
        assert len(answer["XETHZEUR"]) == rows
        assert answer["XETHZEUR"][-1][4:] == ["160.10", "160.09", "0.50200000", 2]
        assert (answer["XETHZEUR"][-1][0] - answer["last"]) == interval * 60


def test_trades() -> None:
    """Price, volume, time, the taker's side and type, a blank, and a number; ``last`` in nanoseconds."""
    desk = traded()
    last = str((SECOND * 10 + 705) * 10**8)
    rows = [
        ["160.00000", "0.00200000", Decimal("1700000000.0"), "s", "l", "", 1],
        ["160.10000", "0.50000000", Decimal("1700000070.5"), "b", "m", "", 2],
    ]
    assert get(desk, "Trades?pair=ETHEUR") == {"XETHZEUR": rows, "last": last}
    assert get(desk, "Trades?pair=ETHEUR&count=1")["XETHZEUR"] == rows[1:]
    assert get(desk, f"Trades?pair=ETHEUR&since={SECOND}")["XETHZEUR"] == rows[1:]
    assert get(desk, f"Trades?pair=ETHEUR&since={SECOND - 1}&count=1") == {
        "XETHZEUR": rows[:1],
        "last": str(SECOND * 10**9),
    }
    assert get(desk, f"Trades?pair=ETHEUR&since={last}") == {"XETHZEUR": [], "last": last}


def test_trades_where_there_was_none() -> None:
    """``last`` is the present, so that what follows is found."""
    assert get(Desk(), "Trades?pair=XBTUSD") == {"XXBTZUSD": [], "last": str(SECOND * 10**9)}


def test_spread() -> None:
    """The crowd's best prices, the first of them from before anything happened."""
    desk = traded()
    rows = [[1577836800, "150.10000", "150.20000"], [SECOND, "160.00000", "160.10000"]]
    assert get(desk, "Spread?pair=ETHEUR") == {"XETHZEUR": rows, "last": SECOND}
    assert get(desk, f"Spread?pair=ETHEUR&since={SECOND}") == {"XETHZEUR": rows[1:], "last": SECOND}


REFUSED = [
    ("Depth", "EGeneral:Invalid arguments"),
    ("OHLC?pair=", "EGeneral:Invalid arguments"),
    ("Trades?pair=ETHEUR&count=0", "EGeneral:Invalid arguments"),
    ("Trades?pair=ETHEUR&count=1001", "EGeneral:Invalid arguments"),
    ("Depth?pair=ETHEUR&count=501", "EGeneral:Invalid arguments"),
    ("Depth?pair=ETHEUR&count=-1", "EGeneral:Invalid arguments"),
    ("Spread?pair=ETHEUR&since=soon", "EGeneral:Invalid arguments"),
    ("OHLC?pair=ETHEUR&since=" + "9" * 21, "EGeneral:Invalid arguments"),
    ("OHLC?pair=ETHEUR&interval=120", "EGeneral:Invalid arguments"),
    ("OHLC?pair=ETHEUR,XBTEUR", "EQuery:Unknown asset pair"),
    ("Trades?pair=NONE", "EQuery:Unknown asset pair"),
    ("Trades?pair=NVDAxUSD", "EQuery:Unknown asset pair"),
]


@for_each(REFUSED)
def test_refused(path: str, error: str) -> None:
    """Without a pair, with two, with one that is not there, and with numbers out of their range."""
    with pytest.raises(RestError, match=f"^{error}$"):
        get(Desk(), path)


def test_tokenized_assets_need_their_class() -> None:
    """As in AssetPairs and Ticker."""
    assert list(get(Desk(), "OHLC?pair=NVDAxUSD&asset_class=tokenized_asset")) == ["NVDAxUSD", "last"]
