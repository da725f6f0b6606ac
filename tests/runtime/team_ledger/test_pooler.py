"""A real pooler: in session mode a ledger works through it, in transaction mode it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.domain import Secret
from runner.errors import Locked, Refused
from tests.postgres.pooler import missing_pooler, pooled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core")
pytestmark = pytest.mark.skipif(bool(missing_pooler()), reason=missing_pooler())


@pytest.fixture
def in_session_mode(url: Secret, postgres: Server) -> Iterator[Secret]:
    """The address of an empty ledger behind a pooler that keeps a server process for each session."""
    with pooled(postgres, "session") as address:
        yield Secret(address)


def test_a_ledger_behind_a_pooler_in_session_mode(in_session_mode: Secret, url: Secret) -> None:
    """One run holds the account, writes, and is kept apart from others, whichever way they come."""
    with session.Session(in_session_mode) as first, session.Session(in_session_mode) as second:
        account = lease.find_account(first, "AA01", "f" * 16, "api.example")
        held = lease.take_account(first, account, HOLDER)
        writer = journal.LedgerJournal(first, held, "core", "")
        writer.append([{"entry": "a"}])
        with session.Session(url) as direct:
            for other in (second, direct):
                with pytest.raises(Locked):
                    lease.take_account(other, account, HOLDER)
        assert first.row("show synchronous_commit") == ("on",)
        lease.let_go(first, held)
        lease.take_account(second, account, HOLDER)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        pytest.param({"server_round_robin": 1}, marks=pytest.mark.long),
        pytest.param({"default_pool_size": 1}, marks=pytest.mark.long),
    ],
    ids=["usual", "round robin", "one process"],
)
def test_a_pooler_in_transaction_mode_is_refused(
    url: Secret, postgres: Server, settings: dict[str, object]
) -> None:
    """It would lend one server process to several runs; others of its clients are connected as well."""
    shared = pytest.raises(Refused, match="shares one server process")
    with pooled(postgres, "transaction", **settings) as address, shared as refused:
        session.Session(Secret(address))
    assert "pool_mode = session" in refused.value.details[0]


@pytest.mark.long
def test_a_pooler_that_has_no_server_process_for_the_second_client(url: Secret, postgres: Server) -> None:
    """In session mode with a pool of one it waits: nothing is known, so nothing is permitted."""
    shared = pytest.raises(Refused, match="shares one server process")
    with pooled(postgres, "session", default_pool_size=1) as address, shared:
        session.Session(Secret(address))
