"""A journal in the ledger: durable when written, void once another run holds the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import Refused, Unreachable
from runner.journal import RunEnded
from runner.runtime.driver import Recorder
from runner.runtime.storage import State

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
chain = pytest.importorskip("runner.runtime.team_ledger.chain")
migrations = pytest.importorskip("runner.runtime.team_ledger.migrations")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core")


def taken(one: object) -> object:
    """The account, taken by a session."""
    return lease.take_account(one, lease.find_account(one, "AA01", "f" * 16, "api.example"), HOLDER)


def test_what_was_written_is_there_for_the_next_runner(url: Secret) -> None:
    """In its order, over several rows, as one chain."""
    with session.Session(url) as one:
        writer = journal.LedgerJournal(one, taken(one), "core", "")
        writer.append([{"entry": "a"}, {"entry": "b"}])
        writer.append([{"entry": "c"}])
    with session.Session(url) as two:
        found = journal.LedgerJournal(two, taken(two), "core", "")
        assert [row["entry"] for row in found.contents] == ["a", "b", "c"]
        found.append([{"entry": "d"}])
        (kept,) = journal.journals_of(two, 1)
        assert (kept.batch, kept.run_key, kept.written_at > 0) == ("core", "", True)
        assert list(chain.breaks_of(two, kept.id, "core")) == []


def test_a_holder_that_was_replaced_writes_nothing(url: Secret) -> None:
    """Its lock is gone with the unlocking, its fence is that of the past."""
    with session.Session(url) as one, session.Session(url) as two:
        held = taken(one)
        writer = journal.LedgerJournal(one, held, "core", "")
        writer.append([{"entry": "a"}])
        two.rows("update order_batch.account set fence = fence + 1")
        with pytest.raises(OSError, match="was unlocked"):
            writer.append([{"entry": "b"}])
        lease.let_go(one, held)
        found = journal.LedgerJournal(two, taken(two), "core", "").contents
    assert [row["entry"] for row in found] == ["a"]


def test_a_successor_waits_for_what_is_being_written(url: Secret) -> None:
    """The insert is not committed yet: the fence cannot be raised until it is, so the look sees the row."""
    with session.Session(url) as one, session.Session(url) as two:
        writer = journal.LedgerJournal(one, taken(one), "core", "")
        two.rows("select set_config('lock_timeout', '50ms', false)")
        with one.transaction():
            writer.append([{"entry": "a"}])
            with pytest.raises(OSError, match="lock timeout"):
                two.rows("update order_batch.account set fence = fence + 1")


def test_a_runner_may_add_and_change_nothing(url: Secret, postgres: Server) -> None:
    """The role of whoever applies has what a run takes, and neither update nor delete on rows."""
    sql = migrations.statements()
    postgres.sql(sql[sql.index("-- Roles of the ledger") :])
    postgres.sql(
        "do $$ begin create role ann login password 'hers' in role order_batch_runner; "
        "exception when duplicate_object then null; end $$"
    )
    hers = type(url)(url.reveal().replace("admin:secret-of-the-admin", "ann:hers"))
    with session.Session(hers) as one:
        writer = journal.LedgerJournal(one, taken(one), "core", "")
        writer.append([{"entry": "a"}])
        for statement in (
            "update order_batch.chunk set lines = ''",
            "delete from order_batch.chunk",
            "delete from order_batch.journal",
            "update order_batch.account set name = 'X'",
        ):
            with pytest.raises(OSError, match="permission denied"):
                one.rows(statement)
        writer.append([{"entry": "b"}])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
            "and application_name = 'order-batch'",
            Unreachable,
        ),
        ("update order_batch.account set fence = fence + 1", Refused),
    ],
)
async def test_a_run_that_cannot_write_sends_nothing(
    url: Secret, postgres: Server, tmp_path: Path, change: str, kind: type[Exception]
) -> None:
    """The next one may find the ledger there again; one that was unlocked is refused."""
    one = session.Session(url)
    recorder = Recorder(State(tmp_path, journal.LedgerJournal(one, taken(one), "core", "")))
    postgres.sql(change)
    with pytest.raises(kind) as failed:
        await recorder.append([RunEnded(at="2026-11-30T05:00:00Z", outcome="done", reason="")])
    one.close()
    assert type(failed.value) is kind
    assert "What it does not hold was not sent." in failed.value.details[0]
