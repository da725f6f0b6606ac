"""The journal's claims about the exchange, compared with the exchange's own records.

An order counts as placed because an earlier run wrote so; but a journal may belong to another account, be
forged, or refer to an exchange that was reset. Missing records contradict nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from runner.kraken import AddOrder, add_order_of, fields_of

from .order_matching import has_same_content, normal_cl_ord_id, order_text
from .planned_order import JournalState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from runner.domain import OrderKey, Place
    from runner.kraken import OpenOrder

    from .plan import Plan
    from .planned_cancel import PlannedCancel
    from .planned_order import PlannedOrder

UNKNOWN_THERE: Final = "the exchange knows no such order"

_CLAIMED: Final = (JournalState.PLACED, JournalState.ENDED)


class Claim(Struct, frozen=True):
    """One claim: that the order ``key`` was placed, or that a cancellation (``key`` None) has ended an order.

    ``request`` is the message that was sent, None for a cancellation. ``place`` is in the batch file.
    """

    txid: str
    place: Place
    key: OrderKey | None = None
    request: AddOrder | None = None

    @property
    def words(self) -> str:
        """The statement of the journal, in words."""
        return f"{self.key} was placed as {self.txid}" if self.key else f"{self.txid} was canceled or closed"


class Contradiction(Struct, frozen=True):
    """A claim of the journal, and ``why`` the exchange's records contradict it."""

    claim: Claim
    why: str

    def __str__(self) -> str:
        return f"the journal says that {self.claim.words}: {self.why}"


def claims_of(plan: Plan) -> tuple[Claim, ...]:
    """Return the journal's claims about a plan's orders and cancellations on which the plan relies."""
    return tuple(_claims(plan))


def _claims(plan: Plan) -> Iterator[Claim]:
    for group in plan.groups:
        for order in group.orders:
            if order.journal_state in _CLAIMED and order.known is not None and order.known.txid is not None:
                yield Claim(order.known.txid, order.place, order.key, _request(order))
        for cancel in group.cancel:
            for txid in _ended_txids(cancel):
                yield Claim(txid, cancel.place)


def _request(order: PlannedOrder) -> AddOrder:
    known = order.known
    return add_order_of(known.request) if known is not None and known.request else order.request


def _ended_txids(cancel: PlannedCancel) -> tuple[str, ...]:
    known = cancel.known
    if known is None or not known.settled:
        return ()
    return known.matched if cancel.userref else (known.txid,)


def contradiction(claim: Claim, order: OpenOrder) -> str:
    """Return how an order in the exchange's records contradicts a claim; empty if it does not."""
    if claim.request is None:
        return f"the exchange calls it {order.status}" if order.status and not order.terminal else ""
    if other := _other_id(claim.request, order):
        return f"at the exchange that order carries {other}"
    if order.amended or has_same_content(order, claim.request):
        return ""
    return f"at the exchange that is {order_text(order)}, and the journal has {fields_of(claim.request)}"


def contradictions(
    claims: Iterable[Claim], known: Mapping[str, OpenOrder], unknown: Collection[str]
) -> list[Contradiction]:
    """Return the claims that the records contradict.

    ``known`` are the orders that the records returned, ``unknown`` ids that they do not know. All others were
    not queried.
    """
    refuted = []
    for claim in claims:
        order = known.get(claim.txid)
        why = contradiction(claim, order) if order is not None else ""
        if claim.txid in unknown:
            why = UNKNOWN_THERE
        if why:
            refuted.append(Contradiction(claim, why))
    return refuted


def _other_id(request: AddOrder, order: OpenOrder) -> str:
    """Return the differing id in words if the exchange shows another one; empty if it does not."""
    expected, actual = request.cl_ord_id, order.cl_ord_id
    if expected and actual and normal_cl_ord_id(actual) != normal_cl_ord_id(expected):
        return f"cl_ord_id {actual}, and not {expected}"
    if request.userref and order.userref and order.userref != request.userref:
        return f"userref {order.userref}, and not {request.userref}"
    return ""
