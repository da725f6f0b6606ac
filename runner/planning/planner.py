"""The plan of a batch, including what the journal left unsettled and the file no longer contains.

An order that an earlier run left in doubt is settled whatever the file says now, and one that it placed is
reported if that run was cut off before it could do so. One that was refused is looked up if nothing has
confirmed that it is not there, or if the account has it open all the same. The outcome of a cancellation that
was left open is queried as well. All other groups wait for it: if such an order is at the exchange, or one
was to be canceled, a person sees it before anything else is sent. From then on it is listed, after all
groups, for as long as it is open, and nothing waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.domain import OrderOutcome, derived_cl_ord_id, derived_userref
from runner.errors import Refused
from runner.kraken import add_order_of

from .orphans import NO_PLACE, with_orphans
from .plan import Plan, decide, journal_state_of, plan_of_file
from .planned_cancel import PlannedCancel
from .planned_order import JournalState, PlannedOrder

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from runner.domain import Batch, OrderKey, RunId
    from runner.journal import CancelLeftOpen, Ledger, OrderRecord

RESTORE: Final = (
    "A part of the journal is missing: restore it, or find out at the exchange what became of the order, "
    "and give it a new id."
)


def plan(batch: Batch, ledger: Ledger, *, run_key: str, venue: str) -> Plan:
    """Return the plan of a batch, given the journal of its batch and run key.

    Raises ``Refused`` if an unsettled order is neither in the file nor fully in the journal.
    """
    planned = plan_of_file(batch, ledger, run_key=run_key, venue=venue)
    if (left := ledger.switch_left) is not None:
        planned = structs.replace(planned, switch_left_s=left.timeout_s)
    return decide(_after_orphans(planned, ledger))


def _after_orphans(plan: Plan, ledger: Ledger) -> Plan:
    """Put unsettled orders and cancellations that are no longer in the file into a first group."""
    known = {order.key for order in plan.orders()}
    gone = {key: record for key, record in ledger.orders.items() if key not in known}
    left = {key: record for key, record in gone.items() if _is_left(key, record, ledger)}
    listed = {
        key: record for key, record in gone.items() if ledger.is_standing_orphan(key) and key not in left
    }
    plan = structs.replace(plan, refused=tuple(_refused(gone, left, plan.run)))
    planned = set(_to_be_canceled(plan))
    canceling = {text: open for text, open in ledger.cancels_open.items() if text not in planned}
    if not (left or listed or canceling):
        return plan
    orders = [
        _orphaned_order(key, record, plan.run, listed=key in listed)
        for key, record in {**left, **listed}.items()
    ]
    cancel = [_left_open(text, open) for text, open in canceling.items()]
    return structs.replace(plan, groups=with_orphans(plan.groups, orders, cancel))


def _refused(
    gone: Mapping[OrderKey, OrderRecord], left: Container[OrderKey], run: RunId
) -> Iterator[PlannedOrder]:
    """Yield the orders that were refused for good and have an id that no other order can have."""
    for key, record in gone.items():
        request = record.request or {}
        derived = {derived_cl_ord_id(run, key), derived_userref(run, key)}
        its_own = not derived.isdisjoint((request.get("cl_ord_id"), request.get("userref")))
        if its_own and key not in left and record.outcome is OrderOutcome.REJECTED:
            yield _orphaned_order(key, record, run, listed=False)


def _is_left(key: OrderKey, record: OrderRecord, ledger: Ledger) -> bool:
    return record.in_doubt or ledger.is_unreported(key) or ledger.is_refusal_open(key)


def _orphaned_order(key: OrderKey, record: OrderRecord, run: RunId, *, listed: bool) -> PlannedOrder:
    if record.request is None:
        raise Refused(
            f"{key}: the journal lacks its request, and the file no longer has it; nothing was sent",
            details=[f"All that the journal holds of it: {record.txid or 'no id'}, {record.error}.", RESTORE],
        )
    request = add_order_of(record.request)
    derived = (derived_cl_ord_id(run, key), derived_userref(run, key))
    journal_state = journal_state_of(record)
    return PlannedOrder(
        key=key,
        place=NO_PLACE,
        request=request,
        deadline_s=None,
        content=record.content or "",
        own_id=(request.cl_ord_id or request.userref) not in derived,
        journal_state=JournalState.UNKNOWN if journal_state is JournalState.UNSENT else journal_state,
        was_unwound=False,
        known=record,
        orphaned=True,
        listed=listed,
    )


def _to_be_canceled(plan: Plan) -> Iterator[str]:
    """Yield the cancellations of the file, by all ids, and those of the groups that it takes back."""
    ids = {order.key: tuple(_ids(order)) for order in plan.orders()}
    for group in plan.groups:
        for cancel in group.cancel:
            yield from (
                (cancel.sent_as,) if cancel.sent_as else ids.get(cancel.order, ()) if cancel.order else ()
            )
        if group.unwound:
            for order in group.orders:
                yield from ids[order.key]


def _ids(order: PlannedOrder) -> Iterator[str]:
    known = order.known
    if known is not None:
        yield from filter(None, (known.txid, *known.txids))


def _left_open(text: str, open: CancelLeftOpen) -> PlannedCancel:
    userref = _is_userref(text)
    return PlannedCancel(
        ref=f"userref:{text}" if userref else text,
        place=NO_PLACE,
        sent_as=text,
        order=None,
        userref=userref,
        known=None,
        left_open=open,
        in_doubt=True,
    )


def _is_userref(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
