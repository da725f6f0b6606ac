"""The events that a client session reports to the engine, besides the exchange's own replies.

The session has already matched, merged and checked: an ``OrderChanged`` carries the whole order as it
is now, not the sparse update, and a reply whose ``reqid`` is not waited for never gets here.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from .messages import AddOrderStatus, CancelOrderStatus, ErrorReply, JsonObject, SystemStatus
from .open_order import OpenOrder


class Ready(Struct, frozen=True, gc=False):
    """The openOrders snapshot is in: the session may be used. ``complete`` is False when the exchange
    confirmed the subscription and then sent no snapshot within the limit. ``maxratecount`` is the threshold
    of the rate counters, if the exchange has reported it.
    """

    orders: tuple[OpenOrder, ...]
    complete: bool = True
    maxratecount: Decimal | None = None


class OrderChanged(Struct, frozen=True, gc=False):
    """The feed said something about an order; this is the order as it stands now. ``ratecount`` is the rate
    counter of its pair at that moment, if the message has it.
    """

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
    """The connection is lost. Emitted by the owner of the socket; every open request is in doubt."""

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
