"""A rebalance at an exchange that shares no code with this project: what it reads; it sends nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import foreign_exchange
from tests.app.targets_files import targets

if TYPE_CHECKING:
    from tests.acceptance.foreign.process import Foreign
    from tests.app.shell import CommandResult, Shell

STANDING = "OUEMWD-CUO73-YYCBEK"
CALLS = ("GetApiKeyInfo", "BalanceEx", "OpenOrders", "TradeVolume")


def rebalance(
    shell: Shell, exchange: Foreign, monkeypatch: pytest.MonkeyPatch, *options: str
) -> CommandResult:
    """Rebalance an account of a million each, at 150 euros: nearly all of it is in coins, by halves."""
    for name, text in exchange.environment.items():
        monkeypatch.setenv(name, text)
    return shell("rebalance", targets(), "--venue", "kraken", "--tier", "pro", *options)


def test_a_second_exchange_is_read_and_nothing_is_sent(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call each; its fee is the same for both sides, and an open order is named."""
    with foreign_exchange(tmp_path, standing=[{"txid": STANDING}]) as exchange:
        result = rebalance(shell, exchange, monkeypatch, "--out", "batch.yaml", "--format", "json")
        account = exchange.account()
    assert result.code == 0, result.stderr
    assert {asset["currency"]: asset["fee"] for asset in result.json["assets"]} == {
        "ETH": "0.0026",
        "XBT": "0.0026",
    }
    assert [order["txid"] for order in result.json["holding"]] == [STANDING]
    assert [len(account.called(call)) for call in CALLS] == [1, 1, 1, 1]
    assert account.received("addOrder") == account.tokens == []
    assert shell("validate", "batch.yaml").code == 0


@pytest.mark.parametrize(
    "script",
    [
        {"records_answers": [{"status": 502, "times": 9}]},
        {"iban": "AA11 N84G", "key_info": {"permissions": ["query-funds"]}},
    ],
    ids=["bad gateway", "no permission"],
)
def test_a_missing_part_is_unknown(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, script: dict[str, Any]
) -> None:
    """Exit code 5, whatever the reason, and no file."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0, 0.0))
    with foreign_exchange(tmp_path, **script) as exchange:
        result = rebalance(shell, exchange, monkeypatch, "--out", "batch.yaml")
    assert result.code == 5, result.stderr
    assert not Path("batch.yaml").exists()
