"""Orders in doubt: when to look them up, and when an order that was not found is proven absent.

An order with no reply is, after its deadline, either at the exchange or never will be. If open, it is in the
feed; if ended, in the exchange's records, which may lag. So its absence is proven only by a look-up that
starts after the deadline, with the feed restored, and after the settle window that follows both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from runner.domain import parse_rfc3339
from runner.execution.turn import LookUp

from .adoption import possibly_placed
from .states import OrderTrack, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.execution.turn import Timing
    from runner.planning import Plan

LOOKUP_DELAYS_S = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""The delays between look-ups until the settle window is over; each look-up costs calls from a small budget,
and the feed shows open orders anyway."""

RETRY_DELAYS_S = (0.0, 2.0, 5.0, 10.0, 15.0)
"""The delays between look-ups after the window, and before anything is sent."""

PATIENCE_S = 30.0
"""The time for which look-ups may still fail before the order is unresolved. It counts from the end of the
first look-up that ended after the settle window, since a look-up takes long for an account that trades much.
"""


SEARCH_MARGIN_S = 60.0
"""No order was opened earlier than this before its sending or later than this after its deadline, by any
clock. A wider search costs nothing; an order that is overlooked is sent again."""


LONGEST_DEADLINE_S = 60.0
"""The longest deadline that an order can have."""

UNKNOWN_DEADLINE = 0.0
"""The deadline of an order whose sending is not in the journal, until the feed is restored."""


_LOOKS: Final = re.compile(r"(; [0-9]+ looks at the exchange's records settled nothing)+")


def unsettled_reason(order: OrderTrack) -> str:
    """Return why an order is unresolved after all its look-ups."""
    return f"{order.why or 'no reply'}; {order.looks} looks at the exchange's records settled nothing"


def begin(order: OrderTrack, now: float) -> None:
    """Begin to look up an order."""
    order.patient_from = 0.0
    order.looks = 0
    order.look_at = now


def restore(order: OrderTrack) -> None:
    """Restore an order's times from the journal of the run that left it in doubt."""
    known = order.planned.known
    assert known is not None
    deadline = (known.request or {}).get("deadline")
    order.sent_at = order.planned.last_sent_at
    order.deadline_at = parse_rfc3339(deadline) if deadline else UNKNOWN_DEADLINE
    order.watched_at = None
    # The look-ups of this run are counted by themselves: a reason does not grow from run to run.
    order.why = _LOOKS.sub("", known.error or "an earlier run ended without its reply")


def feed_lost(orders: Iterable[OrderTrack], now: float) -> None:
    """Note that the feed is lost: an order that may still arrive may also end unseen."""
    for order in orders:
        if now < order.deadline_at:
            order.watched_at = None


def feed_restored(orders: Iterable[OrderTrack], now: float) -> None:
    """Note that the feed is restored: an order that it does not show has ended by now, or never existed."""
    for order in orders:
        if order.deadline_at == UNKNOWN_DEADLINE:
            order.deadline_at = now + LONGEST_DEADLINE_S  # An earlier run sent it, so before now.
        if order.watched_at is None:
            order.watched_at = now


def absence_proven_at(order: OrderTrack, timing: Timing) -> float:
    """Return from when on a look-up without a result proves absence."""
    watched_at = order.watched_at or 0.0
    return (watched_at if watched_at > order.deadline_at else order.deadline_at) + timing.settle_s


def unresolved_at(order: OrderTrack, timing: Timing) -> float | None:
    """Return when an order in doubt is unresolved; None while a look-up has still to end."""
    patient_from = order.patient_from
    return patient_from + PATIENCE_S if patient_from >= absence_proven_at(order, timing) else None


def overdue(orders: Iterable[OrderTrack], now: float, timing: Timing) -> list[OrderTrack]:
    """Return the orders that are unresolved by now. Call it only while no look-up is under way."""
    return [
        order
        for order in orders
        if order.patient_from and (until := unresolved_at(order, timing)) is not None and now >= until
    ]


def timer(orders: Iterable[OrderTrack], timing: Timing) -> float | None:
    """Return when the first of the orders is to be looked up or is unresolved.

    Call it only while no look-up is under way.
    """
    first: float | None = None
    for order in orders:
        until = unresolved_at(order, timing) if order.patient_from else None
        moment = order.look_at if until is None or order.look_at < until else until
        if first is None or moment < first:
            first = moment
    return first


def due(orders: Iterable[OrderTrack], now: float) -> list[OrderTrack]:
    """Return the orders in doubt that are to be looked up now, and note the start of the look-up."""
    due_orders = [order for order in orders if order.look_at <= now and order.state is State.DOUBT]
    for order in due_orders:
        order.looked_at = now
    return due_orders


def lookup_for(orders: Sequence[OrderTrack], unseen_since: float | None = None) -> LookUp:
    """Return one look-up for all of these orders.

    It covers the time since the first sending, and until the last deadline if all are known. For orders that
    were never sent, as far as is known, it begins at ``unseen_since`` (Unix seconds), or is unlimited.
    """
    cl_ord_ids: list[str] = []
    userrefs: dict[str, None] = {}
    for order in orders:
        request = order.planned.request
        if request.cl_ord_id:
            cl_ord_ids.append(request.cl_ord_id)
        if request.userref:
            userrefs[request.userref] = None
    since = min([_earliest(order, unseen_since) for order in orders])
    deadlines = [order.deadline_at for order in orders]
    return LookUp(
        tuple(cl_ord_ids),
        tuple(userrefs),
        since or None,
        max(deadlines) + SEARCH_MARGIN_S if all(deadlines) else None,
    )


def _earliest(order: OrderTrack, unseen_since: float | None) -> float:
    """Return a time before which an order that may be found has not ended, in Unix seconds; 0 if unknown."""
    return order.last_sent_at - SEARCH_MARGIN_S if order.last_sent_at else unseen_since or 0.0


def first_look(plan: Plan) -> LookUp | None:
    """Return the look-up with which a run begins; None if there is nothing to look up.

    There is nothing in a plan that is refused for a changed order. The look-up covers all that another
    machine or an earlier run may have placed. It reaches back to the batch's creation, for a saved plan too,
    unless the plan was made after a look through the same account that found nothing: orders of its batch may
    have been placed before, from the file or by another plan, and a look-up that missed them would place them
    a second time. That the plan itself was not used before it was made is not enough.
    """
    if plan.changed:
        return None
    tracks = [OrderTrack.begin(planned) for planned in plan.orders()]
    doubts = [track for track in tracks if track.state is State.DOUBT]
    for track in doubts:
        restore(track)
    new = possibly_placed(tracks, plan.admission)
    return lookup_for([*doubts, *new], plan.unseen_since) if new else None


def schedule_lookup(order: OrderTrack, now: float, timing: Timing) -> None:
    """Schedule the next look-up after one without a result; the last one comes just after the window."""
    order.looks += 1
    settled = absence_proven_at(order, timing)
    if order.patient_from < settled <= now:
        order.patient_from = now
    waits = LOOKUP_DELAYS_S if order.looked_at < settled else RETRY_DELAYS_S
    order.look_at = now + waits[min(order.looks, len(waits) - 1)]
    if order.looked_at < settled < order.look_at:
        # The window may have ended while the answer was under way: then the next look-up is conclusive.
        order.look_at = settled if settled > now else now
