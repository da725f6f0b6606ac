"""HTTP on one connection: requests in, answers out, and a client that misbehaves is shown the door.

h11 reads and writes the messages, this module moves the bytes and keeps the time and the limits. What a
request means is not known here. Whatever comes in, it ends at most its own connection.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import h11
import trio

from runner.net.intake import take_burst

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD_BYTES_MAX: Final = 32 * 1024
BODY_BYTES_MAX: Final = 1024 * 1024
REQUEST_TIMEOUT_S: Final = 10.0
"""From the first byte of a request to its last one, and for the answer to be taken."""

IDLE_TIMEOUT_S: Final = 30.0
"""Maximum idle time of a connection between two requests."""

LINGER_S: Final = 0.5
LINGER_BYTES_MAX: Final = 8 * 1024 * 1024
"""After an answer that leaves a request unread, this much of it is thrown away, so that the client gets to
read the answer before the connection is reset under it."""

_METHODS: Final = ("GET", "POST")
_SHUT: Final = (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. ``target`` may hold a query; header names are in lower case; the body may hold a key."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One answer. It may hold a token, so its body has no ``repr``."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[HttpRequest], Awaitable[HttpAnswer]]


class _Refused(Exception):
    """A request that is not read any further; the answer that says so is the last one."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def serve_http(stream: trio.abc.Stream, answering: Answering) -> None:
    """Answer the requests on one connection until either side has enough; the caller closes the stream."""
    connection = _HttpConnection(stream)
    try:
        while await connection.answer_one(answering):
            pass
    except _SHUT:
        pass


class _HttpConnection:
    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)

    async def answer_one(self, answering: Answering) -> bool:
        """Answer a request; return True if the connection stays open."""
        try:
            request = await self._request()
        except _Refused as refused:
            await self._refuse(refused.status)
            return False
        except h11.RemoteProtocolError as error:
            await self._refuse(error.error_status_hint)
            return False
        if request is None:
            return False
        await self._send(await answering(request))
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def _request(self) -> HttpRequest | None:
        """Return the next request with its whole body, or None when there is none. Raises ``_Refused``."""
        head = await self._head()
        if head is None:
            return None
        method = head.method.decode("ascii")
        if method not in _METHODS:
            raise _Refused(405)
        if any(name == b"upgrade" for name, _ in head.headers):
            # The WebSocket has a separate port.
            raise _Refused(403)
        with trio.move_on_after(REQUEST_TIMEOUT_S):
            body = await self._body()
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
            return HttpRequest(method, head.target.decode("latin-1"), headers, body)
        raise _Refused(408)

    async def _head(self) -> h11.Request | None:
        with trio.move_on_after(IDLE_TIMEOUT_S) as waiting:
            while True:
                event = self._http.next_event()
                if event is not h11.NEED_DATA:
                    return event if isinstance(event, h11.Request) else None
                await self._more()
                begun = bool(self._http.trailing_data[0])
                if begun:
                    waiting.deadline = min(waiting.deadline, trio.current_time() + REQUEST_TIMEOUT_S)
        return None

    async def _body(self) -> bytes:
        body = bytearray()
        while True:
            event = self._http.next_event()
            match event:
                case h11.Data():
                    body += event.data
                    if len(body) > BODY_BYTES_MAX:
                        raise _Refused(413)
                case h11.EndOfMessage():
                    return bytes(body)
                case h11.NEED_DATA:
                    await self._more()
                case _:
                    raise _Refused(400)

    async def _more(self) -> None:
        if self._http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            await self._stream.send_all(self._http.send(go_on))
        self._http.receive_data(await take_burst(self._stream))

    async def _refuse(self, status: int) -> None:
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        await self._send(HttpAnswer(status, content_type="text/plain", headers=(("Connection", "close"),)))
        taken = 0
        with trio.move_on_after(LINGER_S):
            if isinstance(self._stream, trio.SocketStream):
                await self._stream.send_eof()
            while taken < LINGER_BYTES_MAX and (chunk := await take_burst(self._stream)):
                taken += len(chunk)

    async def _send(self, answer: HttpAnswer) -> None:
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
            *answer.headers,
        ]
        with trio.fail_after(REQUEST_TIMEOUT_S):
            parts = [
                self._http.send(h11.Response(status_code=answer.status, headers=headers)),
                self._http.send(h11.Data(data=answer.body)) if answer.body else b"",
                self._http.send(h11.EndOfMessage()),
            ]
            await self._stream.send_all(b"".join(part or b"" for part in parts))
