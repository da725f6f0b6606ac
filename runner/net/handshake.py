"""The opening of a WebSocket, seen from the client: the request, and a strict look at the answer.

Source: RFC 6455, section 4.1. Nothing is offered, so an answer that chooses a subprotocol or an extension is
as wrong as one with another key.
"""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING, Final

import h11
import trio

from .failures import AccessFailed, describe_failure, in_short
from .intake import HEAD_BYTES, Allowance, IntakeError, take

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .addresses import Address

HANDSHAKE_TIMEOUT_S: Final = 15.0

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BROKEN: Final = (OSError, trio.BrokenResourceError, trio.ClosedResourceError)


async def shake_hands(stream: trio.abc.Stream, address: Address) -> bytes:
    """Open a WebSocket on a stream; gives the bytes of frames that came with the answer.

    Raises ``AccessFailed``.
    """
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
    key = base64.b64encode(os.urandom(16))
    request = (http.send(_request(address, key)) or b"") + (http.send(h11.EndOfMessage()) or b"")
    allowance = Allowance(max_bytes=2 * HEAD_BYTES, seconds=HANDSHAKE_TIMEOUT_S)
    try:
        await stream.send_all(request)
        answer = await _answer(stream, http, allowance)
    except h11.ProtocolError as error:
        raise _failure(f"the answer is not HTTP: {in_short(error)}") from None
    except IntakeError as error:
        raise _failure(str(error)) from None
    except _BROKEN as error:
        raise _failure(describe_failure(error)) from None
    if answer.status_code != 101:
        raise AccessFailed(f"the WebSocket was refused with HTTP status {answer.status_code}")
    fault = _fault(answer.headers, key)
    if fault is not None:
        raise _failure(fault)
    return bytes(http.trailing_data[0])


def accept_key(key: bytes) -> bytes:
    """Return the value of ``Sec-WebSocket-Accept`` that belongs to a ``Sec-WebSocket-Key``."""
    return base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())


def _request(address: Address, key: bytes) -> h11.Request:
    headers = [
        ("Host", address.header),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key.decode()),
        ("Sec-WebSocket-Version", "13"),
    ]
    if address.authorization is not None:
        headers.append(("Authorization", address.authorization))
    target = address.path if address.path.startswith("/") else f"/{address.path}"
    return h11.Request(method="GET", target=target, headers=headers)


async def _answer(
    stream: trio.abc.Stream, http: h11.Connection, allowance: Allowance
) -> h11.Response | h11.InformationalResponse:
    """Read the answer to the upgrade; interim responses are skipped."""
    while True:
        event = http.next_event()
        match event:
            case h11.Response():
                return event
            case h11.InformationalResponse(status_code=101):
                return event
            case h11.InformationalResponse():
                continue
            case h11.NEED_DATA:
                data = await take(stream, allowance)
                if not data:
                    raise _failure("the connection was closed without an answer")
                http.receive_data(data)
            case _:
                raise _failure("the answer is not HTTP")


def _fault(headers: Iterable[tuple[bytes, bytes]], key: bytes) -> str | None:
    """Return the fault in an answer with status 101, or None."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    words = {word.strip().lower() for value in values.get(b"connection", ()) for word in value.split(b",")}
    upgrades = [value.lower() for value in values.get(b"upgrade", ())]
    if upgrades != [b"websocket"] or b"upgrade" not in words:
        return "the answer does not upgrade to a WebSocket"
    if values.get(b"sec-websocket-accept") != [accept_key(key)]:
        return "the answer has a wrong Sec-WebSocket-Accept"
    if b"sec-websocket-protocol" in values:
        return "the answer chooses a subprotocol, and none was offered"
    if b"sec-websocket-extensions" in values:
        return "the answer chooses an extension, and none was offered"
    return None


def _failure(why: str) -> AccessFailed:
    return AccessFailed(f"the WebSocket handshake failed: {why}", answered=False)
