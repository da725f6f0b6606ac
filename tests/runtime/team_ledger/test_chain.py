"""A journal in the ledger that somebody has changed is found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
chain = pytest.importorskip("runner.runtime.team_ledger.chain")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update order_batch.chunk set lines = replace(lines, '\"b\"', '\"x\"')", "row 2 does not follow"),
        ("delete from order_batch.chunk where seq = 2", "row 2 is missing"),
        ("delete from order_batch.chunk where seq = 1", "row 1 is missing"),
        ("update order_batch.chunk set fence = 9 where seq = 1", "row 2 was written by a run that no longer"),
    ],
)
def test_a_change_is_found(url: Secret, change: str, found: str) -> None:
    """A line, a row in the middle, the first one, and whose it is."""
    with session.Session(url) as first:
        account = lease.find_account(first, "AA01", "f" * 16, "api.example")
        writer = journal.LedgerJournal(first, lease.take_account(first, account, HOLDER), "core", "")
        for entry in "abc":
            writer.append([{"entry": entry}])
        assert list(chain.breaks_of(first, writer.id, "core")) == []
        first.rows(change)
        assert any(found in text for text in chain.breaks_of(first, writer.id, "core"))


def test_a_journal_without_a_row_is_whole(url: Secret) -> None:
    """A run that was refused before its beginning has left one."""
    with session.Session(url) as first:
        account = lease.find_account(first, "AA01", "f" * 16, "api.example")
        opened = journal.LedgerJournal(first, lease.take_account(first, account, HOLDER), "core", "")
        assert list(chain.breaks_of(first, opened.id, "core")) == []
