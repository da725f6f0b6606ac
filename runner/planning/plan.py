"""The plan of a batch: its file compared with its journal.

Classifies each order (new, placed, in doubt, changed) and builds the message that would be sent for it. Knows
no connection and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from runner.domain import (
    RECORDS_LAG_S,
    CancelOutcome,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    OnReject,
    OrderKey,
    OrderOutcome,
    Otherwise,
    Owner,
    Provenance,
    RunId,
    content_digest,
    derived_cl_ord_id,
    derived_userref,
    fill_run_key,
    parse_rfc3339,
)
from runner.journal import Ledger, OrderRecord
from runner.kraken import AddOrder, OpenOrder, canonical, fields_of

from .admission import Admission
from .disposition import (
    MAY_SEND,
    CancelDisposition,
    Disposition,
    Dispositions,
    FoundOrder,
    dispositions_of,
)
from .looks import TeamLook
from .open_orders import OpenAtExchange
from .order_matching import CLOCK_SLACK_S
from .orphans import with_orphans
from .planned_cancel import PlannedCancel
from .planned_order import JournalState, PlannedGroup, PlannedOrder
from .same_order import is_same_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from runner.domain import (
        Approval,
        ApprovalRule,
        Batch,
        Cancellation,
        Group,
        Order,
        PolicyFile,
        RestingOrder,
    )

    from .forecast import Forecast
    from .ruling import Ruling


_ACCEPTED = {OrderOutcome.PLACED: JournalState.PLACED, OrderOutcome.ENDED: JournalState.ENDED}

"""Aliases for hot comparisons: a member lookup in the enum class costs more than a call."""


class Expectation(Struct, frozen=True):
    """The review's view of an order: the ``price`` of a unit, as text, and whether it trades ``at_once``."""

    price: str | None
    at_once: bool


_NOTHING_EXPECTED: Final[Mapping[OrderKey, Expectation]] = MappingProxyType({})


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that a run would do.

    ``admission``: the saved plan that it carries out, if any. ``policy``: the SHA-256 of its policy, None
    without one; ``policies``: the files of the policy; ``rulings``: what the policy says of the plan, once
    evaluated. ``dispositions``: what becomes of each order and cancellation, given the open orders if they
    were read. ``owner``: the account that the orders will belong to, None if unknown. ``created``: the
    batch's creation time in Unix seconds, if the file has one. ``team_look``: the look that was made for all
    runs of a team, None without a ledger. ``elsewhere``: the txids placed by other runs
    on this machine, as far as their journals were read. ``provenance``: the version of the file and who
    handles it, None if that was not read. ``expected``: the review's view of the orders, as far as there was
    one. ``recorded``: what the exchange's records have shown of its orders before the run. ``refused``:
    orders that were refused and are no longer in the file.
    ``required``: the approvals that the policy requires before it is sent, ``approvals``: those that it has.
    ``switch_left_s``: the time of a dead man's switch that an earlier run may have left armed, 0 without one.
    """

    run: RunId
    venue: str
    file: str
    digest: str
    groups: tuple[PlannedGroup, ...]
    created: float | None = None
    team_look: TeamLook | None = None
    elsewhere: frozenset[str] = frozenset()
    admission: Admission | None = None
    policy: str | None = None
    policies: tuple[PolicyFile, ...] = ()
    owner: Owner | None = None
    provenance: Provenance | None = None
    rulings: tuple[Ruling, ...] = ()
    forecast: Forecast | None = None
    dispositions: Dispositions = Dispositions()
    expected: Mapping[OrderKey, Expectation] = _NOTHING_EXPECTED
    recorded: tuple[OpenOrder, ...] = ()
    refused: tuple[PlannedOrder, ...] = ()
    required: tuple[ApprovalRule, ...] = ()
    approvals: tuple[Approval, ...] = ()
    switch_left_s: int = 0

    def orders(self) -> Iterator[PlannedOrder]:
        """Return all orders in the file's order."""
        return chain.from_iterable([group.orders for group in self.groups])

    @property
    def unseen_since(self) -> float | None:
        """The time before which none of its new orders has ended, in Unix seconds; None if unknown.

        An order cannot have been placed before its batch was created. It can have been placed before the plan
        was saved, and by another machine; but then a look at that time has shown it, unless it ended so
        shortly before that the records lacked it.
        """
        look = None if self.admission is None else self.admission.look
        bounds = [] if self.created is None else [self.created]
        if self.team_look is not None:
            bounds.append(self.team_look.since)
        if look is not None and look.is_of(self.owner):
            bounds.append(look.began_at - RECORDS_LAG_S)
        return max(bounds) - CLOCK_SLACK_S if bounds else None

    @property
    def changed(self) -> tuple[PlannedOrder, ...]:
        """The orders whose content differs from what was placed under the same identity."""
        return tuple([order for order in self.orders() if order.journal_state is JournalState.CHANGED])

    @property
    def in_doubt(self) -> bool:
        """True if the outcome of an order or a cancellation that was sent is unknown."""
        return any(order.journal_state is JournalState.UNKNOWN for order in self.orders()) or any(
            cancel.in_doubt for group in self.groups for cancel in group.cancel
        )

    @property
    def denied(self) -> tuple[Ruling, ...]:
        """The rulings of the policy that deny something, once evaluated."""
        return tuple(ruling for ruling in self.rulings if ruling.violation.denies)

    @property
    def changes(self) -> bool:
        """True if a run would have anything to do."""
        dispositions = self.dispositions
        return (
            any(disposition in MAY_SEND for disposition in dispositions.orders.values())
            or any(order.orphaned and not order.listed for order in self.orders())
            or any(disposition in _CANCELS for disposition in dispositions.cancels.values())
            or any(group.half_unwound or group.unconfirmed or self._unwinds(group) for group in self.groups)
            or bool(self.switch_left_s)
        )

    def is_over(self, group: PlannedGroup) -> bool:
        """Return whether nothing more of one of its groups is attempted."""
        return group.name in self.dispositions.over

    def txid_of(self, order: PlannedOrder) -> str | None:
        """Return the transaction id of one of its orders, from the journal or else from the account."""
        found = self.dispositions.found.get(order.key)
        return order.known_txid or (found.txid if found else None)

    def _unwinds(self, group: PlannedGroup) -> bool:
        """Return whether orders are taken back because the account shows that the group is over."""
        if group.over or not self.is_over(group) or group.on_reject is not OnReject.UNWIND:
            return False
        return any(self.becomes(order) in _STANDING for order in group.orders)

    def becomes(self, order: PlannedOrder) -> Disposition:
        """Return the disposition of one of its orders."""
        return self.dispositions.orders[order.key]

    def cancel_becomes(self, group: PlannedGroup, cancel: PlannedCancel) -> CancelDisposition:
        """Return the disposition of one of its cancellations."""
        return self.dispositions.cancels[group.name, cancel.ref]


_STANDING: Final = frozenset({Disposition.PLACED, Disposition.OPEN_AT_EXCHANGE})
_CANCELS: Final = frozenset({CancelDisposition.SEND, CancelDisposition.DENIED, CancelDisposition.ORPHANED})


def decide(
    plan: Plan,
    open_orders: Iterable[RestingOrder] | None = None,
    rulings: tuple[Ruling, ...] | None = None,
    *,
    not_ours: Collection[OrderKey] = (),
    found: Mapping[OrderKey, FoundOrder] | None = None,
) -> Plan:
    """Return the plan with its dispositions, given the account's open orders and the rulings of the policy.

    An argument that is None keeps its earlier value; initially there are no open orders and no rulings.
    ``found``: its orders that a look through the account found.
    ``not_ours``: orders whose own id another's open order carries, which is not taken for theirs.
    """
    opened = plan.dispositions.open
    if open_orders is not None:
        opened = OpenAtExchange(open_orders, not_ours=not_ours)
        if present := [order for order in plan.refused if opened.of(order) is not None]:
            absent = tuple(order for order in plan.refused if order not in present)
            plan = structs.replace(plan, groups=with_orphans(plan.groups, present), refused=absent)
    ruled = plan.rulings if rulings is None else rulings
    known = plan.dispositions.found if found is None else found
    dispositions = dispositions_of(plan.groups, opened, ruled, known)
    return structs.replace(plan, rulings=ruled, dispositions=dispositions)


def plan_of_file(batch: Batch, ledger: Ledger, *, run_key: str, venue: str) -> Plan:
    """Return the plan of the orders and cancellations in the file, without dispositions."""
    run = RunId(batch.name, run_key)
    barriers = [barrier for group in batch.groups for barrier in group.barriers]
    canceled = frozenset(barrier.group for barrier in barriers if barrier.otherwise is Otherwise.CANCEL)
    return Plan(
        run=run,
        venue=venue,
        file=batch.file,
        digest=batch.digest,
        created=batch.created,
        groups=tuple(_group(group, run, ledger, canceled) for group in batch.groups),
    )


def add_order(order: Order, run: RunId, key: OrderKey) -> AddOrder:
    """Return the message for an order, with exactly one id to find it by.

    The author's own id is kept; an order with ``close`` gets a derived ``userref``, since the exchange
    refuses ``close`` beside a ``cl_ord_id``; any other gets a derived ``cl_ord_id``.
    """
    own = order.userref or order.cl_ord_id
    close = order.close
    return AddOrder(
        pair=order.pair,
        type=order.type,
        ordertype=order.ordertype,
        price=order.price,
        price2=order.price2,
        volume=order.volume,
        leverage=order.leverage,
        margin=order.margin or None,
        reduce_only=order.reduce_only or None,
        oflags=",".join(order.oflags) or None,
        starttm=order.starttm,
        expiretm=order.expiretm,
        timeinforce=order.timeinforce,
        stp_type=order.stp_type,
        userref=order.userref or (derived_userref(run, key) if close and not own else None),
        cl_ord_id=fill_run_key(order.cl_ord_id, run.run_key)
        if order.cl_ord_id
        else (None if close or own else derived_cl_ord_id(run, key)),
        close_ordertype=close.ordertype if close else None,
        close_price=close.price if close else None,
        close_price2=close.price2 if close else None,
    )


def _group(group: Group, run: RunId, ledger: Ledger, canceled: frozenset[str]) -> PlannedGroup:
    """Plan a group. ``canceled`` names the groups that are unwound where a barrier fails."""
    unwound = group.name in ledger.unwinding
    orders = tuple([_order(order, group.name, run, ledger, unwound) for order in group.orders])
    if group.on_reject is not OnReject.CONTINUE and any(
        order.journal_state is JournalState.ENDED for order in orders
    ):
        orders = tuple(_spend(order) for order in orders)
    return PlannedGroup(
        name=group.name,
        needs=group.needs,
        on_reject=group.on_reject,
        went_well=group.name in ledger.went_well,
        orders=orders,
        cancel=tuple(_cancel(item, group.name, ledger) for item in group.cancel),
        unwound=unwound,
        place=group.place,
        hold=group.hold,
        barriers=group.barriers,
        taken_back=unwound and group.name in canceled,
        fill_by=_fill_by(group, ledger) if group.barriers else MappingProxyType({}),
    )


def _fill_by(group: Group, ledger: Ledger) -> dict[str, float]:
    """Return until when a group waits for others, by the journal; a changed time counts anew."""
    waits = [(barrier, ledger.fill_waits.get((group.name, barrier.group))) for barrier in group.barriers]
    return {
        barrier.group: parse_rfc3339(awaited.until)
        for barrier, awaited in waits
        if awaited is not None and awaited.within == barrier.within
    }


def _spend(order: PlannedOrder) -> PlannedOrder:
    """Return an order of a group that is over: one that was not placed is spent."""
    if order.journal_state is not JournalState.UNSENT:
        return order
    return structs.replace(order, journal_state=JournalState.ABANDONED)


def _order(order: Order, group: str, run: RunId, ledger: Ledger, unwound: bool) -> PlannedOrder:
    key = OrderKey(group, order.id)
    request = add_order(order, run, key)
    content = content_digest(canonical(request))
    known = ledger.orders.get(key)
    own_id = bool(order.userref or order.cl_ord_id)
    journal_state = (
        JournalState.UNSENT if known is None else _journal_state(known, content, request, own_id=own_id)
    )
    was_unwound = ledger.unwinds.get((group, f"order:{key}")) if ledger.unwinds else None
    return PlannedOrder(
        key=key,
        place=order.place,
        request=request,
        deadline_s=Decimal(order.deadline) if order.deadline else None,
        content=content,
        own_id=own_id,
        journal_state=JournalState.ABANDONED
        if unwound and journal_state is JournalState.UNSENT
        else journal_state,
        was_unwound=was_unwound is not None and was_unwound.settled,
        not_found=was_unwound is not None and was_unwound.outcome is CancelOutcome.GONE,
        known=known,
        cancel_sent=known is not None and _was_cancel_sent(known, request, ledger),
    )


def _was_cancel_sent(known: OrderRecord, request: AddOrder, ledger: Ledger) -> bool:
    sent = ledger.cancel_ids_sent
    return bool(sent) and not sent.keys().isdisjoint((known.txid, request.userref, *known.txids))


def journal_state_of(known: OrderRecord) -> JournalState:
    """Return an order's journal_state from the record of earlier runs."""
    if known.in_doubt:
        return JournalState.UNKNOWN
    return _ACCEPTED.get(known.outcome or OrderOutcome.SKIPPED, JournalState.UNSENT)


def _journal_state(known: OrderRecord, content: str, request: AddOrder, *, own_id: bool) -> JournalState:
    journal_state = journal_state_of(known)
    # The journal may lack the order's content; a derived id still finds it.
    found_by_id = (
        journal_state is JournalState.UNKNOWN and known.unrecorded and request.cl_ord_id and not own_id
    )
    if journal_state is JournalState.UNSENT or found_by_id:
        return journal_state
    same = known.content == content or is_same_order(known.request or {}, fields_of(request))
    return journal_state if same else JournalState.CHANGED


def _cancel(item: Cancellation, group: str, ledger: Ledger) -> PlannedCancel:
    sent_as: str | None = None
    placed: OrderRecord | None = None
    match item:
        case CancelTxid(txid=txid):
            ref, sent_as = txid, txid
        case CancelUserref(userref=userref):
            ref, sent_as = f"userref:{userref}", userref
        case CancelPlaced(order=key):
            ref = f"order:{key}"
            placed = ledger.orders.get(key)
    text = sent_as or (placed.txid if placed else None)
    return PlannedCancel(
        ref=ref,
        place=item.place,
        sent_as=sent_as,
        order=item.order if isinstance(item, CancelPlaced) else None,
        userref=isinstance(item, CancelUserref),
        known=ledger.cancels.get((group, ref)),
        including_own=isinstance(item, CancelUserref) and item.including_own,
        in_doubt=text in ledger.cancels_open,
    )
