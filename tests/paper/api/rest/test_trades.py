"""TradesHistory and QueryTrades."""

from __future__ import annotations

import pytest

from runner.kraken import RestError
from runner.paper import Options
from runner.paper.options.options import RestOptions
from tests.paper.builders import NOW, Desk


def desk_with_trades(count: int, lag_s: float = 0.0) -> tuple[Desk, list[str]]:
    """A desk that has bought so many times, one second apart, and the trades' ids from the feed."""
    desk = Desk(options=Options(rest=RestOptions(enforce_rates=False, lag_s=lag_s)))
    ids = []
    for _ in range(count):
        desk.placed(ordertype="market", price=None, volume="0.01")
        ids.append(desk.exchange.state().trades[-1].trade_id)
        desk.wait(1)
    return desk, ids


def test_a_trade() -> None:
    """Times are numbers here, the pair has its REST id; ids are those of the feed."""
    desk, (trade_id,) = desk_with_trades(1)
    found = desk.ask("TradesHistory")
    assert (list(found["trades"]), found["count"]) == ([trade_id], 1)
    trade = found["trades"][trade_id]
    assert (trade["pair"], trade["time"], trade["vol"], trade["price"]) == (
        "XETHZEUR",
        NOW,
        "0.01000000",
        "150.20000",
    )
    assert desk.ask("QueryTrades", txid=trade_id) == {trade_id: trade}


def test_pages_and_bounds() -> None:
    """The latest first, 50 on a page; ``start`` is exclusive, ``end`` inclusive, and either may be an id."""
    desk, ids = desk_with_trades(52)
    assert list(desk.ask("TradesHistory")["trades"]) == ids[:1:-1]
    assert list(desk.ask("TradesHistory", ofs="50", without_count="true")["trades"]) == ids[1::-1]
    assert "count" not in desk.ask("TradesHistory", without_count="true")
    assert list(desk.ask("TradesHistory", start=str(NOW + 49))["trades"]) == [ids[51], ids[50]]
    assert list(desk.ask("TradesHistory", start=ids[49], end=ids[50])["trades"]) == [ids[50]]
    assert desk.ask("TradesHistory", start=ids[49])["count"] == 2


def test_it_lags() -> None:
    """As the orders do."""
    desk, (trade_id,) = desk_with_trades(1, lag_s=30.0)
    assert desk.ask("TradesHistory")["trades"] == {}
    desk.wait(30)
    assert list(desk.ask("TradesHistory")["trades"]) == [trade_id]


@pytest.mark.parametrize(
    ("call", "fields", "error"),
    [
        ("QueryTrades", {}, "EGeneral:Invalid arguments:txid"),
        ("QueryTrades", {"txid": ",".join("T" * 21)}, "EGeneral:Invalid arguments:txid"),
        ("QueryTrades", {"txid": "T"}, "EOrder:Invalid order"),
        ("TradesHistory", {"ofs": "-1"}, "EGeneral:Invalid arguments:ofs"),
        ("TradesHistory", {"start": "nan"}, "EGeneral:Invalid arguments:start"),
        ("TradesHistory", {"end": "soon"}, "EGeneral:Invalid arguments:end"),
    ],
)
def test_refused(call: str, fields: dict[str, str], error: str) -> None:
    """Each from its cause."""
    with pytest.raises(RestError, match=error):
        Desk().ask(call, **fields)
