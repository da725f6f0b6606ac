"""Orders whose fate is unknown: when to look for them, and when what was not found is proven absent.

An order with no reply is, after its deadline, either at the exchange or never will be. Open, it is shown by
the feed; ended, by the exchange's records, which may lag. So absence is proven only by a look that is taken
when the deadline has passed, the feed has been watched, and the settle window after both is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import parse_rfc3339

from .approval import watched
from .matching import CLOCK_SLACK_S
from .orders import DOUBT, OrderTrack
from .turn import LookUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .plan import Plan
    from .turn import Timing

LOOK_EVERY_S = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""The waits between looks at the exchange's records until the window is over: twice as long each time, for a
look costs calls from a small budget, and what still stands is told by the feed."""

RETRY_EVERY_S = (0.0, 2.0, 5.0, 10.0, 15.0)
"""The waits where patience is running: between looks after the window, and before anything is sent."""

PATIENCE_S = 30.0
"""How long looks may still fail before the order is given up as unresolved. It counts from the end of the
first look that ended after the settle window, for an account that trades much takes long to look through."""


ASIDE_S = 60.0
"""So long before its sending and after its deadline no order was opened, by whatever clock. To search a bit
more costs nothing; what is overlooked is sent again."""


LONGEST_DEADLINE_S = 60.0
"""The longest deadline that an order can have."""

UNKNOWN = 0.0
"""The deadline of an order whose sending is not in the journal, until the feed is there."""


def begin(order: OrderTrack, now: float) -> None:
    """Begin to look for an order."""
    order.patient_from = 0.0
    order.looks = 0
    order.look_at = now


def remember(order: OrderTrack) -> None:
    """Take an order's times from the journal of the run that left it in doubt."""
    known = order.planned.known
    assert known is not None
    deadline = (known.request or {}).get("deadline")
    order.sent_at = order.planned.sent_before
    order.deadline_at = parse_rfc3339(deadline) if deadline else UNKNOWN
    order.watched_at = None
    order.why = known.error or "an earlier run ended without its reply"


def look_away(orders: Iterable[OrderTrack], now: float) -> None:
    """The feed is gone: what may still arrive at the exchange may also end there unseen."""
    for order in orders:
        if now < order.deadline_at:
            order.watched_at = None


def watch(orders: Iterable[OrderTrack], now: float) -> None:
    """The feed is back, with all that is open: what it does not show has ended by now, or never was."""
    for order in orders:
        if order.deadline_at == UNKNOWN:
            order.deadline_at = now + LONGEST_DEADLINE_S  # An earlier run sent it, so before now.
        if order.watched_at is None:
            order.watched_at = now


def settled_at(order: OrderTrack, timing: Timing) -> float:
    """When a look that finds nothing proves absence."""
    watched_at = order.watched_at or 0.0
    return (watched_at if watched_at > order.deadline_at else order.deadline_at) + timing.settle_s


def given_up_at(order: OrderTrack, timing: Timing) -> float | None:
    """When an order that could not be looked for is unresolved; None while a look has still to end."""
    patient_from = order.patient_from
    return patient_from + PATIENCE_S if patient_from >= settled_at(order, timing) else None


def overdue(orders: Iterable[OrderTrack], now: float, timing: Timing) -> list[OrderTrack]:
    """The orders that are unresolved by now; ask while no look is under way, for that may settle them."""
    return [
        order
        for order in orders
        if order.patient_from and (until := given_up_at(order, timing)) is not None and now >= until
    ]


def timer(orders: Iterable[OrderTrack], timing: Timing) -> float | None:
    """When the first of the orders is to be looked for or is unresolved; ask while no look is under way."""
    first: float | None = None
    for order in orders:
        until = given_up_at(order, timing) if order.patient_from else None
        moment = order.look_at if until is None or order.look_at < until else until
        if first is None or moment < first:
            first = moment
    return first


def due(orders: Iterable[OrderTrack], now: float) -> list[OrderTrack]:
    """The orders in doubt that are to be looked for now; asking begins the look."""
    found = [order for order in orders if order.look_at <= now and order.state is DOUBT]
    for order in found:
        order.looked_at = now
    return found


def look_for(orders: Sequence[OrderTrack], created: float | None = None) -> LookUp:
    """One look for all of these; for those that nothing says were ever sent, since their batch was created,
    in Unix seconds, or through all time where that is not known. What was sent was opened by its deadline.
    """
    cl_ord_ids: list[str] = []
    userrefs: dict[str, None] = {}
    for order in orders:
        request = order.planned.request
        if request.cl_ord_id:
            cl_ord_ids.append(request.cl_ord_id)
        if request.userref:
            userrefs[request.userref] = None
    since = min([_opened_from(order, created) for order in orders])
    sent = all(order.sent_at for order in orders)
    return LookUp(
        tuple(cl_ord_ids),
        tuple(userrefs),
        since or None,
        max(order.deadline_at for order in orders) + ASIDE_S if sent else None,
    )


def _opened_from(order: OrderTrack, created: float | None) -> float:
    """Before when it was not opened, in Unix seconds; 0 where that is not known."""
    if order.sent_at:
        return order.sent_at - ASIDE_S
    return created - CLOCK_SLACK_S if created else 0.0


def first_look(plan: Plan) -> LookUp | None:
    """The look that a run begins with, for all that another machine or an earlier run may have placed; None
    where there is nothing to be looked for.

    It reaches back to when the batch was created, and no less far for a saved plan: the orders of its batch
    may have been placed before the plan was made, from the file or by another plan, and a look that passed
    over these would place them a second time. That the plan itself was not used before it was made is not
    enough.
    """
    tracks = [OrderTrack.begin(planned) for planned in plan.orders()]
    doubts = [track for track in tracks if track.state is DOUBT]
    for track in doubts:
        remember(track)
    new = watched(tracks, plan.approval)
    return look_for([*doubts, *new], plan.created) if new else None


def look_again(order: OrderTrack, now: float, timing: Timing) -> None:
    """After a look that found nothing: when the next is due, the last one just after the window."""
    order.looks += 1
    settled = settled_at(order, timing)
    if order.patient_from < settled <= now:
        order.patient_from = now
    waits = LOOK_EVERY_S if order.looked_at < settled else RETRY_EVERY_S
    order.look_at = now + waits[min(order.looks, len(waits) - 1)]
    if order.looked_at < settled < order.look_at:
        # The window may have ended while the answer was under way: then the next look proves something.
        order.look_at = settled if settled > now else now
