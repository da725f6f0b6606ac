"""Several files at an exchange that shares no code with the command: one look and one token for all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.app import runs
from tests.acceptance.foreign.process import foreign_exchange
from tests.app.conftest import shell
from tests.app.shell import batch, order

if TYPE_CHECKING:
    from tests.app.shell import Shell

__all__ = ["shell"]

ONCE = ("GetWebSocketsToken", "GetApiKeyInfo")


@pytest.mark.parametrize(("holds_s", "looks"), [(60.0, 1), (0.0, 2)])
def test_what_holds_for_all_files_is_read_once(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds_s: float, looks: int
) -> None:
    """Token, key, balances; a look that is old by the next turn is made again, and orders are there once."""
    monkeypatch.setattr(runs, "LOOK_HOLDS_S", holds_s)
    for number, name in enumerate("ab"):
        batch(order(price=str(100 + number)), name=name)
    with foreign_exchange(tmp_path) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        result = shell("apply", ".", "--venue", "kraken", "--yes", "--tier", "pro", "--format", "json")
        account = exchange.account()
    assert result.code == 0, result.stderr
    calls = Counter(entry["path"].rpartition("/")[2] for entry in account.entries if entry["way"] == "rest")
    assert {name: calls[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert calls["BalanceEx"] == looks
    assert account.connections == 2
    assert len(account.tokens) == 1
    assert [frame["price"] for frame in account.received("addOrder")] == ["100", "101"]
    assert Path(".order-batch/kraken/a/manifest.json").exists()


def test_files_that_keep_going_without_a_refused_one_are_not_looked_at_again(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look has left it out already."""
    for name, volume in (("a", "1"), ("b", "0.00001"), ("c", "1")):
        batch(order(price="100", volume=volume), name=name)
    with foreign_exchange(tmp_path) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        options = ("--venue", "kraken", "--yes", "--tier", "pro", "--keep-going")
        result = shell("apply", ".", *options)
        account = exchange.account()
    assert result.code == 4, result.stderr
    assert len(account.called("BalanceEx")) == 1
    assert len(account.received("addOrder")) == 2


def test_what_comes_after_a_failed_file_is_looked_at_again(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was reviewed as if the other one had done its part."""
    for number, name in enumerate("ab"):
        batch(order(price=str(100 + number)), name=name)
    with foreign_exchange(tmp_path, rejects={"1": "EOrder:Insufficient funds"}) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        result = shell("apply", ".", "--venue", "kraken", "--yes", "--tier", "pro", "--keep-going")
        account = exchange.account()
    assert result.code == 1, result.stderr
    assert len(account.called("BalanceEx")) == 2
    assert [request["request"]["price"] for request in account.booked()] == ["101"]
