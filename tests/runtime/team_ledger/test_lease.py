"""One runner at a time: others learn the holder of the account, and a dead one holds nothing."""

from __future__ import annotations

import time

import pytest

from runner.domain import Secret
from runner.errors import Locked

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core", job="https://ci.example/7")


def test_another_runner_is_kept_out_and_learns_the_holder(url: Secret) -> None:
    """With name, host, job and since when; once the account is free it may come in, with a later fence."""
    with session.Session(url) as opened, session.Session(url) as second:
        account = lease.find_account(opened, "AA01", "f" * 16, "api.example")
        held = lease.take_account(opened, account, HOLDER)
        with pytest.raises(Locked) as refused:
            lease.take_account(second, account, HOLDER)
        for word in ("ann on desk", "process 17", "job https://ci.example/7", "since 20"):
            assert word in str(refused.value)
        lease.let_go(opened, held)
        assert lease.take_account(second, account, HOLDER).fence == held.fence + 1


def test_a_lock_dies_with_its_session_and_its_name_counts_no_more(url: Secret) -> None:
    """The row of a dead holder is only what it left."""
    with session.Session(url) as opened:
        account = lease.find_account(opened, "AA01", "f" * 16, "api.example")
        lease.take_account(opened, account, HOLDER)
    with session.Session(url) as second:
        (known,) = lease.accounts(second)
        assert (known.held, known.holder) == (False, None)
        assert lease.take_account(second, account, HOLDER).fence == 2


def test_a_new_key_joins_its_account(url: Secret) -> None:
    """Keys change; who has another IBAN, or another exchange, is another account."""
    with session.Session(url) as opened:
        first = lease.find_account(opened, "AA01", "f" * 16, "api.example")
        assert lease.find_account(opened, "AA01", "e" * 16, "api.example") == first
        assert lease.account_of_key(opened, "e" * 16, "api.example") == first
        assert lease.account_of_key(opened, "e" * 16, "other.example") is None
        assert lease.find_account(opened, "BB02", "d" * 16, "api.example") != first


def test_a_reader_with_a_key_of_his_own_finds_the_account(url: Secret) -> None:
    """The key stays unknown; without the account none is made."""
    reader = Secret(url.reveal() + "?options=-c%20default_transaction_read_only%3Don")
    with session.Session(url) as opened, session.Session(reader) as second:
        with pytest.raises(session.LedgerLost, match="read-only"):
            lease.find_account(second, "AA01", "e" * 16, "api.example")
        first = lease.find_account(opened, "AA01", "f" * 16, "api.example")
        assert lease.find_account(second, "AA01", "e" * 16, "api.example") == first
        assert lease.account_of_key(second, "e" * 16, "api.example") is None


def test_unlocking_ends_the_session_of_that_account_alone(url: Secret) -> None:
    """Two accounts are held; one is unlocked."""
    with session.Session(url) as opened, session.Session(url) as second, session.Session(url) as admin:
        first = lease.find_account(opened, "AA01", "f" * 16, "api.example")
        other = lease.find_account(second, "BB02", "e" * 16, "api.example")
        lease.take_account(opened, first, HOLDER)
        lease.take_account(second, other, HOLDER)
        assert lease.unlock(admin, first) == 1
        with pytest.raises(OSError, match="terminat"):
            opened.rows("select 1")
        assert second.rows("select 1") == [(1,)]
        assert lease.is_held(admin, other)
        assert lease.unlock(admin, first) == 0


def test_unlocking_ends_a_run_that_was_stopped_within_a_transaction(url: Secret) -> None:
    """It holds the account's row, for which whoever unlocks would wait without end."""
    with session.Session(url) as stopped, session.Session(url) as admin:
        account = lease.find_account(stopped, "AA01", "f" * 16, "api.example")
        lease.take_account(stopped, account, HOLDER)
        stopped.rows("begin")
        stopped.rows("select from order_batch.account where id = %s for share", (account,))
        admin.rows("select set_config('lock_timeout', '5s', false)")
        assert lease.unlock(admin, account) == 1
        assert lease.take_account(admin, account, HOLDER).fence == 3


def test_unlocking_leaves_alone_who_has_taken_the_account_since(
    url: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the end of the old session and the next statement another run takes over."""
    with session.Session(url) as old, session.Session(url) as new, session.Session(url) as admin:
        account = lease.find_account(old, "AA01", "f" * 16, "api.example")
        lease.take_account(old, account, HOLDER)
        rows = admin.rows

        def rows_and_more(query: str, *args: object) -> list[tuple[object, ...]]:
            found = rows(query, *args)
            if "pg_terminate_backend" in query:
                limit = time.monotonic() + 30
                while lease.is_held(new, account):
                    assert time.monotonic() < limit, "the old session does not end"
                taken.append(lease.take_account(new, account, HOLDER))
            return found

        taken: list[object] = []
        monkeypatch.setattr(admin, "rows", rows_and_more)
        assert lease.unlock(admin, account) == 1
        (known,) = lease.accounts(new)
        assert taken == [lease.Lease(account, 2)]
        assert new.row("select fence from order_batch.account") == (2,)
        assert known.held
