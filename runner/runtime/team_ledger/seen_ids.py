"""The ids of an account's closed orders, read once by whoever comes first; later runs read what is new.

All that ended before ``looked_until`` is in it. A ledger that was restored from a copy knows less and says
so: what follows is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .session import Session

# One statement: a process that is stopped between two of a transaction would keep the account's row from all.
_ADD: Final = """
    with added as (
        insert into order_batch.seen_id as seen (account, id, opened_at)
        select %(account)s, id, opened_at
        from unnest(%(ids)s::text[], %(times)s::double precision[]) as found (id, opened_at)
        on conflict (account, id) do update set opened_at = least(seen.opened_at, excluded.opened_at)
    )
    update order_batch.account set looked_until = greatest(looked_until, %(until)s) where id = %(account)s
"""
_LOOKED: Final = "select looked_until from order_batch.account where id = %s"
_FIRST: Final = "select min(opened_at) from order_batch.seen_id where account = %s and id = any(%s)"


@dataclass(frozen=True, slots=True)
class SeenIds:
    """The seen ids of an account. Times are Unix seconds. All methods raise ``LedgerLost``."""

    session: Session
    account: int

    def looked_until(self) -> float | None:
        """Return up to when all closed orders were read, None if they never were."""
        found = self.session.row(_LOOKED, (self.account,))
        return None if found is None else found[0]

    def add(self, opened_at: Mapping[str, float], until: float) -> None:
        """Add ids, each with the time at which the first order of it was opened.

        They are of all orders that have ended between the last ``looked_until``, or ever, and ``until``.
        """
        ids, times = list(opened_at), list(opened_at.values())
        self.session.rows(_ADD, {"account": self.account, "ids": ids, "times": times, "until": until})

    def first_opened(self, ids: Sequence[str]) -> float | None:
        """Return when the first order with one of these ids was opened; None if none was seen."""
        found = self.session.row(_FIRST, (self.account, list(ids)))
        return None if found is None else found[0]
