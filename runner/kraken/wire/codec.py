"""Frames of text to messages and back, for both ends of the wire.

Reading is liberal in what is new (unknown keys and events pass) and strict in what is known (a field
of the wrong type is a ``FrameError``). Writing omits what is ``None``. Decimals stay text.
"""

from __future__ import annotations

import functools
import json
import operator
import re
import typing
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from runner.domain import Secret

from .messages import (
    AddOrder,
    BareError,
    ChannelData,
    OpenOrders,
    OwnTrades,
    Ping,
    Reply,
    Request,
    Subscribe,
    Unknown,
    Unsubscribe,
)
from .open_order import OrderNews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""Longer frames are rejected unread. The exchange allows 225 open orders a pair and needs about 550 bytes for
each: all orders of 500 pairs fit. As a snapshot these 110,000 orders take 150 MB and 2 s, as an answer of
OpenOrders, which is parsed while it arrives, 120 MB and 16 s; 50,000 orders take 40 MB, and 54 MB and 7 s."""

_REQUESTS: dict[str, type[Any]] = {cls.event: cls for cls in typing.get_args(Request)}
_REPLIES: dict[str, type[Any]] = {cls.event: cls for cls in typing.get_args(Reply) if hasattr(cls, "event")}
_ADD_ORDER = f'"event":"{AddOrder.event}",'.encode()
_FEEDS: dict[str, type[Any]] = {cls.channel: cls for cls in (OpenOrders, OwnTrades)}


T = TypeVar("T")


class FrameError(ValueError):
    """A frame that cannot be read. ``event`` and ``reqid`` are given where they could be."""

    def __init__(self, reason: str, *, event: str | None = None, reqid: int | None = None) -> None:
        super().__init__(reason)
        self.event = event
        self.reqid = reqid


def message_of(message: Any) -> dict[str, Any]:
    """Return a message as its wire object, a ``Decimal`` as text, ``event`` first and without any token."""
    content: dict[str, Any] = msgspec.to_builtins(message)
    return content


def fields_of(message: Any) -> dict[str, Any]:
    """Return a message as its wire object, a ``Decimal`` as text, without ``event`` and without any token."""
    content = message_of(message)
    del content["event"]
    return content


def add_order_of(fields: Mapping[str, Any]) -> AddOrder:
    """Return the message that has these ``fields_of``, without what belongs to one sending of it."""
    kept = {name: value for name, value in fields.items() if name not in ("reqid", "deadline")}
    return msgspec.convert({"event": "addOrder", **kept}, AddOrder)


def canonical(order: AddOrder) -> bytes:
    """Return the fields of an order as the one text that a digest of them is made of.

    It is ASCII JSON without spaces, its keys in alphabetical order, without ``event`` and without any token.
    """
    encoded = _SORTING_ENCODER.encode(order)
    if not encoded.isascii():
        return json.dumps(fields_of(order), sort_keys=True, separators=(",", ":")).encode()
    return encoded.replace(_ADD_ORDER, b"", 1)  # No text in JSON holds a bare quotation mark.


def encode_request(request: Request, token: Secret | None) -> str:
    """Return a request as the text of a frame, with the token where its event wants it."""
    if token is None or type(request) is Ping:
        return dump_json(request)
    if type(request) is Subscribe or type(request) is Unsubscribe:
        subscription = {**request.subscription, "token": token.reveal()}
        return dump_json(msgspec.structs.replace(request, subscription=subscription))
    return f'{dump_json(request)[:-1]},"token":{dump_json(token.reveal())}}}'


def decode_request(text: str) -> tuple[Request, Secret | None]:
    """Return a client's frame as request and token. Raises ``FrameError``."""
    request = _at_once(_REQUEST_DECODER, text)
    if type(request) is Subscribe or type(request) is Unsubscribe:
        subscription: Any = request.subscription  # Just made, and its token is not to stay in it.
        return request, _secret(subscription.pop("token", None))
    bearer = _at_once(_BEARER_DECODER, text)
    if request is None or bearer is None:
        return _other_request(load_json(text))
    return request, _secret(bearer.token)


def encode_reply(reply: Reply) -> str:
    """Return a message of the exchange as the text of a frame.

    Keys in alphabetical order, as captured ones are.
    """
    untyped = _UNTYPED.get(type(reply))
    return _SORTING_ENCODER.encode(reply if untyped is None else untyped(reply)).decode()


def decode_reply(text: str) -> Reply:
    """Return a frame of the exchange as a message; what is well formed and unknown is ``Unknown``.

    Raises ``FrameError`` for what is not JSON and for known events with fields of another type.
    """
    reply = _at_once(_REPLY_DECODER, text)
    if reply is None:
        return _other_reply(load_json(text))
    return _feed(reply) if isinstance(reply, list) else reply


def decode_news(text: str) -> Reply | News:
    """As ``decode_reply``, but a message of openOrders comes with what a client reads of it, and no more.

    Two of them arrive for every order: skipping unused fields takes a tenth of the time.
    """
    message = _at_once(_NEWS_DECODER, text)
    if isinstance(message, tuple):
        entries, _, tail = message
        return News(entries, tail.sequence)
    if message is None:
        message = decode_reply(text)  # It is odd, or of the other feed.
    if type(message) is OpenOrders:
        return News([{txid: OrderNews.of(fields)} for txid, fields in message.orders], message.sequence)
    return message


def load_json(text: str, *, max_length: int = MAX_FRAME_BYTES) -> Any:
    """JSON from the wire, numbers with a fraction as ``Decimal``. Raises ``FrameError`` for all else."""
    if len(text) > max_length:
        raise FrameError("frame too long")
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise FrameError("nested too deeply") from None
    except _UNREADABLE:
        raise FrameError("not JSON") from None


def dump_json(content: Any) -> str:
    """JSON as it goes onto the wire: no spaces, a ``Decimal`` as text."""
    return _ENCODER.encode(content).decode()


def _feed_frame(message: OpenOrders | OwnTrades) -> list[Any]:
    """Return a message of a feed as JSON."""
    entries = message.orders if isinstance(message, OpenOrders) else message.trades
    tail = {} if message.sequence is None else {"sequence": message.sequence}
    return [[{id: fields} for id, fields in entries], message.channel, tail]


def _bare(reply: BareError) -> dict[str, Any]:
    return {"Error": reply.errorMessage} | ({} if reply.reqid is None else {"reqid": reply.reqid})


def _feed(content: list[Any]) -> Reply:
    """Decode a message of a feed."""
    channel = content[1] if len(content) in (2, 3) else None
    cls = _FEEDS.get(channel) if isinstance(channel, str) else None
    tail = content[2] if len(content) == 3 else {}
    if cls is None or not isinstance(content[0], list) or not isinstance(tail, dict):
        return Unknown(content)
    sequence = tail.get("sequence")
    if type(sequence) is not int and sequence is not None:
        raise FrameError("sequence is not an integer", event=channel)
    pairs: list[tuple[str, dict[str, Any]]] = []
    for item in content[0]:
        if not isinstance(item, dict):
            raise FrameError("an entry of the feed is not an object", event=channel)
        pairs.extend(item.items())
    for _, value in pairs:
        if not isinstance(value, dict):
            raise FrameError("an entry of the feed is not an object", event=channel)
    return typing.cast("Reply", cls(tuple(pairs), sequence))


def _other_request(content: Any) -> tuple[Request, Secret | None]:
    """Return a request that is oddly written, or why it is none, as ``decode_request`` gives it."""
    if not isinstance(content, dict):
        raise FrameError("not an object")
    cls = _kind(_REQUESTS, content)
    if cls is None:
        raise FrameError("unknown event", reqid=_reqid(content))
    token = content.get("token")
    subscription = content.get("subscription")
    if cls in (Subscribe, Unsubscribe) and isinstance(subscription, dict):
        token = subscription.pop("token", None)
    return _build(cls, content), _secret(token)


def _other_reply(content: Any) -> Reply:
    """Return a message that is new, or of a form that is not documented, or why it cannot be read."""
    if not isinstance(content, dict):
        return Unknown(content)
    if content.get("event") is None and isinstance(content.get("Error"), str):
        return BareError(errorMessage=content["Error"], reqid=_reqid(content))
    cls = _kind(_REPLIES, content)
    return Unknown(content) if cls is None else _build(cls, content)


def _at_once(decoder: msgspec.json.Decoder[T], text: str) -> T | None:
    """Return the message that a frame is.

    None for all that ``decoder`` does not read, whatever the reason.
    """
    try:
        return decoder.decode(text) if len(text) <= MAX_FRAME_BYTES else None
    except (RecursionError, *_UNREADABLE):
        return None


def _kind(kinds: dict[str, type[Any]], content: dict[str, Any]) -> type[Any] | None:
    event = content.get("event")
    return kinds.get(event) if isinstance(event, str) else None


def _build(cls: Any, content: dict[str, Any]) -> Any:
    try:
        return msgspec.convert(content, cls)
    except msgspec.ValidationError as error:
        raise FrameError(_describe_error(error), event=cls.event, reqid=_reqid(content)) from None


def _describe_error(error: msgspec.ValidationError) -> str:
    """Describe what is wrong, the name of the field first."""
    missing = _MISSING.fullmatch(str(error))
    wrong = _WRONG.search(str(error))
    if missing is not None:
        return f"{missing[1]} is missing"
    return f"{wrong[1] if wrong else 'a field'} has the wrong type"


def _reqid(content: dict[str, Any]) -> int | None:
    value = content.get("reqid")
    return value if type(value) is int else None


def _secret(token: Any) -> Secret | None:
    return Secret(token) if isinstance(token, str) else None


def _union(kinds: Iterable[type[Any]]) -> Any:
    return functools.reduce(operator.or_, kinds)


class News(msgspec.Struct, frozen=True):
    """A message of openOrders as a client reads it: entries by txid, one txid maybe more than once."""

    orders: list[dict[str, OrderNews]]
    sequence: int | None


class _Bearer(msgspec.Struct):
    token: Any = None


class _Tail(msgspec.Struct):
    sequence: int | None = None


_FeedFrame = tuple[list[dict[str, OrderNews]], typing.Literal["openOrders"], _Tail]

# What is written otherwise than as its own fields.
_UNTYPED: dict[type[Any], Callable[[Any], Any]] = {
    OpenOrders: _feed_frame,
    OwnTrades: _feed_frame,
    BareError: _bare,
    ChannelData: lambda message: [message.channel_id, *message.contents, message.channel, message.pair],
    Unknown: lambda message: message.content,
}

# As the library words it: the path of a field, and within it the place in a list.
_MISSING = re.compile(r"Object missing required field `(.+)`")
_WRONG = re.compile(r"`\$\.(.+?)(?:\[\d+\])?`$")

# A lone surrogate is a ValueError, an exponent that no Decimal can hold an ArithmeticError.
_UNREADABLE = (msgspec.DecodeError, ValueError, ArithmeticError)

# Made once: for a short frame it takes as long to make one as to use it.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_REPLY_DECODER: msgspec.json.Decoder[list[Any] | Reply] = msgspec.json.Decoder(
    list[Any] | _union(_REPLIES.values()), float_hook=Decimal
)
_NEWS_DECODER: msgspec.json.Decoder[_FeedFrame | Reply] = msgspec.json.Decoder(
    _FeedFrame | _union(_REPLIES.values()), float_hook=Decimal
)
_REQUEST_DECODER: msgspec.json.Decoder[Request] = msgspec.json.Decoder(
    _union(_REQUESTS.values()), float_hook=Decimal
)
_BEARER_DECODER = msgspec.json.Decoder(_Bearer)
_ENCODER = msgspec.json.Encoder()
_SORTING_ENCODER = msgspec.json.Encoder(order="sorted")
