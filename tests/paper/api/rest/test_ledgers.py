"""Ledgers, QueryLedgers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Permission
from runner.kraken import RestError
from runner.paper import Options
from runner.paper.options.kinds import TRADING
from runner.paper.options.options import KeyOptions, RestOptions
from tests.paper.builders import NOW, Desk
from tests.support.for_each import for_each

READER = Options(
    api_key=KeyOptions(permissions=(*TRADING, Permission.LEDGER)), rest=RestOptions(enforce_rates=False)
)


def traded() -> Desk:
    """A desk that has bought one unit, and may read its ledger."""
    desk = Desk(options=READER)
    desk.placed(ordertype="market", price=None, volume="1")
    return desk


def listed(desk: Desk, **fields: str) -> dict[str, Any]:
    """The entries by their ids."""
    entries: dict[str, Any] = desk.ask("Ledgers", **fields)["ledger"]
    return entries


def test_a_trade() -> None:
    """An entry for each currency, the latest first, with the exchange's names."""
    desk = traded()
    got, paid = [row for row in listed(desk).values() if row["type"] == "trade"]
    assert paid == {
        "refid": desk.exchange.state().trades[0].trade_id,
        "time": Decimal(str(NOW)),
        "type": "trade",
        "subtype": "",
        "aclass": "currency",
        "asset": "ZEUR",
        "amount": "-150.2000000000",
        "fee": "0.6008000000",
        "balance": "99849.1992000000",
    }
    assert (got["asset"], got["amount"], got["balance"]) == ("XETH", "1.0000000000", "101.0000000000")


def test_balances_are_those_of_balance() -> None:
    """The latest entry of a currency has its balance."""
    desk = traded()
    newest = {row["asset"]: row["balance"] for row in reversed(listed(desk).values())}
    balances = desk.ask("Balance")
    assert {name: balances[name] for name in newest} == newest


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({"asset": "ZEUR"}, ["trade", "deposit"]),
    ({"asset": "EUR,ETH"}, ["trade", "trade", "deposit", "deposit"]),
    ({"asset": "all", "type": "trade"}, ["trade", "trade"]),
    ({"asset": "ZEUR", "type": "deposit"}, ["deposit"]),
    ({"type": "rollover"}, []),
    ({"aclass": "tokenized_asset"}, ["deposit", "deposit"]),
    ({"start": str(int(NOW) - 1)}, ["trade", "trade"]),
    ({"start": str(int(NOW))}, []),
    ({"asset": "EUR", "end": str(int(NOW) - 1)}, ["deposit"]),
    ({"asset": "EUR", "ofs": "1"}, ["deposit"]),
]


@for_each(FILTERS)
def test_filters(fields: dict[str, str], types: list[str]) -> None:
    """By currency, type, class, time and place."""
    assert [row["type"] for row in listed(traded(), **fields).values()] == types


def test_an_entry_bounds_what_is_listed() -> None:
    """Its time counts, as that of a trade does in TradesHistory; all are counted, unless not wanted."""
    desk = traded()
    newest = next(iter(listed(desk)))
    assert listed(desk, start=newest) == {}
    assert desk.ask("Ledgers", type="trade")["count"] == 2
    assert "count" not in desk.ask("Ledgers", without_count="true")


def test_entries_by_id() -> None:
    """Each in the order of the list; one that is not there, none, and too many are refused."""
    desk = traded()
    wanted = [*listed(desk)][:2]
    assert desk.ask("QueryLedgers", id=",".join(reversed(wanted))) == {
        txid: listed(desk)[txid] for txid in wanted
    }
    assert all(txid.startswith("L") and len(txid) == 19 for txid in wanted)
    for wrong in ("", "LAAAAA-BBBBB-CCCCCC", ",".join(wanted[:1] * 21)):
        with pytest.raises(RestError, match="EGeneral:Invalid arguments:id"):
            desk.ask("QueryLedgers", id=wrong)


def test_a_key_that_trades_reads_no_ledger_by_itself() -> None:
    """It is a permission of its own."""
    for call in ("Ledgers", "QueryLedgers"):
        with pytest.raises(RestError, match="EGeneral:Permission denied"):
            Desk().ask(call)
