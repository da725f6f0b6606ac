"""The messages of Kraken's WebSocket API v1 as values, under the exchange's own names.

A field is named as on the wire, but for ``close[price]``, which Python cannot spell. ``None`` means that
it is absent. Requests never hold the token: it is attached where the frame is written, and so is in no
``repr``. Sources: the pages under https://docs.kraken.com/api/docs/websocket-v1/ named in each docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct, structs

JsonObject = Mapping[str, Any]
"""A JSON object as decoded; numbers with a fraction are ``Decimal``."""


class _Event:
    """The name of a message on the wire, where a class and its values have an attribute of it."""

    def __get__(self, message: Struct | None, kind: type[Struct]) -> str:
        return str(kind.__struct_config__.tag)


class _Message(Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True):
    event: ClassVar[_Event] = _Event()


_FLAT = {f"close_{name}": f"close[{name}]" for name in ("ordertype", "price", "price2")}


# --- what a client sends ---------------------------------------------------------------------


class AddOrder(_Message, frozen=True, kw_only=True, tag="addOrder", rename=_FLAT):
    """Place one order (page ``addorder``). Decimals are text; ``deadline`` is RFC 3339."""

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
    close_ordertype: str | None = None
    close_price: str | None = None
    close_price2: str | None = None
    deadline: str | None = None
    validate: str | bool | None = None
    reqid: int | None = None

    def to_send(self, *, reqid: int, deadline: str) -> AddOrder:
        """Return a copy under its request id, with its deadline."""
        return structs.replace(self, reqid=reqid, deadline=deadline)


class CancelOrder(_Message, frozen=True, kw_only=True, tag="cancelOrder"):
    """Cancel orders by id or user reference (page ``cancelorder``); N ids get N anonymous replies."""

    txid: tuple[str, ...] | None = None
    cl_ord_id: tuple[str, ...] | None = None
    reqid: int | None = None


class EditOrder(_Message, frozen=True, kw_only=True, tag="editOrder"):
    """Cancel and replace an order (page ``editorder``)."""

    orderid: str
    pair: str
    price: str | None = None
    price2: str | None = None
    volume: str | None = None
    oflags: str | None = None
    newuserref: str | None = None
    validate: str | bool | None = None
    reqid: int | None = None


class AmendOrder(_Message, frozen=True, kw_only=True, tag="amendOrder"):
    """Change an order in place (page ``amendorder``)."""

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


class CancelAll(_Message, frozen=True, kw_only=True, tag="cancelAll"):
    """Cancel every open order of the account (page ``cancelall``)."""

    reqid: int | None = None


class CancelAllOrdersAfter(_Message, frozen=True, kw_only=True, tag="cancelAllOrdersAfter"):
    """The dead man's switch (page ``cancelallordersafter``); ``timeout`` in seconds, 0 disarms."""

    timeout: int
    reqid: int | None = None


class Subscribe(_Message, frozen=True, kw_only=True, tag="subscribe"):
    """Ask for a feed (page ``openorders``). ``subscription`` is the wire's object without its token."""

    subscription: JsonObject
    pair: tuple[str, ...] | None = None
    reqid: int | None = None


class Unsubscribe(_Message, frozen=True, kw_only=True, tag="unsubscribe"):
    """Give a feed up; the mirror of ``Subscribe``."""

    subscription: JsonObject
    pair: tuple[str, ...] | None = None
    reqid: int | None = None


class Ping(_Message, frozen=True, kw_only=True, tag="ping"):
    """Keep the connection from being closed after a minute of silence (page ``ping``)."""

    reqid: int | None = None


# --- what the exchange sends -----------------------------------------------------------------


class AddOrderStatus(_Message, frozen=True, kw_only=True, tag="addOrderStatus"):
    """The answer to ``addOrder``: ``ok`` with ``txid`` and ``descr``, or ``error`` (page ``addorder``).

    ``ok`` without a ``txid`` means that the order was validated and not placed.
    """

    status: str
    txid: str | None = None
    descr: str | None = None
    cl_ord_id: str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class CancelOrderStatus(_Message, frozen=True, kw_only=True, tag="cancelOrderStatus"):
    """One of the answers to ``cancelOrder``; it names no order (page ``cancelorder``)."""

    status: str
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class EditOrderStatus(_Message, frozen=True, kw_only=True, tag="editOrderStatus"):
    """The answer to ``editOrder`` (page ``editorder``)."""

    status: str
    txid: str | None = None
    originaltxid: str | None = None
    descr: str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class AmendOrderStatus(_Message, frozen=True, kw_only=True, tag="amendOrderStatus"):
    """The answer to ``amendOrder`` (page ``amendorder``)."""

    status: str
    amend_id: str | None = None
    txid: str | None = None
    cl_ord_id: str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class CancelAllStatus(_Message, frozen=True, kw_only=True, tag="cancelAllStatus"):
    """The answer to ``cancelAll``; ``count`` is a number in samples and text in the table."""

    status: str
    count: int | str | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class CancelAllOrdersAfterStatus(_Message, frozen=True, kw_only=True, tag="cancelAllOrdersAfterStatus"):
    """The answer to ``cancelAllOrdersAfter``; times are RFC 3339, ``triggerTime`` "0" when disarmed."""

    status: str
    currentTime: str | None = None  # noqa: N815
    triggerTime: str | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class SubscriptionStatus(_Message, frozen=True, kw_only=True, tag="subscriptionStatus"):
    """The answer to ``subscribe`` and ``unsubscribe``; also unsolicited (page ``subscriptionstatus``)."""

    status: str
    channelID: int | None = None  # noqa: N815
    channelName: str | None = None  # noqa: N815
    pair: str | None = None
    subscription: JsonObject | None = None
    errorMessage: str | None = None  # noqa: N815
    reqid: int | None = None


class SystemStatus(_Message, frozen=True, kw_only=True, tag="systemStatus"):
    """The state of the exchange, pushed on connect and on change (page ``systemstatus``).

    ``connectionID`` is an unsigned 64-bit number.
    """

    status: str
    version: str | None = None
    connectionID: int | None = None  # noqa: N815


class Heartbeat(_Message, frozen=True, kw_only=True, tag="heartbeat"):
    """About a second of silence on a connection with a subscription (page ``heartbeat``)."""


class Pong(_Message, frozen=True, kw_only=True, tag="pong"):
    """The answer to ``ping``."""

    reqid: int | None = None


class ErrorReply(_Message, frozen=True, kw_only=True, tag="error"):
    """An error that belongs to no reply, such as ``Exceeded msg rate``: the request is dropped."""

    errorMessage: str  # noqa: N815
    reqid: int | None = None


class BareError(ErrorReply, frozen=True, kw_only=True):
    """The same in the form ``{"Error": "..."}`` without an ``event``, which has been seen on the wire."""


class OpenOrders(Struct, frozen=True):
    """A message of the openOrders feed: snapshot or sparse updates, in one shape (page ``openorders``).

    ``orders`` are ``(txid, fields)`` in the wire's order; one txid may appear more than once.
    """

    orders: tuple[tuple[str, JsonObject], ...]
    sequence: int | None
    channel: ClassVar[str] = "openOrders"


class OwnTrades(Struct, frozen=True):
    """A message of the ownTrades feed (page ``owntrades``): ``(trade id, fields)``."""

    trades: tuple[tuple[str, JsonObject], ...]
    sequence: int | None
    channel: ClassVar[str] = "ownTrades"


class ChannelData(Struct, frozen=True):
    """A message of a public channel (pages ``ticker``, ``ohlc``, ``trade``, ``spread``, ``book``).

    ``channel`` is the name with its setting, as ``book-10``; ``contents`` is what is between it and the id.
    """

    channel_id: int
    contents: tuple[Any, ...]
    channel: str
    pair: str


class Unknown(Struct, frozen=True):
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
    | ChannelData
    | Unknown
)
