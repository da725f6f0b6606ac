"""Nonces of one key on several machines: each command that signs counts in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import batch, order
from tests.app.targets_files import targets
from tests.postgres.people import let_in

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret
    from tests.app.shell import Shell
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
LIVE = ("--venue", "kraken")
AN_HOUR = "update order_batch.nonce set last = last + 3600000"


@pytest.fixture
def team(shell: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A command line in this process, with an empty ledger."""
    monkeypatch.setenv("ORDER_BATCH_LEDGER", url.reveal())
    return shell


def test_each_command_counts_on_from_a_machine_that_is_an_hour_ahead(
    team: Shell, url: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the clock of this machine alone the exchange would refuse every one of them."""
    file = str(batch(order()))
    with foreign_exchange(tmp_path, iban="AA01") as exchange, session.Session(url) as ledger:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        assert team("apply", file, *LIVE, "--yes", "--unchecked").code == 0
        for args in (
            ("status", file, *LIVE),
            ("plan", str(batch(order("b"), name="other")), *LIVE),
            ("rebalance", str(targets()), *LIVE, "--tier", "pro"),
            ("doctor", *LIVE, "--for", "status"),
            ("halt", "--reason", "odd", *LIVE, "--yes", "--settle", "0"),
        ):
            ledger.rows(AN_HOUR)
            result = team(*args)
            assert "nonce" not in result.stdout + result.stderr, result
            assert result.code == 0, result


def test_whoever_may_only_read_the_ledger_sees_the_status(
    team: Shell, url: Secret, postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The reader's role counts nonces; without that right they follow the last one of the ledger."""
    reader = let_in(postgres)["reader"]
    file = str(batch(order()))
    with foreign_exchange(tmp_path, iban="AA01") as exchange, session.Session(url) as ledger:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        assert team("apply", file, *LIVE, "--yes", "--unchecked").code == 0
        for right in ("grant", "revoke"):
            ledger.rows(AN_HOUR)
            ledger.rows(
                b"%b insert, update on order_batch.nonce %b order_batch_reader"
                % (right.encode(), b"to" if right == "grant" else b"from")
            )
            result = team("status", file, *LIVE, "--ledger", reader, "--format", "json")
            assert (result.code, result.json["exchange_read"]) == (0, True), result
