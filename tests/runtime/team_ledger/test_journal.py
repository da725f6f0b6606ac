"""A journal in the ledger: durable when written, void once another run holds the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core")


def test_what_was_written_is_there_for_the_next_runner(url: Secret) -> None:
    """In its order, over several rows, as one chain."""
    with session.Session(url) as one:
        account = lease.find_account(one, "AA01", "f" * 16, "api.example")
        with lease.hold_account(one, account, HOLDER) as held:
            writer = journal.LedgerJournal(one, held, "core", "")
            writer.append([{"entry": "a"}, {"entry": "b"}])
            writer.append([{"entry": "c"}])
    with session.Session(url) as two, lease.hold_account(two, account, HOLDER) as held:
        assert [row["entry"] for row in journal.LedgerJournal(two, held, "core", "").contents] == [
            "a",
            "b",
            "c",
        ]


def test_a_holder_that_was_replaced_writes_nothing(url: Secret) -> None:
    """Its lock is gone with the unlocking, its fence is that of the past."""
    with session.Session(url) as one, session.Session(url) as two:
        account = lease.find_account(one, "AA01", "f" * 16, "api.example")
        with lease.hold_account(one, account, HOLDER) as held:
            writer = journal.LedgerJournal(one, held, "core", "")
            writer.append([{"entry": "a"}])
            two.rows("update order_batch.account set fence = fence + 1 where id = %s", (account,))
            with pytest.raises(OSError, match="another run holds"):
                writer.append([{"entry": "b"}])
        with lease.hold_account(two, account, HOLDER) as after:
            found = journal.LedgerJournal(two, after, "core", "").contents
    assert [row["entry"] for row in found] == ["a"]


def test_a_halted_account_takes_no_intent(url: Secret) -> None:
    """The reason names who halted it and why."""
    with session.Session(url) as one:
        account = lease.find_account(one, "AA01", "f" * 16, "api.example")
        with lease.hold_account(one, account, HOLDER) as held:
            writer = journal.LedgerJournal(one, held, "core", "")
            one.rows(
                "update order_batch.account set halted_at = now(), halted_by = 'eve', halted_for = 'drill'"
            )
            with pytest.raises(OSError, match="halted by eve: drill"):
                writer.append([{"entry": "b"}])
