"""A look through the account for orders of the plan that the journal does not know.

The journal may be lost, or another machine may have applied the file. Many closed orders take minutes to
look through: then a plan reports that it did not, and leaves it to the run. A plan to be saved completes the
look, so that its run need not.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from runner.execution import first_look, preview_look_up
from runner.planning import Approval, EmptyLook
from runner.review import forecast_history

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import OrderKey, Owner
    from runner.execution import LookUp
    from runner.kraken import Tier
    from runner.planning import FoundOrder, Plan
    from runner.runtime.kraken.access import KrakenAccess

LOOK_MAX_S: Final = 10.0
"""The longest time that a plan looks through the account, by the call counter."""


class AccountHistory(Struct, frozen=True):
    """The account's history, as far as it concerns a plan.

    ``found`` are orders of the plan, ``refused`` the reasons to refuse others whose id is in use. ``closed``:
    the number of closed orders that a run looks through, None if unknown. ``unlooked``: the reason why none
    were looked through, empty if they were, or if there is nothing to look for. ``empty``: the look of a plan
    to be saved, if it found nothing of the plan; ``closed`` is then of a run of the saved plan.
    """

    found: Mapping[OrderKey, FoundOrder]
    refused: Mapping[OrderKey, str]
    closed: int | None
    unlooked: str
    empty: EmptyLook | None = None


async def look_through(
    access: KrakenAccess, plan: Plan, owner: Owner, tier: Tier, *, saving: bool = False
) -> AccountHistory:
    """Look through the account for the orders of a plan that is saved, or if that does not take too long."""
    from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets

    look = first_look(plan)
    if look is None or not access.has_credentials:
        return AccountHistory({}, {}, None, "")
    closed = await _count_closed(access, look)
    cost = forecast_history(plan, tier, closed)
    if cost is not None and cost.seconds > LOOK_MAX_S and not saving:
        return AccountHistory({}, {}, closed, "they are too many for a plan; a run looks before it sends")
    try:
        began_at = await _read_time(access) if saving else None
        found, refused = preview_look_up(plan, await access.look_up(look), time.time())
    except AccessFailed as failure:
        return AccountHistory({}, {}, closed, failure.reason)
    # What is in doubt is looked up by when it was sent, so that the look says nothing of it.
    nothing = not (found or refused or plan.in_doubt)
    empty = _empty_look(began_at, owner) if nothing else None
    if empty is not None and (rest := first_look(saved_after(empty, plan, owner))) is not None:
        closed = await _count_closed(access, rest)
    return AccountHistory(found, refused, closed, "", empty)


def saved_after(look: EmptyLook, plan: Plan, owner: Owner | None) -> Plan:
    """Return the plan as a run of the saved plan finds it, for a forecast."""
    return structs.replace(plan, owner=owner, approval=Approval("", look.began_at, look))


async def _read_time(access: KrakenAccess) -> float | None:
    """Return the earlier of the exchange's time and ours: a look that began earlier proves less."""
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    with suppress(AccessFailed):  # Then the look bounds nothing.
        return min(await access.read_time(), time.time())
    return None


def _empty_look(began_at: float | None, owner: Owner) -> EmptyLook | None:
    if began_at is None or owner.account is None:
        return None
    return EmptyLook(began_at, owner.account, owner.exchange)


async def _count_closed(access: KrakenAccess, look: LookUp) -> int | None:
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    with suppress(AccessFailed):  # A forecast is no reason to give up.
        return await access.count_closed(look)
    return None
