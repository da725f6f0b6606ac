"""The hold on an account: one runner at a time, whichever machine it is on.

The advisory lock dies with its session and is for liveness. The fence is for safety: it grows with each
holder, and what an earlier holder still writes finds no row.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct, to_builtins
from psycopg.types.json import Jsonb

from runner.domain import halt_in_force
from runner.errors import Locked, Remedy

from .halts import halts_of
from .session import LedgerLost

if TYPE_CHECKING:
    from runner.domain import HaltChange

    from .session import Session

_LOCKS: Final = 1868850771
_HOLDERS: Final = """
    from pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())
    and classid::bigint = %s and objid::bigint = %s
"""
_CREATE: Final = """
    insert into order_batch.account (name, exchange) values (%s, %s) on conflict (name, exchange) do nothing
"""
_FIND: Final = "select id from order_batch.account where name = %s and exchange = %s"
_KNOWN: Final = "select account from order_batch.api_key where fingerprint = %s and exchange = %s"
_LEARN: Final = """
    insert into order_batch.api_key (fingerprint, exchange, account) values (%s, %s, %s)
    on conflict (fingerprint, exchange) do nothing
"""
_ACCOUNTS: Final = """
    select id, name, exchange, holder, to_char(held_since, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    from order_batch.account order by name, exchange
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


@dataclass(frozen=True, slots=True)
class Lease:
    """A held account. ``fence`` is that of this holder; what it writes is void once another one holds it."""

    account: int
    fence: int


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account of the ledger.

    ``holder`` is the run that holds it, None without one, and ``since`` RFC 3339 in UTC. A holder that cannot
    be read has no name. ``halt`` is the one that holds, None without one.
    """

    id: int
    name: str
    exchange: str
    held: bool
    holder: Holder | None
    since: str
    halt: HaltChange | None

    @property
    def holder_text(self) -> str:
        """The holder in words."""
        return "another run" if self.holder is None else f"{self.holder}, since {self.since}"


def holder_text(value: Any) -> str:
    """Return a holder as the ledger keeps it, in words."""
    holder = _holder(value)
    return "another run" if holder is None else str(holder)


def find_account(session: Session, name: str, fingerprint: str, exchange: str) -> int:
    """Return the account of an API key; ``name`` is the account's, which the exchange reports.

    A key that was not seen before becomes one of the account's. Whoever may only read finds an account that
    is there, and leaves the key unknown.
    """
    try:
        with session.transaction():
            session.rows(_CREATE, (name, exchange))
            found = session.row(_FIND, (name, exchange))
            assert found is not None, "it was made just now, and nothing removes one"
            session.rows(_LEARN, (fingerprint, exchange, found[0]))
    except LedgerLost as lost:
        if lost.errno != errno.EACCES or (found := session.row(_FIND, (name, exchange))) is None:
            raise
    return int(found[0])


def account_of_key(session: Session, fingerprint: str, exchange: str) -> int | None:
    """Return the account of an API key, None for one that was not seen before."""
    found = session.row(_KNOWN, (fingerprint, exchange))
    return None if found is None else int(found[0])


def take_account(session: Session, account: int, holder: Holder) -> Lease:
    """Take an account until it is let go or the session ends. Raises ``Locked`` with its holder."""
    if session.row("select pg_try_advisory_lock(%s, %s)", (_LOCKS, account)) != (True,):
        who = next(known.holder_text for known in accounts(session) if known.id == account)
        raise Locked(
            f"the account is held in the ledger {session.name} by {who}; nothing was sent",
            remedies=[Remedy.WAIT],
        )
    # Whoever held it before and is still writing is waited for here: its row is there, or it never will be.
    taken = session.row(
        "update order_batch.account set fence = fence + 1, holder = %s, held_since = now() where id = %s "
        "returning fence",
        (Jsonb(to_builtins(holder)), account),
    )
    assert taken is not None, "no account is ever removed"
    return Lease(account, int(taken[0]))


def let_go(session: Session, lease: Lease) -> None:
    """Let go of an account; a session that is lost has let go already."""
    with suppress(LedgerLost):
        session.rows(
            "update order_batch.account set holder = null where id = %s and fence = %s",
            (lease.account, lease.fence),
        )
        session.rows("select pg_advisory_unlock(%s, %s)", (_LOCKS, lease.account))


def accounts(session: Session) -> list[KnownAccount]:
    """Return the accounts of the ledger, each with its holder."""
    return [
        KnownAccount(
            id=id,
            name=name,
            exchange=exchange,
            held=held,
            holder=_holder(holder) if held else None,
            since=str(since) if held else "",
            halt=halt_in_force(halts_of(session, id)),
        )
        for id, name, exchange, holder, since in session.rows(_ACCOUNTS)
        for held in [is_held(session, id)]
    ]


def is_held(session: Session, account: int) -> bool:
    """Return True while a session holds an account; what a dead one has left in its row is nothing."""
    return bool(session.rows(f"select 1 {_HOLDERS}", (_LOCKS, account)))


def unlock(session: Session, account: int) -> int:
    """End the sessions that hold an account, and return how many; what they write from now on is void."""
    fence = session.row("select fence from order_batch.account where id = %s", (account,))
    # They end first: one that was stopped may hold the account's row, for which all others would wait.
    ended = session.rows(
        f"select pg_terminate_backend(pid) {_HOLDERS} and pid <> pg_backend_pid()", (_LOCKS, account)
    )
    # Who has taken the account since has raised the fence already, and keeps it.
    session.rows(
        "update order_batch.account set fence = fence + 1, holder = null where id = %s and fence = %s",
        (account, fence[0] if fence else 0),
    )
    return len(ended)


def _holder(value: Any) -> Holder | None:
    try:
        return msgspec.convert(value, Holder)
    except msgspec.ValidationError:
        return None
