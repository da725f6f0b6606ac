"""A connection that says what it is, and that a lost one is lost."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from runner.domain import Secret
from runner.errors import InvalidInput, Refused, Unreachable
from runner.runtime.storage import disk_cure_of

if TYPE_CHECKING:
    from tests.postgres.server import Server

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")


@pytest.mark.parametrize(
    "address", ["postgresql://a:b@c@h/d", "postgresql://a:b/c@h/d", "nonsense", "port=x"]
)
def test_an_address_that_may_show_a_password_is_not_shown(address: str) -> None:
    """It cannot be read, or it was taken apart at the wrong place."""
    with pytest.raises(InvalidInput, match="the address of the ledger cannot be read"):
        session.Session(Secret(address))


def test_a_server_that_is_not_there() -> None:
    """By name, without the password."""
    with pytest.raises(Unreachable, match=r"the ledger ann@127\.0\.0\.1:9/team cannot be reached"):
        session.Session(Secret("postgresql://ann:hers@127.0.0.1:9/team"))


def test_a_lost_connection_is_said_with_a_cure(url: Secret) -> None:
    """Its server process was ended."""
    with session.Session(url) as first, session.Session(url) as second:
        (pid,) = first.row("select pg_backend_pid()")
        second.rows("select pg_terminate_backend(%s)", (pid,))
        with pytest.raises(session.LedgerLost) as lost:
            first.rows("select 1")
    assert lost.value.errno == errno.ECONNRESET
    assert disk_cure_of(lost.value) == "Wait until the ledger answers, then run the same command again."


def test_the_settings_on_which_safety_depends(url: Secret, postgres: Server) -> None:
    """A database whose default is faster and less durable."""
    postgres.sql("alter database team set synchronous_commit = off")
    try:
        with session.Session(url) as first:
            assert first.row("show synchronous_commit") == ("on",)
            assert first.row("show client_connection_check_interval") == ("5s",)
    finally:
        postgres.sql("alter database team reset synchronous_commit")


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("pg_backend_pid() returns int language sql as 'select 1'", "is behind a pooler"),
        ("pg_is_in_recovery() returns boolean language sql as 'select true'", "is a standby"),
    ],
)
def test_a_server_on_which_a_lock_or_a_row_means_nothing(
    url: Secret, postgres: Server, answer: str, refusal: str
) -> None:
    """As a pooler answers that shares server processes (the protocol named another), and as a standby."""
    postgres.sql("drop schema if exists odd cascade; create schema odd")
    postgres.sql(f"create function odd.{answer}")
    with pytest.raises(Refused, match=refusal):
        session.Session(Secret(f"{url.reveal()}?options=-csearch_path%3Dodd,pg_catalog"))
