"""A cache of closed orders: a later look-up reads only the orders that have ended since.

The first look-up may take minutes on an account with a long history, so it runs before prices are read, and
only once. A look-up that the exchange's answers do not bound is repeated.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.execution import LookUp
    from runner.kraken import OpenOrder

OVERLAP_S: Final = 3600
"""Overlap of two look-ups before the newest order of the earlier one: records lag, by a minute at most as
far as was seen, and the longest settle window is ten."""


@dataclass(frozen=True, slots=True)
class CachedLookUp:
    """A finished look-up: its ids, its start, and the orders that it ``found``.

    ``newest`` is the latest end of an order, by the exchange's clock. Times are Unix seconds.
    """

    ids: frozenset[str]
    since: float | None
    found: tuple[OpenOrder, ...]
    newest: int

    def covers(self, look: LookUp) -> bool:
        """Return True if the cached look-up covers another one."""
        far = self.since is None or (look.since is not None and look.since >= self.since)
        return far and look.until is None and self.ids.issuperset(_ids_of(look))

    @property
    def rest(self) -> dict[str, str]:
        """Return the look-up of the remaining orders: those that have ended since."""
        return {"start": str(max(self.newest - OVERLAP_S, int(self.since or 0))), "closetime": "close"}

    def joined(self, later: Iterable[OpenOrder]) -> list[OpenOrder]:
        """All that is known with what ended later."""
        return [*{order.txid: order for order in (*self.found, *later)}.values()]


def cache_look_up(look: LookUp, first_page: Any, orders: Iterable[OpenOrder]) -> CachedLookUp | None:
    """Return the cache entry of a finished look-up.

    None if it was limited in time, or if the exchange does not report the end of orders.
    """
    newest = 0 if look.until is not None else _newest(first_page)
    if not newest:
        return None
    ids = frozenset(_ids_of(look))
    bare = set(map(_bare, ids))
    kept = tuple(order for order in orders if {_bare(order.cl_ord_id), order.userref} & bare)
    return CachedLookUp(ids, look.since, kept, newest)


def _ids_of(look: LookUp) -> tuple[str, ...]:
    return (*look.cl_ord_ids, *look.userrefs)


def _bare(cl_ord_id: str | None) -> str:
    """Return an id without what the exchange may spell otherwise."""
    return (cl_ord_id or "").replace("-", "").lower()


def _newest(result: Any) -> int:
    """Return the latest end of the closed orders on a page, in Unix seconds; 0 if one has none.

    An end in the future is ignored: it would hide the orders that end from now on.
    """
    try:
        newest = max((int(fields["closetm"]) for fields in result["closed"].values()), default=0)
        return min(newest, int(time.time()))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return 0
