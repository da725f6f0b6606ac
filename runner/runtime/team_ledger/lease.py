"""The hold on an account: one runner at a time, whichever machine it is on.

The advisory lock dies with its session and is for liveness. The fence is for safety: it grows with each
holder, and what an earlier holder still writes finds no row.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, convert, to_builtins
from psycopg.types.json import Jsonb

from runner.errors import Locked

from .session import LedgerLost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .session import Session

_LOCKS: Final = 1868850771
_ACCOUNT: Final = """
    insert into order_batch.account (name, exchange) values (%s, %s)
    on conflict (name, exchange) do update set name = excluded.name returning id
"""
_KNOWN: Final = "select account from order_batch.api_key where fingerprint = %s and exchange = %s"
_LEARN: Final = """
    insert into order_batch.api_key (fingerprint, exchange, account) values (%s, %s, %s)
    on conflict (fingerprint, exchange) do update set account = excluded.account
"""


class Holder(Struct, frozen=True, kw_only=True):
    """A run that holds an account: ``user`` on ``host``, its process, and its job in CI, empty elsewhere."""

    user: str
    host: str
    pid: int
    batch: str
    job: str = ""

    def __str__(self) -> str:
        job = f", job {self.job}" if self.job else ""
        return f"{self.user} on {self.host} (process {self.pid}{job}), applying {self.batch}"


class Lease:
    """A held account. ``fence`` is that of this holder; what it writes is void once another one holds it."""

    def __init__(self, account: int, fence: int) -> None:
        self.account = account
        self.fence = fence


def find_account(session: Session, name: str, fingerprint: str, exchange: str) -> int:
    """Return the account of an API key; ``name`` is the account's, which the exchange tells.

    A key that was not seen before becomes one of the account's.
    """
    with session.transaction():
        found = session.row(_ACCOUNT, (name, exchange))
        assert found is not None
        session.rows(_LEARN, (fingerprint, exchange, found[0]))
    return int(found[0])


def account_of_key(session: Session, fingerprint: str, exchange: str) -> int | None:
    """Return the account of an API key, None for one that was not seen before."""
    found = session.row(_KNOWN, (fingerprint, exchange))
    return None if found is None else int(found[0])


@contextmanager
def hold_account(session: Session, account: int, holder: Holder, *, wait_s: int = 0) -> Iterator[Lease]:
    """Hold an account during a block, after at most so many seconds. Raises ``Locked`` with its holder."""
    _lock(session, account, wait_s)
    taken = session.row(
        "update order_batch.account set fence = fence + 1, holder = %s, held_since = now() where id = %s "
        "returning fence",
        (Jsonb(to_builtins(holder)), account),
    )
    assert taken is not None
    lease = Lease(account, int(taken[0]))
    try:
        yield lease
    finally:
        _let_go(session, lease)


def who_holds(session: Session, account: int) -> tuple[Holder, str] | None:
    """Return the holder of an account and since when, RFC 3339 in UTC; None without one."""
    found = session.row(
        'select holder, to_char(held_since, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') from order_batch.account '
        "where id = %s and holder is not null",
        (account,),
    )
    return None if found is None else (_holder(found[0]), str(found[1]))


def unlock(session: Session, account: int) -> int:
    """End the sessions that hold an account, and return how many; what they write from now on is void."""
    with session.transaction():
        session.rows(
            "update order_batch.account set fence = fence + 1, holder = null where id = %s", (account,)
        )
        ended = session.rows(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted "
            "and classid::bigint = %s and objid::bigint = %s and pid <> pg_backend_pid()",
            (_LOCKS, account),
        )
    return len(ended)


def _lock(session: Session, account: int, wait_s: int) -> None:
    if session.row("select pg_try_advisory_lock(%s, %s)", (_LOCKS, account)) == (True,):
        return
    if wait_s:
        session.rows("select set_config('lock_timeout', %s, false)", (f"{wait_s}s",))
        try:
            session.rows("select pg_advisory_lock(%s, %s)", (_LOCKS, account))
        except LedgerLost:
            wait_s = 0
        finally:
            session.rows("select set_config('lock_timeout', '0', false)")
        if wait_s:
            return
    found = who_holds(session, account)
    who = "another run" if found is None else f"{found[0]}, since {found[1]}"
    raise Locked(
        f"the account is held in the ledger {session.name} by {who}; nothing was sent",
        details=["Wait until it is done, with --wait 10m for example."],
    )


def _let_go(session: Session, lease: Lease) -> None:
    """Let go of an account; a session that is lost has let go already."""
    try:
        session.rows(
            "update order_batch.account set holder = null where id = %s and fence = %s",
            (lease.account, lease.fence),
        )
        session.rows("select pg_advisory_unlock(%s, %s)", (_LOCKS, lease.account))
    except LedgerLost:
        session.close()


def _holder(value: Any) -> Holder:
    return convert(value, Holder)
