"""The evaluation of a policy over a whole plan, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.planning import MAY_SEND, CancelDisposition, Ruling
from runner.policy import CancelId, SentCancel, SentOrder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.planning import Plan, PlannedCancel, PlannedGroup
    from runner.policy import Gate


def evaluate_policy(plan: Plan, gate: Gate, now: float) -> tuple[Ruling, ...]:
    """Return the violations that a gate finds in a run that begins now and succeeds, in the file's order.

    The gate counts what it lets pass, so it cannot be used for the run itself.
    """
    return tuple(
        ruling
        for group in plan.groups
        for ruling in (*_about_orders(plan, group, gate, now), *_about_cancel(plan, group, gate, now))
    )


def sent_by(plan: Plan, now: float) -> tuple[SentOrder | SentCancel, ...]:
    """Return what a plan will have sent by its end, for the limits of a day of plans after it.

    It leaves out what a rule denies. ``now`` is Unix seconds.
    """
    orders = (
        SentOrder(run=plan.run, key=order.key, request=order.request, at=now)
        for order in plan.orders()
        if plan.becomes(order) in MAY_SEND
    )
    return (*orders, *_cancels_sent_by(plan, now))


def _cancels_sent_by(plan: Plan, now: float) -> Iterator[SentCancel]:
    for group in plan.groups:
        becomes = ((cancel, plan.cancel_becomes(group, cancel)) for cancel in group.cancel)
        ids = tuple(_id(plan, group, cancel) for cancel, fate in becomes if fate is CancelDisposition.SEND)
        if ids:
            yield SentCancel(run=plan.run, group=group.name, ids=ids, at=now)


def _about_orders(plan: Plan, group: PlannedGroup, gate: Gate, now: float) -> Iterator[Ruling]:
    for order in group.orders:
        if plan.becomes(order) in MAY_SEND:
            for violation in gate.ask(order.key, order.request, now):
                yield Ruling(
                    violation=violation,
                    subject=str(order.key),
                    place=order.place,
                    group=group.name,
                    order=order.key,
                )


def _about_cancel(plan: Plan, group: PlannedGroup, gate: Gate, now: float) -> Iterator[Ruling]:
    leaving = (CancelDisposition.SEND, CancelDisposition.DENIED)
    cancels = [cancel for cancel in group.cancel if plan.cancel_becomes(group, cancel) in leaving]
    if cancels:
        ids = [_id(plan, group, cancel) for cancel in cancels]
        for violation in gate.ask_cancel(group.name, ids, now):
            yield Ruling(
                violation=violation,
                subject=f"{group.name}, cancel",
                place=cancels[0].place,
                group=group.name,
            )


def _id(plan: Plan, group: PlannedGroup, cancel: PlannedCancel) -> CancelId:
    """Return what a cancellation would cancel.

    Of a user reference these are the account's open orders, and orders that this batch places before.
    """
    if not cancel.userref or cancel.sent_as is None:
        return CancelId.of(cancel.sent_as or cancel.ref)
    opened = plan.dispositions.open
    if not opened.read:
        return CancelId(cancel.sent_as, None)
    earlier = plan.groups[: plan.groups.index(group) + 1]
    own = [
        str(order.key)
        for group in earlier
        for order in group.orders
        if order.userref == cancel.sent_as and plan.becomes(order) in MAY_SEND
    ]
    resting = (order.txid for order in opened.with_userref(cancel.sent_as))
    return CancelId(cancel.sent_as, (*resting, *own))
