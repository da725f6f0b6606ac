"""A look through the account's records for the orders of several plans, which is made once for all of them.

Each call for records fills a counter that falls slowly, however much it returns.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.execution import LookUp, first_look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.kraken import OpenOrder
    from runner.planning import Plan
    from runner.runtime.kraken.access import KrakenAccess


class SharedLook:
    """The look for all plans; ``look`` is what it is for, None if none of them has anything to look for.

    What was read once is not read again. ``began_at`` is when it began: the earlier of the exchange's time
    and ours, in Unix seconds, since a look that began earlier proves less; None if that is not known.
    """

    def __init__(self, access: KrakenAccess, plans: Sequence[Plan]) -> None:
        self.access = access
        self.look = _union([look for plan in plans if (look := first_look(plan)) is not None])
        self.began_at: float | None = None
        self._orders: tuple[OpenOrder, ...] | None = None
        self._closed: list[OpenOrder] | None = None
        self._counts: dict[tuple[float | None, float | None], int | None] = {}

    async def count_closed(self, look: LookUp | None = None) -> int | None:
        """Return the number of closed orders to look through, None if that is unknown; or those of a look."""
        from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets

        look = look or self.look
        assert look is not None, "there is something to look for"
        span = (look.since, look.until)
        if span not in self._counts:
            self._counts[span] = None
            with suppress(AccessFailed):  # A forecast is no reason to give up.
                self._counts[span] = await self.access.count_closed(look)
        return self._counts[span]

    async def orders(self, *, timed: bool = False) -> tuple[OpenOrder, ...]:
        """Return the orders, open and closed, that may be of the plans; ``timed``: with its beginning.

        Raises ``AccessFailed``.
        """
        assert self.look is not None, "there is something to look for"
        if self._orders is None:
            self.began_at = await self._time() if timed else None
            self._orders = await self.access.look_up(self.look)
        return self._orders

    async def closed_orders(self) -> list[OpenOrder]:
        """Return the closed ones alone. Raises ``AccessFailed``."""
        assert self.look is not None, "there is something to look for"
        if self._closed is None:
            self._closed = await self.access.read_history(self.look)
        return self._closed

    async def _time(self) -> float | None:
        from runner.net.failures import AccessFailed  # noqa: PLC0415

        with suppress(AccessFailed):  # Then the look bounds nothing.
            return min(await self.access.read_time(), time.time())
        return None


def _union(looks: Sequence[LookUp]) -> LookUp | None:
    """Return one look for all, from the earliest to the latest; None means no limit, as in each of them."""
    if len(looks) < 2:
        return looks[0] if looks else None
    since = [look.since for look in looks]
    until = [look.until for look in looks]
    return LookUp(
        cl_ord_ids=tuple(dict.fromkeys(id for look in looks for id in look.cl_ord_ids)),
        userrefs=tuple(dict.fromkeys(id for look in looks for id in look.userrefs)),
        since=None if None in since else min(filter(None, since), default=None),
        until=None if None in until else max(filter(None, until), default=None),
    )
