"""A halt in the ledger: once it has returned, no holder of the account makes an intent durable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.runtime.storage import AccountHalted, Terms

if TYPE_CHECKING:
    from runner.domain import Secret
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
halts = pytest.importorskip("runner.runtime.team_ledger.halts")
migrations = pytest.importorskip("runner.runtime.team_ledger.migrations")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core")
NEW = Terms(intents=frozenset({7}))


def account_of(opened: object) -> int:
    """The account."""
    return lease.find_account(opened, "AA01", "f" * 16, "api.example")


def test_the_holder_writes_outcomes_and_no_intent(url: Secret) -> None:
    """Another session halts, without holding the account; after the resumption intents are written again."""
    with session.Session(url) as first, session.Session(url) as second:
        account = account_of(first)
        writer = journal.LedgerJournal(first, lease.take_account(first, account, HOLDER), "core", "")
        writer.write(writer.sealed([{"entry": "a"}]), NEW)
        change = halts.change_halt(second, account, halted=True, host="ci", reason="odd fills")
        assert (change.halted, change.host, change.reason) == (True, "ci", "odd fills")
        with pytest.raises(
            AccountHalted, match=f"halted by {change.by} on ci at 20.* because: odd fills"
        ) as halted:
            writer.write(writer.sealed([{"entry": "b"}]), NEW)
        assert halted.value.reqids == {7}
        writer.write(writer.sealed([{"entry": "c"}]))
        (known,) = lease.accounts(second)
        assert known.halt == change
        halts.change_halt(second, account, halted=False, host="ci", reason="all fine")
        writer.write(writer.sealed([{"entry": "d"}]), NEW)
        assert [each.halted for each in halts.halts_of(second, account)] == [True, False]
        (found,) = lease.accounts(first)
        assert found.halt is None
    with session.Session(url) as after:
        lines = journal.text_of(after, writer.id)[0].splitlines()
    assert [line.split('"entry":"')[1][0] for line in lines] == ["a", "c", "d"]


def test_a_lost_account_is_reported_before_a_halt(url: Secret) -> None:
    """Both are so; only one of them lets the run go on to learn what becomes of its orders."""
    with session.Session(url) as first, session.Session(url) as second:
        account = account_of(first)
        writer = journal.LedgerJournal(first, lease.take_account(first, account, HOLDER), "core", "")
        halts.change_halt(second, account, halted=True, host="ci", reason="odd")
        second.rows("update order_batch.account set fence = fence + 1")
        with pytest.raises(OSError, match="was unlocked"):
            writer.write(writer.sealed([{"entry": "a"}]), NEW)


def test_it_waits_for_an_intent_that_is_being_written(url: Secret) -> None:
    """Admitted intents are in the ledger when the halt returns; a runner that hangs there makes it fail."""
    with session.Session(url) as first, session.Session(url) as second:
        account = account_of(first)
        writer = journal.LedgerJournal(first, lease.take_account(first, account, HOLDER), "core", "")
        halts._WAIT, kept = "select set_config('lock_timeout', '50ms', true)", halts._WAIT
        try:
            with first.transaction():
                writer.write(writer.sealed([{"entry": "a"}]), NEW)
                with pytest.raises(OSError, match="lock timeout"):
                    halts.change_halt(second, account, halted=True, host="ci", reason="odd")
        finally:
            halts._WAIT = kept
        halts.change_halt(second, account, halted=True, host="ci", reason="odd")
        assert journal.text_of(second, writer.id)[1] == 1


def test_a_runner_may_halt_and_change_no_halt(url: Secret, postgres: Server) -> None:
    """The role of whoever applies adds to the halts, and takes none away."""
    sql = migrations.statements()
    postgres.sql(sql[sql.index("-- Roles of the ledger") :])
    postgres.sql(
        "do $$ begin create role ann login password 'hers' in role order_batch_runner; "
        "exception when duplicate_object then null; end $$"
    )
    hers = type(url)(url.reveal().replace("admin:secret-of-the-admin", "ann:hers"))
    with session.Session(hers) as first:
        change = halts.change_halt(first, account_of(first), halted=True, host="ci", reason="odd")
        assert change.by == "ann"
        for statement in ("delete from order_batch.halt", "update order_batch.halt set halted = false"):
            with pytest.raises(OSError, match="permission denied"):
                first.rows(statement)
