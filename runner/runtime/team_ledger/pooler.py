"""The check for a pooler that lends the server process of a session to others as well.

In session mode a pooler reserves it, and a ledger works; in transaction mode it does not, and what a session
has locked and set is anybody's. Both answer alike to one client, so a second one is needed to find it out.
"""

from __future__ import annotations

import select
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

_PID: Final = "select pg_backend_pid()"
_TRIES: Final = 3
_ANSWER_S: Final = 5.0
"""Time for a pooler to find a server process for the second client: it may have none left."""


def is_shared(
    connection: psycopg.Connection[Any], backend: int, connect: Callable[[], psycopg.Connection[Any]]
) -> bool:
    """Return True if the server process ``backend`` of a connection may also serve others.

    ``connect`` opens another connection. True as well where that gets no answer. Raises ``psycopg.Error``.
    """
    if backend == connection.info.backend_pid:
        return False  # There is no pooler: the protocol says the same as the server.
    with closing(connect()) as other:
        for _ in range(_TRIES):
            # Within a transaction it keeps its server process for itself, in transaction mode too.
            if _ask(other, b"begin; select pg_backend_pid()") in (None, backend):
                return True
            row = connection.execute(_PID).fetchone()
            if row != (backend,):
                return True
            other.rollback()
    return False


def _ask(connection: psycopg.Connection[Any], query: bytes) -> int | None:
    """Return the number that a statement answers with, None if it takes too long."""
    wire = connection.pgconn
    wire.send_query(query)
    limit = time.monotonic() + _ANSWER_S
    number = None
    while True:
        while wire.is_busy():
            ready, _, _ = select.select([wire.socket], [], [], max(0.0, limit - time.monotonic()))
            if not ready:
                return None
            wire.consume_input()
        result = wire.get_result()
        if result is None:
            return number
        if result.ntuples:
            number = int(result.get_value(0, 0) or 0)
