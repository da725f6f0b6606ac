"""An order in the book: its terms, its state, and its allowed transitions.

The transitions are one table; any other is an internal error. Money and quotes are not known here.
An order is a struct: it is replaced at every transition, and a struct is created in a fifth of a dataclass's
time.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, structs

if TYPE_CHECKING:
    from .instruments import Instrument


class Status(StrEnum):
    """The exchange's order statuses."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"
    CANCELED = "canceled"
    EXPIRED = "expired"


# Pairs in a tuple: there are few, and to compare identities is quicker than to hash an enum.
_STEPS = (
    (Status.PENDING, Status.OPEN),
    (Status.PENDING, Status.CANCELED),
    (Status.PENDING, Status.EXPIRED),
    (Status.OPEN, Status.CLOSED),
    (Status.OPEN, Status.CANCELED),
    (Status.OPEN, Status.EXPIRED),
)


OTHER_SIDE = {"buy": "sell", "sell": "buy"}

_LIVE = (Status.PENDING, Status.OPEN)
_UNTRIGGERED = ("limit", "market", "settle-position")


class CancelReason(StrEnum):
    """The reason why an order ended unfilled. USER and REPLACED were captured, the others imitate them."""

    USER = "User requested"
    POST_ONLY = "Post only order"
    IMMEDIATE = "Immediate or cancel"
    NO_LIQUIDITY = "Insufficient liquidity"
    NO_FUNDS = "Insufficient funds"
    NO_MARGIN = "Insufficient margin"
    EXPIRED = "Expired"
    REPLACED = "Order replaced"
    SELF_TRADE = "Self trade prevented"
    POSITION_CLOSED = "Reduce only: position is closed"
    AMENDED = "Amended below the executed volume"
    TIMER = "Cancel all orders after timeout"


class CloseTerms(Struct, frozen=True, kw_only=True):
    """The secondary order that each fill is to place: the opposite side, as much as was filled."""

    ordertype: str
    price: str | None = None
    price2: str | None = None


class Terms(Struct, frozen=True, cache_hash=True):
    """The terms that an order was placed with, resolved at booking.

    ``price`` and ``price2`` are the author's text; ``limit`` and ``stop`` the prices that they mean: an order
    with a ``stop`` is one with a trigger. ``volume`` is in base units. Times are Unix seconds, None when not
    set. ``number`` counts orders, and decides who came first; an amended order may get a later one.
    ``cl_ord_key`` is what a ``cl_ord_id`` is compared by. ``refid`` is the order whose fill placed
    this one. ``leverage`` is None for a spot order.
    """

    txid: str
    number: int
    instrument: Instrument
    type: str
    ordertype: str
    volume: Decimal
    opentm: float
    price: str | None = None
    price2: str | None = None
    limit: Decimal | None = None
    stop: Decimal | None = None
    oflags: tuple[str, ...] = ()
    timeinforce: str = "GTC"
    userref: int = 0
    cl_ord_id: str | None = None
    cl_ord_key: str | None = None
    leverage: str | None = None
    starttm: float | None = None
    expiretm: float | None = None
    close: CloseTerms | None = None
    fee_in_base: bool = False
    stp_type: str = "cancel_newest"
    reduce_only: bool = False
    refid: str | None = None
    sender_sub_id: str | None = None

    @property
    def pair(self) -> str:
        """The ``wsname`` of its pair."""
        return self.instrument.wsname

    @property
    def triggered(self) -> bool:
        """True if the order has a trigger that must be reached before it may trade."""
        return self.ordertype not in _UNTRIGGERED


class BookedOrder(Struct, frozen=True, kw_only=True, cache_hash=True):
    """An order with what has become of it; ``executed``, ``cost`` and ``fee`` are cumulative.

    ``misc`` are the feed's flags: ``stopped``, ``touched``, ``liquidation``. ``amended`` says why it was
    amended, or is None.
    """

    terms: Terms
    status: Status = Status.PENDING
    executed: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    updated: float = 0.0
    closetm: float | None = None
    reason: str | None = None
    misc: tuple[str, ...] = ()
    amended: str | None = None

    @property
    def txid(self) -> str:
        """The order's transaction id."""
        return self.terms.txid

    @property
    def remaining(self) -> Decimal:
        """Base units that are still to be traded."""
        return self.terms.volume - self.executed

    @property
    def waits(self) -> bool:
        """True if the order has a trigger that has not been reached yet."""
        return self.terms.triggered and "stopped" not in self.misc and "touched" not in self.misc

    @property
    def rests(self) -> bool:
        """True if the order is in the book at its limit price, for others to trade with."""
        return self.status is Status.OPEN and self.terms.limit is not None and not self.waits

    @property
    def live(self) -> bool:
        """True if the order is pending or open, so that its state can still change."""
        return self.status in _LIVE

    def filled(self, volume: Decimal, cost: Decimal, fee: Decimal, now: float) -> BookedOrder:
        """Return the order after a trade."""
        assert self.status is Status.OPEN
        assert volume <= self.remaining
        return structs.replace(
            self,
            executed=self.executed + volume,
            cost=self.cost + cost,
            fee=self.fee + fee,
            updated=now,
        )

    def fired(self) -> BookedOrder:
        """Return the order after its trigger was reached."""
        assert self.status is Status.OPEN
        flag = "touched" if self.terms.ordertype.startswith("take-profit") else "stopped"
        return structs.replace(self, misc=(*self.misc, flag))

    def stepped(self, status: Status, now: float, reason: str | None = None) -> BookedOrder:
        """Return the order after a step of its life."""
        assert (self.status, status) in _STEPS, f"{self.txid}: {self.status} to {status}"
        closetm = None if status is Status.OPEN else now
        return structs.replace(self, status=status, updated=now, closetm=closetm, reason=reason)


def reached(type: str, ordertype: str, stop: Decimal, last: Decimal) -> bool:
    """Return whether the last price is at the trigger or past it."""
    upwards = (type == "buy") != ordertype.startswith("take-profit")
    return last >= stop if upwards else last <= stop
