"""What a journal claims of the exchange, held against the exchange's own records.

An order is called placed because an earlier run wrote so; a journal may be another's, be forged, or be of an
exchange that has been forgotten. What the records do not say contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from runner.protocol import AddOrder, add_order_of, fields_of

from .disposition import Standing
from .matching import asks_the_same, in_words, normal_cl_ord_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from runner.domain import OrderKey, Place
    from runner.protocol import OpenOrder

    from .plan import Plan, PlannedOrder
    from .planned_cancel import PlannedCancel

UNKNOWN_THERE: Final = "the exchange knows no such order"

_CLAIMED: Final = (Standing.ALREADY, Standing.ENDED)


class Claim(Struct, frozen=True, gc=False):
    """One claim: that the order ``key`` was placed, or that a cancellation (``key`` None) has ended an order.

    ``request`` is what was asked for, None for a cancellation. ``place`` is in the batch file.
    """

    txid: str
    place: Place
    key: OrderKey | None = None
    request: AddOrder | None = None

    @property
    def words(self) -> str:
        """What the journal says, in words."""
        return f"{self.key} was placed as {self.txid}" if self.key else f"{self.txid} was canceled or closed"


class Contradiction(Struct, frozen=True, gc=False):
    """A claim of the journal, and ``why`` the exchange's records say otherwise."""

    claim: Claim
    why: str

    def __str__(self) -> str:
        return f"the journal says that {self.claim.words}: {self.why}"


def claims_of(plan: Plan) -> tuple[Claim, ...]:
    """Return what the journal claims of a plan's orders and cancellations, and what nothing is done about."""
    return tuple(_claims(plan))


def _claims(plan: Plan) -> Iterator[Claim]:
    for group in plan.groups:
        for order in group.orders:
            if order.standing in _CLAIMED and order.known is not None and order.known.txid is not None:
                yield Claim(order.known.txid, order.place, order.key, _request(order))
        for cancel in group.cancel:
            for txid in _ended(cancel):
                yield Claim(txid, cancel.place)


def _request(order: PlannedOrder) -> AddOrder:
    known = order.known
    return add_order_of(known.request) if known is not None and known.request else order.request


def _ended(cancel: PlannedCancel) -> tuple[str, ...]:
    known = cancel.known
    if known is None or not known.settled:
        return ()
    return known.matched if cancel.userref else (known.txid,)


def contradiction(claim: Claim, order: OpenOrder) -> str:
    """Return what an order in the exchange's records says against a claim, in words; empty for nothing."""
    if claim.request is None:
        return f"the exchange calls it {order.status}" if order.status and not order.terminal else ""
    if other := _other_id(claim.request, order):
        return f"at the exchange that order carries {other}"
    if order.amended or asks_the_same(order, claim.request):
        return ""
    return f"at the exchange that is {in_words(order)}, and the journal has {fields_of(claim.request)}"


def contradictions(
    claims: Iterable[Claim], known: Mapping[str, OpenOrder], unknown: Collection[str]
) -> list[Contradiction]:
    """Return what the records say against these claims.

    ``known`` are the orders that the records told of, ``unknown`` are ids that they do not know. Of all
    others they were not asked.
    """
    found = []
    for claim in claims:
        order = known.get(claim.txid)
        why = contradiction(claim, order) if order is not None else ""
        if claim.txid in unknown:
            why = UNKNOWN_THERE
        if why:
            found.append(Contradiction(claim, why))
    return found


def _other_id(request: AddOrder, order: OpenOrder) -> str:
    """The id of another order, in words, where the exchange tells one; empty where it does not."""
    wanted, told = request.cl_ord_id, order.cl_ord_id
    if wanted and told and normal_cl_ord_id(told) != normal_cl_ord_id(wanted):
        return f"cl_ord_id {told}, and not {wanted}"
    if request.userref and order.userref and order.userref != request.userref:
        return f"userref {order.userref}, and not {request.userref}"
    return ""
