"""One connection to the ledger's PostgreSQL, and the servers that are refused.

psycopg is imported here and beside, and these modules only where a ledger is named.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, LiteralString, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from runner.errors import InvalidInput, Refused, Remedy, Unreachable

from .pooler import is_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from runner.domain import Secret

_CONNECT_S: Final = 10
# A host that is lost keeps its lock until the server notices: without these for over two hours.
_KEEP_ALIVE: Final[dict[str, Any]] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
_SETTINGS: Final = {
    "synchronous_commit": "on",
    "client_connection_check_interval": "5s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "search_path": "order_batch",
    "timezone": "UTC",
}


class LedgerLost(OSError):
    """The ledger does not take what was to become durable; ``strerror`` says why.

    ``constraint`` is that of its tables which would not hold, empty for any other reason.
    """

    def __init__(self, why: str, kind: int = errno.ECONNRESET, constraint: str = "") -> None:
        super().__init__(kind, why)
        self.constraint = constraint


class Session:
    """A connection to a ledger; use it in a ``with`` statement. Of several threads one waits for the other.

    ``url`` is a connection string of libpq; a password may come from the usual places of libpq too.
    Raises ``InvalidInput`` for one that cannot be read, ``Unreachable`` if there is no connection, and
    ``Refused`` for a standby and for a pooler that shares server processes: locks mean nothing there.
    """

    def __init__(self, url: Secret) -> None:
        self.name = _name(url)
        self._alone = RLock()
        self._url = url
        try:
            self._connection = self._connect()
        except psycopg.Error as error:
            raise Unreachable(
                f"the ledger {self.name} cannot be reached: {_reason(error)}",
                details=["Nothing was sent. Start it, or correct its address."],
                remedies=[Remedy.LEDGER],
            ) from None
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            self._url.reveal(),
            autocommit=True,
            connect_timeout=_CONNECT_S,
            application_name="order-batch",
            **_KEEP_ALIVE,
        )

    def rows(
        self, query: LiteralString | bytes, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, none for one that has no result. Raises ``LedgerLost``."""
        with self._alone, self.failing():
            cursor = self._connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def row(
        self, query: LiteralString | bytes, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> tuple[Any, ...] | None:
        """Return the first row of a statement, None without one. Raises ``LedgerLost``."""
        return next(iter(self.rows(query, values)), None)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what a block does, all or nothing. Raises ``LedgerLost``; then nothing of it counts."""
        with self._alone, self.failing(), self._connection.transaction():
            yield

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn errors of the database into ``LedgerLost``, without a word of the connection string."""
        try:
            yield
        except psycopg.Error as error:
            raise LedgerLost(_reason(error), _kind(error), error.diag.constraint_name or "") from None

    def close(self) -> None:
        """End the connection; the server lets go of its locks."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        with self.failing():
            found = self._connection.execute("select pg_backend_pid(), pg_is_in_recovery()").fetchone()
        assert found is not None
        backend, standby = found
        if standby:
            raise Refused(
                f"the ledger {self.name} is a standby, which cannot be written",
                details=["Name the primary; target_session_attrs=read-write finds it among several hosts."],
            )
        with self.failing():
            shared = is_shared(self._connection, backend, self._connect)
        if shared:
            raise Refused(
                f"the ledger {self.name} is behind a pooler, which shares one server process among clients",
                details=[
                    "A lock would be everybody's there. Connect to PostgreSQL itself, or have the pooler "
                    "keep a server process for each session (PgBouncer: pool_mode = session)."
                ],
            )
        with self.failing():
            for name, value in _SETTINGS.items():
                self._connection.execute("select set_config(%s, %s, false)", (name, value))


def _name(url: Secret) -> str:
    """Return a connection string for people: without a password. Raises ``InvalidInput``."""
    try:
        parts = conninfo_to_dict(url.reveal())
    except psycopg.ProgrammingError:
        raise _unreadable() from None
    # A password that is not percent-encoded ends up in the other parts, which are shown.
    if "@" in f"{parts.get('host')}{parts.get('dbname')}" or not _is_port(parts.get("port")):
        raise _unreadable()
    user = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"{user}{parts.get('host') or 'localhost'}{port}/{parts.get('dbname') or ''}"


def _unreadable() -> InvalidInput:
    # What libpq says of it may repeat a part of the password.
    return InvalidInput(
        "the address of the ledger cannot be read",
        details=["Write postgresql://user@host:5432/database; a password in it is percent-encoded."],
    )


def _is_port(text: Any) -> bool:
    return text is None or str(text).replace(",", "").isdecimal()


def _kind(error: psycopg.Error) -> int:
    denied = isinstance(error, InsufficientPrivilege | ReadOnlySqlTransaction)
    return errno.EACCES if denied else errno.ECONNRESET


def _reason(error: psycopg.Error) -> str:
    text = error.diag.message_primary or next(iter(str(error).splitlines()), "") or type(error).__name__
    return " ".join(text.split())
