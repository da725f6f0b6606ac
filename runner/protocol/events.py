"""What a client session tells the engine, beside the exchange's own replies.

The session has already matched, merged and checked: an ``OrderChanged`` carries the whole order as it
is now, not the sparse update, and a reply whose ``reqid`` is not waited for never gets here.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct, field

from .messages import AddOrderStatus, CancelOrderStatus, ErrorReply, JsonObject, SystemStatus

TERMINAL_STATUSES = frozenset({"closed", "canceled", "expired"})


class OpenOrder(Struct, frozen=True, gc=False):
    """An order as the openOrders feed has shown it so far; ``fields`` are all merged wire fields."""

    txid: str
    fields: JsonObject = field(default_factory=dict)

    @property
    def status(self) -> str:
        """``pending`` ``open`` ``closed`` ``canceled`` ``expired``, or empty while it was never said."""
        value = self.fields.get("status")
        return value if isinstance(value, str) else ""

    @property
    def terminal(self) -> bool:
        """Whether nothing can happen to the order any more."""
        return self.status in TERMINAL_STATUSES

    @property
    def cl_ord_id(self) -> str | None:
        """The client order id, or None."""
        value = self.fields.get("cl_ord_id")
        return value if isinstance(value, str) else None

    @property
    def userref(self) -> str | None:
        """The user reference as text, or None; the feed says 0 for none."""
        value = self.fields.get("userref")
        known = isinstance(value, str | int) and value not in (0, "0", "")
        return str(value) if known else None

    @property
    def pair(self) -> str | None:
        """The pair's ``wsname``, or None while the feed has not described the order."""
        descr = self.fields.get("descr")
        return descr.get("pair") if isinstance(descr, Mapping) else None

    @property
    def ratecount(self) -> Decimal | None:
        """Where the rate counter of its pair stood when the feed last told it with this order."""
        return counted(self.fields.get("ratecount"))

    @property
    def touched_at(self) -> float:
        """When it was created or last amended, in Unix seconds by the exchange's clock; 0 where not told."""
        amended = self.fields.get("lastupdated") if self.fields.get("amended") else None
        moment = _number(amended) or _number(self.fields.get("opentm")) or Decimal()
        return int(moment * 1_000_000) / 1_000_000

    @property
    def executed(self) -> Decimal:
        """Base units executed so far; 0 where the feed gives no number."""
        return _number(self.fields.get("vol_exec")) or Decimal()

    @property
    def filled(self) -> bool:
        """Whether all of the order was executed: decided by volumes, for ``closed`` alone does not say it."""
        volume = _number(self.fields.get("vol"))
        if self.status != "closed":
            return False
        return self.executed >= volume if volume else not self.fields.get("cancel_reason")


def counted(value: Any) -> Decimal | None:
    """A ``ratecount`` or ``maxratecount``, which come as text or as a number; None for what is none."""
    number = _number(value)
    return None if number is None or number < 0 else number


def _number(value: Any) -> Decimal | None:
    """A number that the feed gave as text (or as a number); None for what is none."""
    try:
        number = Decimal(value) if isinstance(value, str | int | Decimal) else Decimal("NaN")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Ready(Struct, frozen=True, gc=False):
    """The openOrders snapshot is in: the session may be used. ``complete`` is False when the exchange
    confirmed the subscription and then sent no snapshot within the limit. ``maxratecount`` is the threshold
    of the rate counters, where the exchange has told it."""

    orders: tuple[OpenOrder, ...]
    complete: bool = True
    maxratecount: Decimal | None = None


class OrderChanged(Struct, frozen=True, gc=False):
    """The feed said something about an order; this is the order as it stands now. ``ratecount`` is the rate
    counter of its pair at that moment, where the message told it."""

    order: OpenOrder
    ratecount: Decimal | None = None


class TradesSeen(Struct, frozen=True, gc=False):
    """A message of the ownTrades feed, such as its snapshot of the last trades: their wire fields."""

    trades: tuple[JsonObject, ...]


class SubscriptionRefused(Struct, frozen=True, gc=False):
    """The subscription was refused or taken away; ``error`` is the exchange's text."""

    error: str


class SequenceGap(Struct, frozen=True, gc=False):
    """A message of the feed is missing: what is known of open orders can no longer be trusted."""

    expected: int
    received: int


class Silent(Struct, frozen=True, gc=False):
    """Nothing was received for ``seconds`` although a ping is under way: the connection is dead."""

    seconds: float


class Unintelligible(Struct, frozen=True, gc=False):
    """A frame that could not be read. It may have been the reply to something."""

    reason: str
    event: str | None = None
    reqid: int | None = None


class ConnectionLost(Struct, frozen=True, gc=False):
    """The connection is gone. Said by whoever owns the socket; everything unanswered is in doubt."""

    reason: str


Event = (
    AddOrderStatus
    | CancelOrderStatus
    | SystemStatus
    | ErrorReply
    | Ready
    | OrderChanged
    | TradesSeen
    | SubscriptionRefused
    | SequenceGap
    | Silent
    | Unintelligible
    | ConnectionLost
)
