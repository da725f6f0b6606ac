"""Nonces of one key over all machines: no two are equal, and each machine's grow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
nonces = pytest.importorskip("runner.runtime.team_ledger.nonces")
NOW_MS = 1_795_000_000_000
READ_ONLY = "?options=-c%20default_transaction_read_only%3Don"


def test_eight_machines_with_one_key(url: Secret) -> None:
    """They take sixty each at the same millisecond, by their clocks."""

    def taken(_: int) -> list[int]:
        with session.Session(url) as first:
            mine = nonces.LedgerNonces(first, "f" * 16, "api.example")
            return [mine(NOW_MS) for _ in range(60)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(taken, range(8)))
    assert all(each == sorted(each) for each in found)
    assert len({nonce for each in found for nonce in each}) == 480


def test_a_clock_that_is_behind_and_another_key(url: Secret) -> None:
    """Time goes on where it was left; each key has its own."""
    with session.Session(url) as first:
        mine = nonces.LedgerNonces(first, "f" * 16, "api.example")
        assert [mine(NOW_MS), mine(NOW_MS - 3_600_000), mine(NOW_MS + 50)] == [
            NOW_MS,
            NOW_MS + 1,
            NOW_MS + 50,
        ]
        assert nonces.LedgerNonces(first, "e" * 16, "api.example")(7) == 7


def test_threads_share_a_connection(url: Secret) -> None:
    """A transaction of one thread is not a part of another's."""
    with session.Session(url) as first, ThreadPoolExecutor(1) as pool:
        mine = nonces.LedgerNonces(first, "f" * 16, "api.example")
        with first.transaction():
            later = pool.submit(mine, NOW_MS)
            first.rows("select pg_sleep(0.05)")
            assert not later.done()
        assert later.result() == NOW_MS


def test_whoever_may_only_read_follows_the_last_one(url: Secret) -> None:
    """Its own grow as well; nothing of it is in the ledger."""
    with session.Session(url) as writer:
        nonces.LedgerNonces(writer, "f" * 16, "api.example")(NOW_MS)
        with session.Session(Secret(url.reveal() + READ_ONLY)) as reader:
            mine = nonces.LedgerNonces(reader, "f" * 16, "api.example")
            behind = NOW_MS - 3_600_000
            assert [mine(behind), mine(behind), mine(NOW_MS + 9)] == [NOW_MS + 1, NOW_MS + 2, NOW_MS + 9]
            assert nonces.LedgerNonces(reader, "e" * 16, "api.example")(7) == 7
        assert nonces.LedgerNonces(writer, "f" * 16, "api.example")(NOW_MS) == NOW_MS + 1


def test_only_a_stop_button_goes_on_without_the_ledger(url: Secret) -> None:
    """Its nonces grow on; all else learns that the ledger is away."""
    with session.Session(url) as first:
        mine = nonces.LedgerNonces(first, "f" * 16, "api.example")
        assert mine.or_counted_here(NOW_MS) == NOW_MS
        first.close()
        with pytest.raises(session.LedgerLost):
            mine(NOW_MS)
        assert [mine.or_counted_here(NOW_MS - 5), mine.or_counted_here(NOW_MS + 5)] == [
            NOW_MS + 1,
            NOW_MS + 5,
        ]
