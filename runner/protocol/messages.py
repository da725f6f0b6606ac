"""The messages of Kraken's WebSocket API v1 as values, under the exchange's own names.

A field is named as on the wire (``close[price]``, which Python cannot spell, says its wire name).
``None`` means that the field is absent. Requests never hold the token: it is attached where the
frame is written, and so is in no ``repr``. Sources: the pages under
https://docs.kraken.com/api/docs/websocket-v1/ named in each docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

JsonObject = Mapping[str, Any]
"""A JSON object as decoded; numbers with a fraction are ``Decimal``."""


def _wire(name: str) -> Any:
    return field(default=None, metadata={"wire": name})


# --- what a client sends ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrder:
    """Place one order (page ``addorder``). Decimals are text; ``deadline`` is RFC 3339."""

    event: ClassVar[str] = "addOrder"
    pair: str
    type: str
    ordertype: str
    price: str | None = None
    price2: str | None = None
    volume: str | None = None
    leverage: str | None = None
    margin: bool | None = None
    reduce_only: bool | None = None
    oflags: str | None = None
    starttm: str | None = None
    expiretm: str | None = None
    timeinforce: str | None = None
    stp_type: str | None = None
    userref: str | None = None
    cl_ord_id: str | None = None
    sender_sub_id: str | None = None
    close_ordertype: str | None = _wire("close[ordertype]")
    close_price: str | None = _wire("close[price]")
    close_price2: str | None = _wire("close[price2]")
    deadline: str | None = None
    validate: str | bool | None = None
    reqid: int | None = None

    def to_send(self, *, reqid: int, deadline: str) -> AddOrder:
        """A copy under its request id, with its deadline.

        What ``dataclasses.replace`` does, in a third of its time: it is done for each order that leaves.
        """
        copy = object.__new__(AddOrder)
        for slot in _SLOTS_OF_ADD_ORDER:
            slot.__set__(copy, slot.__get__(self))
        object.__setattr__(copy, "reqid", reqid)
        object.__setattr__(copy, "deadline", deadline)
        return copy


_SLOTS_OF_ADD_ORDER = tuple(vars(AddOrder)[one.name] for one in fields(AddOrder))


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Cancel orders by id or user reference (page ``cancelorder``); N ids get N anonymous replies."""

    event: ClassVar[str] = "cancelOrder"
    txid: tuple[str, ...] | None = None
    cl_ord_id: tuple[str, ...] | None = None
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrder:
    """Cancel and replace an order (page ``editorder``)."""

    event: ClassVar[str] = "editOrder"
    orderid: str
    pair: str
    price: str | None = None
    price2: str | None = None
    volume: str | None = None
    oflags: str | None = None
    newuserref: str | None = None
    validate: str | bool | None = None
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendOrder:
    """Change an order in place (page ``amendorder``)."""

    event: ClassVar[str] = "amendOrder"
    txid: str | None = None
    cl_ord_id: str | None = None
    volume: str | None = None
    display_volume: str | None = None
    limit_price: str | None = None
    trigger_price: str | None = None
    post_only: bool | None = None
    pair: str | None = None
    deadline: str | None = None
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAll:
    """Cancel every open order of the account (page ``cancelall``)."""

    event: ClassVar[str] = "cancelAll"
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAllOrdersAfter:
    """The dead man's switch (page ``cancelallordersafter``); ``timeout`` in seconds, 0 disarms."""

    event: ClassVar[str] = "cancelAllOrdersAfter"
    timeout: int
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Ask for a feed (page ``openorders``). ``subscription`` is the wire's object without its token."""

    event: ClassVar[str] = "subscribe"
    subscription: JsonObject
    pair: tuple[str, ...] | None = None
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Give a feed up; the mirror of ``Subscribe``."""

    event: ClassVar[str] = "unsubscribe"
    subscription: JsonObject
    pair: tuple[str, ...] | None = None
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Keep the connection from being closed after a minute of silence (page ``ping``)."""

    event: ClassVar[str] = "ping"
    reqid: int | None = None


# --- what the exchange sends -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrderStatus:
    """The answer to ``addOrder``: ``ok`` with ``txid`` and ``descr``, or ``error`` (page ``addorder``).

    ``ok`` without a ``txid`` means that the order was validated and not placed.
    """

    event: ClassVar[str] = "addOrderStatus"
    status: str
    txid: str | None = None
    descr: str | None = None
    cl_ord_id: str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrderStatus:
    """One of the answers to ``cancelOrder``; it names no order (page ``cancelorder``)."""

    event: ClassVar[str] = "cancelOrderStatus"
    status: str
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrderStatus:
    """The answer to ``editOrder`` (page ``editorder``)."""

    event: ClassVar[str] = "editOrderStatus"
    status: str
    txid: str | None = None
    originaltxid: str | None = None
    descr: str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendOrderStatus:
    """The answer to ``amendOrder`` (page ``amendorder``)."""

    event: ClassVar[str] = "amendOrderStatus"
    status: str
    amend_id: str | None = None
    txid: str | None = None
    cl_ord_id: str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAllStatus:
    """The answer to ``cancelAll``; ``count`` is a number in samples and text in the table."""

    event: ClassVar[str] = "cancelAllStatus"
    status: str
    count: int | str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAllOrdersAfterStatus:
    """The answer to ``cancelAllOrdersAfter``; times are RFC 3339, ``triggerTime`` "0" when disarmed."""

    event: ClassVar[str] = "cancelAllOrdersAfterStatus"
    status: str
    currentTime: str | None = None  # noqa: N815
    triggerTime: str | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    """The answer to ``subscribe`` and ``unsubscribe``; may come unasked (page ``subscriptionstatus``)."""

    event: ClassVar[str] = "subscriptionStatus"
    status: str
    channelID: int | None = None  # noqa: N815
    channelName: str | None = None  # noqa: N815
    pair: str | None = None
    subscription: JsonObject | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemStatus:
    """The state of the exchange, pushed on connect and on change (page ``systemstatus``).

    ``connectionID`` is an unsigned 64-bit number.
    """

    event: ClassVar[str] = "systemStatus"
    status: str
    version: str | None = None
    connectionID: int | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """About a second of silence on a connection with a subscription (page ``heartbeat``)."""

    event: ClassVar[str] = "heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """The answer to ``ping``."""

    event: ClassVar[str] = "pong"
    reqid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReply:
    """A complaint that belongs to no reply, such as ``Exceeded msg rate``: the request is dropped.

    ``bare`` marks the form ``{"Error": "..."}`` without an ``event``, which has been seen on the wire.
    """

    event: ClassVar[str] = "error"
    errorMessage: str  # noqa: N815
    reqid: int | None = None
    bare: bool = field(default=False, metadata={"wire": None})


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """A message of the openOrders feed: snapshot or sparse updates, in one shape (page ``openorders``).

    ``orders`` are ``(txid, fields)`` in the wire's order; one txid may appear more than once.
    """

    orders: tuple[tuple[str, JsonObject], ...]
    sequence: int | None
    channel: ClassVar[str] = "openOrders"


@dataclass(frozen=True, slots=True)
class OwnTrades:
    """A message of the ownTrades feed (page ``owntrades``): ``(trade id, fields)``."""

    trades: tuple[tuple[str, JsonObject], ...]
    sequence: int | None
    channel: ClassVar[str] = "ownTrades"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Well-formed JSON that is none of the messages above. New events must not stop a client."""

    content: Any


Request = (
    AddOrder
    | CancelOrder
    | EditOrder
    | AmendOrder
    | CancelAll
    | CancelAllOrdersAfter
    | Subscribe
    | Unsubscribe
    | Ping
)

Reply = (
    AddOrderStatus
    | CancelOrderStatus
    | EditOrderStatus
    | AmendOrderStatus
    | CancelAllStatus
    | CancelAllOrdersAfterStatus
    | SubscriptionStatus
    | SystemStatus
    | Heartbeat
    | Pong
    | ErrorReply
    | OpenOrders
    | OwnTrades
    | Unknown
)
