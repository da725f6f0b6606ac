"""Several files at an exchange that shares no code with the command: one look and one token for all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.acceptance.foreign.process import foreign_exchange
from tests.app.conftest import shell
from tests.app.shell import batch, order

if TYPE_CHECKING:
    import pytest

    from tests.app.shell import Shell

__all__ = ["shell"]

ONCE = ("GetWebSocketsToken", "GetApiKeyInfo", "BalanceEx")


def test_what_holds_for_all_files_is_read_once(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Token, key, balances; each file has a connection of its own, and its orders are there once."""
    for number, name in enumerate("ab"):
        batch(order(price=str(100 + number)), name=name)
    with foreign_exchange(tmp_path) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        said = shell("apply", ".", "--venue", "kraken", "--yes", "--tier", "pro", "--format", "json")
        account = exchange.account()
    assert said.code == 0, said.stderr
    calls = Counter(entry["path"].rpartition("/")[2] for entry in account.entries if entry["way"] == "rest")
    assert {name: calls[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert account.connections == 2
    assert len(account.tokens) == 1
    assert [frame["price"] for frame in account.received("addOrder")] == ["100", "101"]
    assert Path(".order-batch/kraken/a/manifest.json").exists()
