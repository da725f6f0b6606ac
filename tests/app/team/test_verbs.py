"""`order-batch ledger`: what is in a ledger, for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.shell import Shell

if TYPE_CHECKING:
    from runner.domain import Secret
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
RUN = {
    "entry": "run-started",
    "at": "2026-11-30T05:00:00Z",
    "tool": "order-batch 0",
    "batch": "core",
    "run_key": "",
    "venue": "kraken",
    "file": "core.yaml",
    "digest": "0" * 64,
    "groups": [],
    "provenance": {"user": "ann", "host": "desk\x1b[2J", "run": "https://ci.example/7", "actor": "bob"},
}


def test_from_an_empty_database_to_a_history(
    shell: Shell, no_tables: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, an account with its holder, a run; and a row that somebody has changed."""
    monkeypatch.setenv("ORDER_BATCH_LEDGER", no_tables.reveal())
    assert shell("ledger", "init").stdout.startswith("applied: version 1, 2")
    assert shell("ledger", "init").stdout == "nothing to do\n"
    assert shell("ledger", "status").stdout == "no account yet\n"
    assert shell("ledger", "history").stdout == "no run yet\n"
    with session.Session(no_tables) as first:
        account = lease.find_account(first, "AA01", "f" * 16, "api.example")
        holder = lease.Holder(user="ann", host="desk", pid=17, batch="core")
        writer = journal.LedgerJournal(first, lease.take_account(first, account, holder), "core", "")
        writer.append([RUN])
        assert shell("ledger", "status").stdout.startswith(
            "AA01 at api.example: held by ann on desk (process 17), applying core, since 20"
        )
        assert " ".join(shell("ledger", "history").stdout.split()).startswith(
            "2026-11-30 05:00:00 UTC core#1 unfinished bob, desk\\x1b[2J, https://ci.example/7 kraken: "
        )
        assert shell("ledger", "history", "core", "--account", "BB02").code == 3
        assert (
            shell("ledger", "history", "core", "--account", "AA01", "--format", "json").json["batch"]
            == "core"
        )
        assert shell("ledger", "unlock", "--account", "BB02").code == 3
        assert shell("ledger", "unlock").stdout == "AA01: the run that held it was ended\n"
        assert shell("ledger", "unlock").stdout == "AA01: no run held it\n"
    assert shell("ledger", "status").stdout == "AA01 at api.example: free\n"
    assert shell("ledger", "verify").stdout == "all journals are whole\n"
    with session.Session(no_tables) as admin:
        admin.rows("update order_batch.chunk set lines = replace(lines, 'core.yaml', 'gone.yaml')")
    result = shell("ledger", "verify")
    assert (result.code, "AA01, core: row 1 does not follow the one before" in result.stdout) == (4, True)


def test_a_reader_may_not_unlock(shell: Shell, url: Secret, postgres: Server) -> None:
    """The database decides who may; that is a refusal, and its reason is shown."""
    sql = shell("ledger", "init", "--print").stdout
    postgres.sql(sql[sql.index("-- Roles of the ledger") :])
    postgres.sql(
        "do $$ begin create role rob login password 'his' in role order_batch_reader; "
        "exception when duplicate_object then null; end $$"
    )
    with session.Session(url) as first:
        lease.find_account(first, "AA01", "f" * 16, "api.example")
    his = url.reveal().replace("admin:secret-of-the-admin", "rob:his")
    assert shell("ledger", "status", "--ledger", his).stdout == "AA01 at api.example: free\n"
    result = shell("ledger", "unlock", "--ledger", his)
    assert (result.code, "permission denied" in result.words) == (4, True)
