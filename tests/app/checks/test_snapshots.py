"""The data that a rebalance is computed from, as it is read at a venue."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from runner.app.checks.snapshots import read_snapshot
from runner.app.hosts import PlainProgram, result_without_loop
from runner.app.inputs.batches import Target
from runner.batchfile import parse_targets
from runner.errors import Unreachable
from runner.kraken import Tier
from tests.app.shell import STATE, Shell
from tests.app.targets_files import answering, targets

if TYPE_CHECKING:
    from pathlib import Path

    from runner.rebalance import Snapshot


def seen(file: Path) -> Snapshot:
    """The snapshot of a simulated exchange, for a targets file."""
    parsed = parse_targets(file.read_bytes(), str(file)).targets
    assert parsed is not None
    target = Target(file=file, state_dir=STATE, venue="paper", run_key="")
    host = PlainProgram()
    return result_without_loop(read_snapshot(parsed, target, {}, host=host, say=print, tier=Tier.STARTER))


def test_market_and_account_are_read(shell: Shell) -> None:
    """The pairs of the file alone, all balances and open orders, and the fees of the account."""
    found = seen(targets())
    assert list(found.market.instruments) == list(found.market.quotes) == ["ETH/EUR", "XBT/EUR"]
    assert found.market.source == "paper"
    assert found.market.at >= max(quote.at for quote in found.market.quotes.values())
    assert found.balances is not None
    assert found.balances["XBT"].available == Decimal(10)
    assert {pair: fees.maker for pair, fees in found.fees.items()} == {
        "ETH/EUR": Decimal("0.0025"),
        "XBT/EUR": Decimal("0.0025"),
    }


def test_an_order_of_another_pair_says_what_it_holds(shell: Shell) -> None:
    """The file is about euros; what a sale for dollars holds back is named all the same."""
    assert found_pairs(seen(targets(weights="{XBT: 80%}"))) == {"ETH/EUR"}


def found_pairs(snapshot: Snapshot) -> set[str]:
    """The pairs of the open orders."""
    assert snapshot.orders is not None
    return {order.pair for order in snapshot.orders}


def test_a_fee_of_the_file_needs_no_call(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the snapshot has none."""
    calls = answering(monkeypatch, {"TradeVolume": 502})
    assert seen(targets(fees="0.26%")).fees == {}
    assert "TradeVolume" not in calls


def test_balances_that_may_not_be_read_are_no_account(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key may lack the permission, and an older exchange does not say so before."""
    answering(
        monkeypatch,
        {
            "GetApiKeyInfo": lambda result: {**result, "permissions": None},
            "BalanceEx": "EGeneral:Permission denied",
        },
    )
    with pytest.raises(Unreachable, match="may not read the balances"):
        seen(targets())
