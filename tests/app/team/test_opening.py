"""The steps of a command before its ledger is open, and the wait for the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.shell import UNREACHABLE, Shell, batch, order

if TYPE_CHECKING:
    from runner.domain import Secret

ADDRESS = "postgresql://ann@127.0.0.1:9/team"


def test_the_simulated_exchange_has_no_ledger(shell: Shell) -> None:
    """Its account is on this machine alone; each verb says so."""
    file = batch(order())
    for verb in ("plan", "apply", "status"):
        result = shell(verb, file, "--ledger", ADDRESS)
        assert result.code == 3
        assert "a ledger is for Kraken" in result.words


def test_without_a_key_no_account_is_known(shell: Shell, url: Secret) -> None:
    """So it is unknown whose journals these are."""
    result = shell("status", batch(order()), "--venue", "kraken", "--ledger", url.reveal())
    assert (result.code, "an API key is needed" in result.words) == (3, True)


def test_an_unknown_key_costs_one_call(shell: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline that is impossible; an exchange that does not answer says nothing."""
    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)
    live = ("status", batch(order()), "--venue", "kraken", "--ledger", url.reveal())
    result = shell(*live, "--offline")
    assert (result.code, "does not know this API key yet" in result.words) == (3, True)
    result = shell(*live)
    assert (result.code, "whose API key this is cannot be read" in result.words) == (5, True)


def test_a_ledger_without_tables(shell: Shell, no_tables: Secret) -> None:
    """The message names the command to run."""
    result = shell("ledger", "status", "--ledger", no_tables.reveal())
    assert (result.code, "order-batch ledger init" in result.words) == (4, True)


def test_a_run_waits_no_longer_than_it_may(
    shell: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, skipped_waits: None
) -> None:
    """It says for whom; then it leaves as one that does not wait."""
    from runner.app.access.venues import account_at, address_at  # noqa: PLC0415
    from runner.runtime.team_ledger import lease  # noqa: PLC0415
    from runner.runtime.team_ledger.session import Session  # noqa: PLC0415
    from tests.app.shell import STATE  # noqa: PLC0415

    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)
    key, exchange = str(account_at("kraken", STATE, UNREACHABLE)), address_at("kraken", UNREACHABLE)
    with Session(url) as other:
        account = lease.find_account(other, "AA01", key, exchange)
        lease.take_account(other, account, lease.Holder(user="bob", host="desk", pid=7, batch="core"))
        result = shell(
            "apply", batch(order()), "--venue", "kraken", "--yes", "--ledger", url.reveal(), "--wait", "3s"
        )
    assert result.code == 7
    assert "by bob on desk (process 7), applying core" in result.words
    assert "Waiting for at most 3 s" in result.words
