"""What is to be done: a batch held against what the journal says was done before.

Decides for each order whether it is new, already placed, in doubt or changed, and what exactly
would leave for it. Knows no connection and no clock.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from runner.domain import (
    CancelOutcome,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    OnReject,
    OrderKey,
    OrderOutcome,
    OrderState,
    Owner,
    Place,
    RunId,
    content_digest,
    derived_cl_ord_id,
    derived_userref,
    filled_id,
    parse_rfc3339,
)
from runner.protocol import AddOrder, canonical, fields_of
from runner.records import Ledger, OrderRecord

from .disposition import (
    MAY_LEAVE,
    CancelDisposition,
    Disposition,
    Dispositions,
    Standing,
)
from .planned_cancel import PlannedCancel
from .sameness import asks_for_the_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import Batch, Cancellation, Group, Order, PolicyFile

    from .approval import Approval
    from .forecast import Forecast
    from .guarding import Ruling


_ACCEPTED = {OrderOutcome.PLACED: Standing.ALREADY, OrderOutcome.ENDED: Standing.ENDED}

_NEW: Final = Standing.NEW
_CHANGED: Final = Standing.CHANGED
"""The standings that every order is held against: to look a member up in its class costs more than a call."""


NO_LONGER_IN_THE_FILE: Final = "(no longer in the file)"
"""The group of the orders that nobody was told of and that the file has no more: no group of a file
can have that name."""


class PlannedOrder(Struct, frozen=True, kw_only=True, gc=False):
    """One order with the message that would leave for it, without ``reqid``, ``deadline`` and token.

    ``deadline_s`` is its own deadline in seconds after sending, or None for the run's. ``own_id``: the
    author gave the id that it is found by, so that other orders may carry it as well. ``taken_back``: an
    earlier run placed it and has unwound it; ``not_found``: it was to, and no such order was known.
    ``cancel_sent``: an earlier run asked to cancel it.
    ``abandoned``: nobody was told of it, and the file has it no more: it is settled, never sent.
    """

    key: OrderKey
    place: Place
    request: AddOrder
    deadline_s: Decimal | None
    content: str
    own_id: bool
    standing: Standing
    taken_back: bool
    known: OrderRecord | None
    not_found: bool = False
    cancel_sent: bool = False
    abandoned: bool = False

    @property
    def group(self) -> str:
        """The group that it is settled with: its own, while the file has that."""
        return NO_LONGER_IN_THE_FILE if self.abandoned else self.key.group

    @property
    def already_txid(self) -> str | None:
        """The transaction id that an earlier run was given."""
        accepted = self.standing in (Standing.ALREADY, Standing.ENDED)
        return self.known.txid if self.known and accepted else None

    @property
    def acknowledged(self) -> bool:
        """Whether the exchange has named a txid for it: its absence can never be proven."""
        return self.known is not None and self.known.txid is not None

    @property
    def unrecorded(self) -> bool:
        """Whether an earlier run knew of it, and the journal does not hold what was asked for."""
        return self.known is not None and self.known.unrecorded

    @property
    def sent_before(self) -> float:
        """When an earlier run sent it, in Unix seconds; 0 where none did."""
        return parse_rfc3339(self.known.sent_at) if self.known and self.known.sent_at else 0.0

    @property
    def unconfirmed(self) -> bool:
        """Whether an earlier run ended before the exchange showed what became of it."""
        state = self.known.state if self.known else None
        return self.standing is Standing.ALREADY and state is OrderState.ACCEPTED


class PlannedGroup(Struct, frozen=True, kw_only=True, gc=False):
    """One group, in the file's order. ``unwound``: an earlier run began to take back what it had placed.

    ``went_well``: an earlier run brought it to a good end.
    ``hold``: its orders wait until their pair has room for one more.
    """

    name: str
    needs: tuple[str, ...]
    on_reject: OnReject
    orders: tuple[PlannedOrder, ...]
    cancel: tuple[PlannedCancel, ...]
    unwound: bool
    place: Place
    went_well: bool = False
    hold: bool = False

    @property
    def abandoned(self) -> bool:
        """Whether its orders are those that the file has no more."""
        return self.name == NO_LONGER_IN_THE_FILE

    @property
    def over(self) -> bool:
        """Whether nothing of it is tried any more: it was unwound, or stopped by an order that has ended."""
        return self.unwound or (self.on_reject is not OnReject.CONTINUE and self._has_ended)

    @property
    def half_unwound(self) -> bool:
        """Whether an earlier run did not get to the end of taking back what the group had placed."""
        left = any(o.standing is Standing.ALREADY and not o.taken_back for o in self.orders)
        return self.over and self.on_reject is OnReject.UNWIND and left

    @property
    def unconfirmed(self) -> bool:
        """Whether it is not known yet of some order whether it came to stand."""
        canceled = bool(self.cancel) and all(cancel.settled for cancel in self.cancel)
        known = self.went_well or self.over or canceled
        return not known and any(order.unconfirmed for order in self.orders)

    @property
    def _has_ended(self) -> bool:
        return any(order.standing is Standing.ENDED for order in self.orders)


class Plan(Struct, frozen=True, kw_only=True, gc=False):
    """Everything that a run would do. ``approval``: the saved plan that it carries out, if it is one.

    ``policy`` is the SHA-256 of the policy that holds for it, None where there is none, and ``policies`` are
    its files; ``rulings`` are what it says of the plan, as far as it was asked. ``dispositions`` say what
    becomes of each order and cancellation, as far as the account was read. ``owner`` is whose orders they
    will be, None where that was not asked. ``created``: when the batch was made, in Unix seconds, if it says.
    ``elsewhere``: the ids of orders that other runs of this machine have placed, as far as was read.
    """

    run: RunId
    venue: str
    file: str
    digest: str
    groups: tuple[PlannedGroup, ...]
    created: float | None = None
    elsewhere: frozenset[str] = frozenset()
    approval: Approval | None = None
    policy: str | None = None
    policies: tuple[PolicyFile, ...] = ()
    owner: Owner | None = None
    rulings: tuple[Ruling, ...] = ()
    forecast: Forecast | None = None
    dispositions: Dispositions = Dispositions()

    def orders(self) -> Iterator[PlannedOrder]:
        """All orders in the file's order."""
        return chain.from_iterable([group.orders for group in self.groups])

    @property
    def changed(self) -> tuple[PlannedOrder, ...]:
        """Orders whose content differs from what was placed under the same identity."""
        return tuple([order for order in self.orders() if order.standing is _CHANGED])

    @property
    def denied(self) -> tuple[Ruling, ...]:
        """What a policy denies of it, as far as it was asked."""
        return tuple(ruling for ruling in self.rulings if ruling.objection.denies)

    @property
    def changes(self) -> bool:
        """Whether a run would have anything to do."""
        found = self.dispositions
        return (
            any(disposition in _TO_BE_DONE for disposition in found.orders.values())
            or any(disposition in _CANCELS for disposition in found.cancels.values())
            or any(group.half_unwound or group.unconfirmed for group in self.groups)
        )

    def becomes(self, order: PlannedOrder) -> Disposition:
        """Return what becomes of one of its orders."""
        return self.dispositions.orders[order.key]

    def cancel_becomes(self, group: PlannedGroup, cancel: PlannedCancel) -> CancelDisposition:
        """Return what becomes of one of its cancellations."""
        return self.dispositions.cancels[group.name, cancel.ref]


_TO_BE_DONE: Final = MAY_LEAVE | {Disposition.ABANDONED}
_CANCELS: Final = frozenset({CancelDisposition.SEND, CancelDisposition.DENIED})


def plan_of_file(batch: Batch, ledger: Ledger, *, run_key: str, venue: str) -> Plan:
    """What a run would do of the orders and cancellations in the file; nothing is decided of them yet."""
    run = RunId(batch.name, run_key)
    return Plan(
        run=run,
        venue=venue,
        file=batch.file,
        digest=batch.digest,
        created=batch.created,
        groups=tuple(_group(group, run, ledger) for group in batch.groups),
    )


def add_order(order: Order, run: RunId, key: OrderKey) -> AddOrder:
    """The message for an order. It carries exactly one id that it can be found by.

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
        cl_ord_id=filled_id(order.cl_ord_id, run.run_key)
        if order.cl_ord_id
        else (None if close or own else derived_cl_ord_id(run, key)),
        close_ordertype=close.ordertype if close else None,
        close_price=close.price if close else None,
        close_price2=close.price2 if close else None,
    )


def _group(group: Group, run: RunId, ledger: Ledger) -> PlannedGroup:
    unwound = group.name in ledger.unwinding
    orders = tuple([_order(order, group.name, run, ledger, unwound) for order in group.orders])
    if group.on_reject is not OnReject.CONTINUE and any(one.standing is Standing.ENDED for one in orders):
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
    )


def _spend(order: PlannedOrder) -> PlannedOrder:
    """What was not placed of a group that is over."""
    return structs.replace(order, standing=Standing.SPENT) if order.standing is _NEW else order


def _order(order: Order, group: str, run: RunId, ledger: Ledger, unwound: bool) -> PlannedOrder:
    key = OrderKey(group, order.id)
    request = add_order(order, run, key)
    content = content_digest(canonical(request))
    known = ledger.orders.get(key)
    own_id = bool(order.userref or order.cl_ord_id)
    standing = _NEW if known is None else _standing(known, content, request, own_id=own_id)
    taken_back = ledger.unwinds.get((group, f"order:{key}")) if ledger.unwinds else None
    return PlannedOrder(
        key=key,
        place=order.place,
        request=request,
        deadline_s=Decimal(order.deadline) if order.deadline else None,
        content=content,
        own_id=own_id,
        standing=Standing.SPENT if unwound and standing is Standing.NEW else standing,
        taken_back=taken_back is not None and taken_back.settled,
        not_found=taken_back is not None and taken_back.outcome is CancelOutcome.GONE,
        known=known,
        cancel_sent=known is not None and _asked_to_cancel(known, request, ledger),
    )


def _asked_to_cancel(known: OrderRecord, request: AddOrder, ledger: Ledger) -> bool:
    sent = ledger.cancel_ids_sent
    return bool(sent) and not sent.keys().isdisjoint((known.txid, request.userref, *known.txids))


def standing_of(known: OrderRecord) -> Standing:
    """Where an order stands by what an earlier run has written down of it."""
    if known.in_doubt:
        return Standing.DOUBT
    return _ACCEPTED.get(known.outcome or OrderOutcome.SKIPPED, Standing.NEW)


def _standing(known: OrderRecord, content: str, request: AddOrder, *, own_id: bool) -> Standing:
    standing = standing_of(known)
    # Of what was asked for nothing may be known: an id that we derive finds it all the same.
    found_by_id = standing is Standing.DOUBT and known.unrecorded and request.cl_ord_id and not own_id
    if standing is Standing.NEW or found_by_id:
        return standing
    same = known.content == content or asks_for_the_same(known.request or {}, fields_of(request))
    return standing if same else Standing.CHANGED


def _cancel(item: Cancellation, group: str, ledger: Ledger) -> PlannedCancel:
    sent_as: str | None = None
    match item:
        case CancelTxid(txid=txid):
            ref, sent_as = txid, txid
        case CancelUserref(userref=userref):
            ref, sent_as = f"userref:{userref}", userref
        case CancelPlaced(order=key):
            ref = f"order:{key}"
    return PlannedCancel(
        ref=ref,
        place=item.place,
        sent_as=sent_as,
        order=item.order if isinstance(item, CancelPlaced) else None,
        userref=isinstance(item, CancelUserref),
        known=ledger.cancels.get((group, ref)),
        including_own=isinstance(item, CancelUserref) and item.including_own,
    )
