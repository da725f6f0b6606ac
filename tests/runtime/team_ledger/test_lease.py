"""One runner at a time: others learn the holder of the account, and a dead one holds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import Locked

if TYPE_CHECKING:
    from runner.domain import Secret

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
