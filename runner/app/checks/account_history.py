"""A look through the account for orders of the plan that the journal does not know.

The journal may be lost, or another machine may have applied the file. Many closed orders take minutes to
look through: then a plan reports that it did not, and leaves it to the run. A plan to be saved completes the
look, so that its run need not.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from runner.execution import first_look, preview_look_up
from runner.planning import Admission, EmptyLook
from runner.review import forecast_history

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import OrderKey, Owner
    from runner.kraken import Tier
    from runner.planning import FoundOrder, Plan

    from .shared_look import SharedLook

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
    shared: SharedLook, plan: Plan, owner: Owner, tier: Tier, *, saving: bool = False
) -> AccountHistory:
    """Look through the account for the orders of a plan that is saved, or if that does not take too long."""
    from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets

    if first_look(plan) is None or not shared.access.has_credentials:
        return AccountHistory({}, {}, None, "")
    closed = await shared.count_closed()
    cost = forecast_history(plan, tier, closed)
    if cost is not None and cost.seconds > LOOK_MAX_S and not saving:
        return AccountHistory({}, {}, closed, "they are too many for a plan; a run looks before it sends")
    try:
        found, refused = preview_look_up(plan, await shared.orders(timed=saving), time.time())
    except AccessFailed as failure:
        return AccountHistory({}, {}, closed, failure.reason)
    # What is in doubt is looked up by when it was sent, so that the look says nothing of it.
    nothing = not (found or refused or plan.in_doubt)
    empty = _empty_look(shared.began_at, owner) if nothing else None
    rest = None if empty is None else first_look(saved_after(empty, plan, owner))
    if rest is not None and plan.team_look is None:  # With a ledger its run looks no further than this look.
        closed = await shared.count_closed(rest)
    return AccountHistory(found, refused, closed, "", empty)


def saved_after(look: EmptyLook, plan: Plan, owner: Owner | None) -> Plan:
    """Return the plan as a run of the saved plan finds it, for a forecast."""
    return structs.replace(plan, owner=owner, admission=Admission("", look.began_at, look))


def _empty_look(began_at: float | None, owner: Owner) -> EmptyLook | None:
    if began_at is None or owner.account is None:
        return None
    return EmptyLook(began_at, owner.account, owner.exchange)
