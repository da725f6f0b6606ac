"""Frames of text to messages and back, for both ends of the wire.

Reading is liberal in what is new (unknown keys and events pass) and strict in what is known (a field
of the wrong type is a ``FrameError``). Writing omits what is ``None``. Decimals stay text.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from runner.domain import Secret

from . import messages
from .messages import ErrorReply, OpenOrders, OwnTrades, Reply, Request, Subscribe, Unknown, Unsubscribe

MAX_FRAME_BYTES = 4 * 1024 * 1024
"""Longer frames are refused unread; a snapshot of 5,000 open orders is about 3 MB."""

_REQUESTS: dict[str, type[Any]] = {cls.event: cls for cls in typing.get_args(Request)}
_REPLIES: dict[str, type[Any]] = {cls.event: cls for cls in typing.get_args(Reply) if hasattr(cls, "event")}
_FEEDS: dict[str, type[Any]] = {cls.channel: cls for cls in (OpenOrders, OwnTrades)}


class FrameError(ValueError):
    """A frame that cannot be read. ``event`` and ``reqid`` are given where they could be."""

    def __init__(self, reason: str, *, event: str | None = None, reqid: int | None = None) -> None:
        super().__init__(reason)
        self.event = event
        self.reqid = reqid


def fields_of(message: Any) -> dict[str, Any]:
    """A message as its wire object, without ``event`` and without any token."""
    layout = _layout(message.__class__)
    return {
        wire: list(value) if value.__class__ is tuple else value
        for wire, value in zip(layout.wires, layout.values(message), strict=True)
        if value is not None
    }


def encode_request(request: Request, token: Secret | None) -> str:
    """A request as the text of a frame, with the token where its event wants it."""
    content: dict[str, Any] = {"event": request.event}
    if isinstance(request, Subscribe | Unsubscribe):
        content |= fields_of(request)
        if token is not None:
            content["subscription"] = {**request.subscription, "token": token.reveal()}
    else:
        if token is not None and not isinstance(request, messages.Ping):
            content["token"] = token.reveal()
        content |= fields_of(request)
    return dump_json(content)


def decode_request(text: str) -> tuple[Request, Secret | None]:
    """A client's frame as request and token. Raises ``FrameError``."""
    content = load_json(text)
    if not isinstance(content, dict):
        raise FrameError("not an object")
    event = content.get("event")
    cls = _REQUESTS.get(event) if isinstance(event, str) else None
    if cls is None:
        raise FrameError("unknown event", reqid=_reqid(content))
    token = content.get("token")
    subscription = content.get("subscription")
    if cls in (Subscribe, Unsubscribe) and isinstance(subscription, dict):
        token = subscription.get("token")
        content["subscription"] = {name: value for name, value in subscription.items() if name != "token"}
    request = _build(cls, content)
    return request, Secret(token) if isinstance(token, str) else None


def encode_reply(reply: Reply) -> str:
    """A message of the exchange as the text of a frame; keys in alphabetical order, as captured ones are."""
    match reply:
        case OpenOrders(items, sequence) | OwnTrades(items, sequence):
            tail = {} if sequence is None else {"sequence": sequence}
            return dump_json(
                [[{txid: content} for txid, content in items], reply.channel, tail], sort_keys=True
            )
        case ErrorReply(errorMessage=message, bare=True):
            return dump_json({"Error": message} | ({} if reply.reqid is None else {"reqid": reply.reqid}))
        case Unknown(content):
            return dump_json(content, sort_keys=True)
        case _:
            return dump_json({"event": reply.event, **fields_of(reply)}, sort_keys=True)


def decode_reply(text: str) -> Reply:
    """A frame of the exchange as a message; what is well formed and unknown is ``Unknown``.

    Raises ``FrameError`` for what is not JSON and for known events with fields of another type.
    """
    content = load_json(text)
    if isinstance(content, list):
        return _feed(content)
    if not isinstance(content, dict):
        return Unknown(content)
    event = content.get("event")
    if event is None and isinstance(content.get("Error"), str):
        return ErrorReply(errorMessage=content["Error"], bare=True, reqid=_reqid(content))
    cls = _REPLIES.get(event) if isinstance(event, str) else None
    if cls is None:
        return Unknown(content)
    return typing.cast("Reply", _build(cls, content))


def load_json(text: str) -> Any:
    """JSON from the wire, numbers with a fraction as ``Decimal``. Raises ``FrameError`` for all else."""
    if len(text) > MAX_FRAME_BYTES:
        raise FrameError("frame too long")
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise FrameError("nested too deeply") from None
    except (msgspec.DecodeError, ValueError, ArithmeticError):
        # A lone surrogate is a ValueError, an exponent that no Decimal can hold an ArithmeticError.
        raise FrameError("not JSON") from None


def dump_json(content: Any, *, sort_keys: bool = False) -> str:
    """JSON as it goes onto the wire: no spaces, a ``Decimal`` as text."""
    return (_SORTING_ENCODER if sort_keys else _ENCODER).encode(content).decode()


def _feed(content: list[Any]) -> Reply:
    """A message of a feed; two come with every order, and plain tests take a tenth of a pattern's time."""
    channel = content[1] if len(content) in (2, 3) else None
    cls = _FEEDS.get(channel) if channel.__class__ is str else None
    tail = content[2] if len(content) == 3 else {}
    if cls is None or content[0].__class__ is not list or tail.__class__ is not dict:
        return Unknown(content)
    sequence = tail.get("sequence")
    if sequence.__class__ is not int and sequence is not None:
        raise FrameError("sequence is not an integer", event=channel)
    pairs: list[tuple[str, dict[str, Any]]] = []
    for item in content[0]:
        if item.__class__ is not dict:
            raise FrameError("an entry of the feed is not an object", event=channel)
        pairs.extend(item.items())
    for _, value in pairs:
        if value.__class__ is not dict:
            raise FrameError("an entry of the feed is not an object", event=channel)
    return typing.cast("Reply", cls(tuple(pairs), sequence))


def _build(cls: Any, content: dict[str, Any]) -> Any:
    values: dict[str, Any] = {}
    for name, wire, allowed in _layout(cls).rows:
        value = content.get(wire)
        if value.__class__ in allowed:
            values[name] = value
        elif value is None:
            raise FrameError(f"{wire} is missing", event=cls.event, reqid=_reqid(content))
        elif tuple in allowed and isinstance(value, list) and all(isinstance(item, str) for item in value):
            values[name] = tuple(value)
        else:
            raise FrameError(f"{wire} has the wrong type", event=cls.event, reqid=_reqid(content))
    return cls(**values)


class _Layout:
    """The fields of a message that go onto the wire.

    ``rows`` has for each its name, its name on the wire, and the Python types that may stand there;
    ``values`` gives all their values at once.
    """

    def __init__(self, cls: Any) -> None:
        hints = typing.get_type_hints(cls, vars(messages))
        fields = [(item.name, item.metadata.get("wire", item.name)) for item in dataclasses.fields(cls)]
        self.rows = [(name, wire, frozenset(_flat(hints[name]))) for name, wire in fields if wire is not None]
        self.wires = [wire for _, wire, _ in self.rows]
        self.values = _getter([name for name, _, _ in self.rows])


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads several attributes at once; the one of the library gives a tuple only for two and more."""
    match names:
        case []:
            return lambda _: ()
        case [name]:
            return lambda message: (getattr(message, name),)
        case _:
            return attrgetter(*names)


@cache
def _layout(cls: Any) -> _Layout:
    return _Layout(cls)


def _flat(hint: Any) -> list[type]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return [one for part in typing.get_args(hint) for one in _flat(part)]
    origin = typing.get_origin(hint) or hint
    return [dict] if origin is collections.abc.Mapping else [origin]


def _reqid(content: dict[str, Any]) -> int | None:
    value = content.get("reqid")
    return value if type(value) is int else None


# Made once: for a short frame it takes as long to make one as to use it.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder()
_SORTING_ENCODER = msgspec.json.Encoder(order="sorted")
