"""The closed orders of an account as a team's ledger knows them, so that no run looks through all of them.

An id that none of them carries is the id of no order that has ended before the last look. That is certain for
any batch, whenever it was made, and whoever has applied it, with the ledger or without it.
"""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.domain import seconds, since_text
from runner.execution import first_look
from runner.kraken import PAGE_ORDERS, number_of, records_wait_s
from runner.planning import TeamLook, normal_cl_ord_id
from runner.runtime.team_ledger.seen_ids import SeenIds
from runner.runtime.team_ledger.session import LedgerLost

from .failures import error_of, failing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.app.access.credentials import Say
    from runner.kraken import OpenOrder, Tier
    from runner.planning import Plan
    from runner.runtime.kraken.access import KrakenAccess
    from runner.runtime.team_ledger.session import Session

OVERLAP_S: Final = 600.0
"""How far a look reaches back beyond the last one: the records lag by a minute as far as was seen, and a
settle window is at most as long as this."""

FIRST_LOOK_S: Final = 30.0
"""The longest time, by the call counter, for which a run itself makes the first look of its account."""


class SeenOrders:
    """The closed orders of one account. Its methods raise ``Unreachable`` for a ledger that is away."""

    def __init__(self, session: Session, account: int) -> None:
        self._session = session
        self._ids = SeenIds(session, account)

    def looked_until(self) -> float | None:
        """Return up to when all closed orders were read, in Unix seconds; None if they never were."""
        with failing(self._session):
            return self._ids.looked_until()

    def bound(self, plan: Plan) -> Plan:
        """Return a plan with what was seen of it; as it is without a look so far."""
        look = first_look(plan)
        if look is None or (until := self.looked_until()) is None:
            return plan
        ids = [*map(_cl_ord_id, look.cl_ord_ids), *map(_userref, look.userrefs)]
        with failing(self._session):
            opened_at = self._ids.first_opened(ids)
        since = until - OVERLAP_S
        look_since = since if opened_at is None else min(since, opened_at)
        return structs.replace(plan, team_look=TeamLook(look_since, unseen=opened_at is None))

    async def read_new(
        self, access: KrakenAccess, tier: Tier, say: Say, *, most_s: float | None = FIRST_LOOK_S
    ) -> None:
        """Read what has ended since the last look, unless the exchange does not answer.

        The first look is not made if it takes longer than ``most_s``, if that is not None.
        """
        from runner.app.access.waits import announce_wait  # noqa: PLC0415
        from runner.net.failures import AccessFailed  # noqa: PLC0415

        until = self.looked_until()
        since = None if until is None else until - OVERLAP_S
        most = None if since is not None or most_s is None else _closed_in(most_s, tier)
        what = f"the closed orders of the account{since_text(since)}"
        try:
            began_at = min(await access.read_time(), time.time())
            reading = access.read_all_closed(since, most=most)
            orders, closed = await announce_wait(reading, say, what, lambda: access.doing)
        except AccessFailed as failure:
            say(f"Not read: {what}: {failure.reason}")
            return
        if orders is None:
            say(_advice(closed, tier))
            return
        try:
            self._ids.add(_ids_of(orders), began_at)
        except LedgerLost as lost:
            if lost.errno != errno.EACCES:  # Who may only read the ledger looks for himself.
                raise error_of(self._session.name, lost) from lost


def _closed_in(most_s: float, tier: Tier) -> int:
    """Return how many closed orders can be read in a time, by the call counter."""
    pages = 0
    while records_wait_s(pages + 1, tier) <= most_s:
        pages += 1
    return pages * PAGE_ORDERS


def _advice(closed: int | None, tier: Tier) -> str:
    number, wait = "", ""
    if closed is not None:
        minutes = max(1, round(records_wait_s(-(-closed // PAGE_ORDERS), tier) / 60))
        number, wait = f"{closed:,} ", f" in about {minutes} min"
    return (
        f"No run of the team has read the account's {number}closed orders yet: `order-batch ledger look` "
        f"does so{wait}, once for all runs to come."
    )


def _ids_of(orders: Iterable[OpenOrder]) -> dict[str, float]:
    """Return each id that an order carries, with the time at which the first order of it was opened."""
    found: dict[str, float] = {}
    for order in orders:
        opened_at = seconds(number_of(order.opentm) or 0)
        named = (
            *([_cl_ord_id(order.cl_ord_id)] if order.cl_ord_id else []),
            *([_userref(order.userref)] if order.userref else []),
        )
        for id in named:
            found[id] = min(opened_at, found.get(id, opened_at))
    return found


def _cl_ord_id(text: str) -> str:
    return f"cl_ord_id:{normal_cl_ord_id(text)}"


def _userref(text: str) -> str:
    return f"userref:{text}"
