"""The nonces of an API key that several machines use: each is greater than all before it, on any of them.

Whoever may only read the ledger leaves no trace there: such nonces follow the last one that it has and the
clock of this machine.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from .session import LedgerLost

if TYPE_CHECKING:
    from .session import Session

_NEXT: Final = """
    insert into order_batch.nonce as known (fingerprint, exchange, last) values (%s, %s, %s)
    on conflict (fingerprint, exchange) do update set last = greatest(known.last + 1, excluded.last)
    returning last
"""
_LAST: Final = "select last from order_batch.nonce where fingerprint = %s and exchange = %s"


class LedgerNonces:
    """The nonces of one key, from a ledger. Callable from any thread, one call at a time."""

    def __init__(self, session: Session, fingerprint: str, exchange: str) -> None:
        self.fingerprint = fingerprint
        self.exchange = exchange
        self._session = session
        self._last = 0

    def __call__(self, now_ms: int) -> int:
        """Return the next one: the time in milliseconds, or one more than the last. Raises ``LedgerLost``."""
        try:
            found = self._session.row(_NEXT, (self.fingerprint, self.exchange, now_ms))
        except LedgerLost as lost:
            if lost.errno != errno.EACCES:
                raise
            return self._counted(now_ms, self._session.row(_LAST, (self.fingerprint, self.exchange)))
        assert found is not None, "it is inserted or updated"
        return self._counted(int(found[0]), None)

    def or_counted_here(self, now_ms: int) -> int:
        """Return the next one, counted on this machine where the ledger is away: for a stop button."""
        try:
            return self(now_ms)
        except LedgerLost:
            return self._counted(now_ms, None)

    def _counted(self, least: int, last: tuple[int] | None) -> int:
        self._last = max(self._last + 1, least, 0 if last is None else int(last[0]) + 1)
        return self._last
