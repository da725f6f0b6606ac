"""A look through the account for orders of a plan that its journal does not know, as a run begins with.

The journal may be lost, or another machine may have applied the file. Many closed orders take minutes to look
through: then a plan says that it did not, and leaves it to the run.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from runner.execution import first_look, preview_look_up
from runner.review import forecast_history

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import OrderKey
    from runner.execution import LookUp
    from runner.kraken import Tier
    from runner.planning import FoundOrder, Plan
    from runner.runtime.kraken.access import KrakenAccess

LOOK_MAX_S: Final = 10.0
"""The longest time that a plan looks through the account, by the call counter."""


class History(Struct, frozen=True):
    """The account's history, as far as it concerns a plan.

    ``found`` are orders of the plan, ``refused`` the reasons to refuse others whose id is in use. ``closed``:
    the number of closed orders that a run looks through, None if unknown. ``unlooked``: the reason why none
    were looked through, empty if they were, or if there is nothing to look for.
    """

    found: Mapping[OrderKey, FoundOrder]
    refused: Mapping[OrderKey, str]
    closed: int | None
    unlooked: str


async def look_through(access: KrakenAccess, plan: Plan, tier: Tier) -> History:
    """Look through the account for the orders of a plan, if that does not take too long."""
    from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets

    look = first_look(plan)
    if look is None or not access.has_credentials:
        return History({}, {}, None, "")
    closed = await _count_closed(access, look)
    cost = forecast_history(plan, tier, closed)
    if cost is not None and cost.seconds > LOOK_MAX_S:
        return History({}, {}, closed, "they are too many for a plan; a run looks before it sends")
    try:
        found, refused = preview_look_up(plan, await access.look_up(look), time.time())
    except AccessFailed as failure:
        return History({}, {}, closed, failure.reason)
    return History(found, refused, closed, "")


async def _count_closed(access: KrakenAccess, look: LookUp) -> int | None:
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    with suppress(AccessFailed):  # A forecast is no reason to give up.
        return await access.count_closed(look)
    return None
