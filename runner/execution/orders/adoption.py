"""The admission of a run by a saved plan: it was approved once, so it is carried out once.

An order at the exchange that this journal never sent was sent from elsewhere: either the plan was used there,
or the order was not reviewed with the plan. Knows no file and no clock.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import rfc3339
from runner.kraken import OrderStatus, fields_of
from runner.planning import (
    CLOCK_SLACK_S,
    JournalState,
    decimal_of,
    has_same_content,
    is_fully_described,
    is_ours,
    opened_at,
    order_text,
)

from .states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from runner.domain import OrderKey
    from runner.kraken import AddOrder, OpenOrder
    from runner.planning import Admission, Plan, PlannedOrder

    from .states import OrderTrack


def adoption_conflict(planned: PlannedOrder, order: OpenOrder, plan: Plan) -> str:
    """Return why an order that this journal never sent may not be taken for ours; empty if it may."""
    if plan.admission is not None:
        return (
            f"{order.txid} is at the exchange under its name already, as {order_text(order)}: the plan "
            "was used before, or the order was placed after the plan was made"
        )
    request = planned.request
    if planned.own_id and request.cl_ord_id:
        return _ownership_conflict(order, request, plan)
    return content_conflict(request, order)


def content_conflict(request: AddOrder, order: OpenOrder) -> str:
    """Return how an order at the exchange differs from the file's order with its id; empty if it does not."""
    if order.amended or has_same_content(order, request):
        return ""
    placed = order_text(order)
    return f"{order.txid} was placed under its name as {placed}, the file has {fields_of(request)}"


def ids_to_check(plan: Plan) -> tuple[str, ...]:
    """Return the author's own client order ids of new orders: others may have used them before."""
    return tuple(order.request.cl_ord_id for order in _new_with_own_id(plan) if order.request.cl_ord_id)


def adoption_conflicts(plan: Plan, orders: Iterable[OpenOrder]) -> dict[OrderKey, str]:
    """Return why a run would be refused for orders under an author's own client order id, by order.

    ``orders`` are those that the exchange has under the ``ids_to_check``; as in a run, open ones come first.
    """
    candidates = sorted(orders, key=lambda order: order.terminal)
    conflicts = {}
    for planned in _new_with_own_id(plan):
        first = next((order for order in candidates if is_ours(order, planned.request, sent_at=None)), None)
        if first is not None and (why := adoption_conflict(planned, first, plan)):
            conflicts[planned.key] = why
    return conflicts


def _new_with_own_id(plan: Plan) -> Iterator[PlannedOrder]:
    for order in plan.orders():
        if order.own_id and order.request.cl_ord_id and order.journal_state is JournalState.UNSENT:
            yield order


def _ownership_conflict(order: OpenOrder, request: AddOrder, plan: Plan) -> str:
    """Return why an order under an author's own id is not the batch's; such an id may be used by anyone.

    An order that was canceled or amended, is incomplete or too old, or was placed by another journal of this
    machine may be another's; only without any such sign it counts as the batch's.
    """
    opened, created = opened_at(order), plan.created
    too_old = created is not None and (opened is None or opened < created - CLOCK_SLACK_S)
    ended_or_theirs = (
        order.status in (OrderStatus.CANCELED, OrderStatus.EXPIRED) or order.txid in plan.elsewhere
    )
    if (
        not (too_old or ended_or_theirs)
        and is_fully_described(order, request)
        and has_same_content(order, request)
    ):
        return ""
    when = f"opened {rfc3339(opened, digits=3)}" if opened else "opened at a time that is not known"
    state = f", {order.status}" if order.terminal else ""
    return (
        f"cl_ord_id {request.cl_ord_id} is carried by {order.txid} ({order_text(order)}, {when}{state}), "
        "which this batch did not place: give the order another id"
    )


def with_location(track: OrderTrack, why: str, plan: Plan) -> str:
    """Return the violation with the place of the order in its file."""
    planned = track.planned
    return f"{plan.file}:{planned.place.line}:{planned.place.column}: {planned.key}: {why}"


def newer_order_conflict(
    orders: Iterable[OpenOrder], own: Collection[str], admission: Admission | None
) -> str:
    """Return why a user reference may not be canceled for a saved plan; empty if it may.

    It reaches an order that was not reviewed if one was placed after the plan was made, and not by the plan:
    ``own`` are the plan's orders.
    """
    if admission is None:
        return ""
    for order in orders:
        opened = decimal_of(order.opentm)
        if order.txid not in own and (opened is None or opened > Decimal(str(admission.made_at))):
            return f"{order.txid} carries the userref {order.userref} and was placed after the plan was made"
    return ""


def possibly_placed(tracks: Iterable[OrderTrack], admission: Admission | None) -> list[OrderTrack]:
    """Return the orders that the exchange may have although this journal does not know it.

    An author's own user reference may be on older orders too. An order that is younger than the saved plan
    means that the plan was used; one that is younger than a sending may have come from that, even if it was
    refused.
    """
    new = [track for track in tracks if track.state is State.NEW]
    made_at = 0.0 if admission is None else admission.made_at
    for track in new:
        if track.planned.by_reference:
            track.sent_at = min(filter(None, (track.planned.last_sent_at, made_at)), default=0.0)
    return [track for track in new if track.sent_at or not track.planned.by_reference]
