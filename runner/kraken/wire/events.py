"""The events that a client session reports: what the exchange has said, without the words of its wire.

The session has already matched, merged and checked: an ``OrderChanged`` carries the whole order as it
is now, not the sparse update, and a reply whose ``reqid`` is not waited for never gets here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, structs

from runner.domain import MarketStatus
from runner.kraken.errors.error_texts import ErrorText

from .messages import (
    AddOrderStatus,
    CancelAllOrdersAfterStatus,
    CancelAllStatus,
    CancelOrderStatus,
    JsonObject,
    OpenOrders,
)
from .open_order import OpenOrder, counted

_TAKES_ORDERS = (MarketStatus.ONLINE,)
_TAKES_CANCELS = (
    MarketStatus.ONLINE,
    MarketStatus.CANCEL_ONLY,
    MarketStatus.POST_ONLY,
    MarketStatus.LIMIT_ONLY,
)
_REPLIES = frozenset({AddOrderStatus.event, CancelOrderStatus.event})
_NO_REASON = "no reason given"


class OrderAccepted(Struct, frozen=True):
    """The exchange has accepted an order as ``txid``; ``descr`` describes it for people."""

    reqid: int
    txid: str
    descr: str | None = None
    error: ClassVar[None] = None


class OrderValidated(Struct, frozen=True):
    """The exchange found nothing wrong with an order, and named no order of it."""

    reqid: int
    descr: str | None = None
    error: ClassVar[None] = None


class OrderRejected(Struct, frozen=True):
    """The exchange has answered an order with an error."""

    reqid: int
    error: ErrorText


OrderReply = OrderAccepted | OrderValidated | OrderRejected


class CancelReply(Struct, frozen=True):
    """One of the anonymous replies to a ``cancelOrder``; without an error, it has canceled something."""

    reqid: int
    error: ErrorText | None = None


class AllCanceled(Struct, frozen=True):
    """The exchange has answered a ``cancelAll``: it has canceled ``count`` orders, or refused.

    ``count`` is None where it says none.
    """

    reqid: int
    count: int | None = None
    error: ErrorText | None = None


class SwitchSet(Struct, frozen=True):
    """The exchange has answered a ``cancelAllOrdersAfter``: armed, disarmed, or refused."""

    reqid: int
    error: ErrorText | None = None


class ErrorReported(Struct, frozen=True):
    """The exchange has reported an error that answers nothing for certain: a reply may still come."""

    error: ErrorText
    reqid: int | None = None

    @property
    def reason(self) -> str:
        """The exchange's text."""
        return self.error.text


class ExchangeStatus(Struct, frozen=True):
    """The exchange has said in which state it is, in its own words."""

    word: str

    @property
    def takes_orders(self) -> bool:
        """True if any order may be sent."""
        return self.word in _TAKES_ORDERS

    @property
    def takes_cancels(self) -> bool:
        """True if cancellations may be sent; maintenance refuses them too."""
        return self.word in _TAKES_CANCELS

    def __str__(self) -> str:
        return self.word


class Ready(Struct, frozen=True):
    """The openOrders snapshot has arrived: the session may be used.

    ``complete`` is False when the exchange confirmed the subscription and then sent no snapshot within the
    limit. ``maxratecount`` is the threshold of the rate counters, if the exchange has reported it.
    """

    orders: tuple[OpenOrder, ...]
    complete: bool = True
    maxratecount: Decimal | None = None


class OrderChanged(Struct, frozen=True):
    """A change of an order in the feed, with the order as it is now.

    ``ratecount`` is the rate counter of its pair at that moment, if the message has it.
    """

    order: OpenOrder
    ratecount: Decimal | None = None


class TradesSeen(Struct, frozen=True):
    """A message of the ownTrades feed, such as its snapshot of the last trades: their wire fields."""

    trades: tuple[JsonObject, ...]


class SubscriptionRefused(Struct, frozen=True):
    """The subscription to openOrders was refused or taken away."""

    error: ErrorText


class SequenceGap(Struct, frozen=True):
    """A message of the feed is missing: what is known of open orders can no longer be trusted."""

    expected: int
    received: int


class Silent(Struct, frozen=True):
    """Nothing was received for ``seconds`` although a ping is under way: the connection is dead."""

    seconds: float


class Unintelligible(Struct, frozen=True):
    """A frame that could not be read. It may have been the reply to something."""

    reason: str
    event: str | None = None
    reqid: int | None = None

    @property
    def is_feed(self) -> bool:
        """True if it was a message of openOrders."""
        return self.event == OpenOrders.channel

    @property
    def is_reply(self) -> bool:
        """True if it was a reply to an order or to a cancellation."""
        return self.event in _REPLIES


class ConnectionLost(Struct, frozen=True):
    """The connection is lost. Emitted by the owner of the socket; every open request is in doubt."""

    reason: str


Event = (
    OrderAccepted
    | OrderValidated
    | OrderRejected
    | CancelReply
    | AllCanceled
    | SwitchSet
    | ExchangeStatus
    | ErrorReported
    | Ready
    | OrderChanged
    | TradesSeen
    | SubscriptionRefused
    | SequenceGap
    | Silent
    | Unintelligible
    | ConnectionLost
)


def account_event(reply: CancelAllStatus | CancelAllOrdersAfterStatus, reqid: int) -> AllCanceled | SwitchSet:
    """Return the meaning of a reply to a request about all orders of the account."""
    error = None if reply.status == "ok" else ErrorText.of(reply.errorMessage or _NO_REASON)
    if isinstance(reply, CancelAllOrdersAfterStatus):
        return SwitchSet(reqid, error)
    count = counted(reply.count)
    return AllCanceled(reqid, None if count is None else int(count), error)


def reply_event(reply: AddOrderStatus | CancelOrderStatus, reqid: int) -> OrderReply | CancelReply:
    """Return the meaning of a reply to ``addOrder``, or of one of those to ``cancelOrder``.

    An error that names a txid contradicts itself, so it refuses nothing for certain.
    """
    error = None if reply.status == "ok" else ErrorText.of(reply.errorMessage or _NO_REASON)
    if isinstance(reply, CancelOrderStatus):
        return CancelReply(reqid, error)
    if error is not None:
        return OrderRejected(reqid, structs.replace(error, definite=False) if reply.txid else error)
    return OrderAccepted(reqid, reply.txid, reply.descr) if reply.txid else OrderValidated(reqid, reply.descr)
