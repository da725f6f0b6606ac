"""The nonces of an API key that several machines use: each is greater than all before it, on any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .session import Session

_NEXT: Final = """
    insert into order_batch.nonce as known (fingerprint, exchange, last) values (%s, %s, %s)
    on conflict (fingerprint, exchange) do update set last = greatest(known.last + 1, excluded.last)
    returning last
"""


@dataclass(frozen=True, slots=True)
class LedgerNonces:
    """The nonces of one key, from a ledger. Callable from any thread."""

    session: Session
    fingerprint: str
    exchange: str

    def __call__(self, now_ms: int) -> int:
        """Return the next one: the time in milliseconds, or one more than the last. Raises ``LedgerLost``."""
        found = self.session.row(_NEXT, (self.fingerprint, self.exchange, now_ms))
        assert found is not None, "it is inserted or updated"
        return int(found[0])
