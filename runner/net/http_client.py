"""HTTP calls to one host: h11 reads and writes the messages, this module moves the bytes.

A call has one total time and its answer one limit of size. Connections are kept for the next call. What an
answer means, and whether to call again, is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import h11
import trio

from .failures import AccessFailed, describe_failure, in_short
from .intake import ANSWER_S, HEAD_BYTES, Allowance, IntakeError, strict_text, take, unpack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from runner.kraken import EntryCutter

    from .addresses import Address
    from .dialing import Dialer

_BROKEN: Final = (OSError, trio.BrokenResourceError, trio.ClosedResourceError)
_CLOSED: Final = "the connection was closed before the answer was whole"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer as it came in: it may hold a token, so its text has no ``repr``."""

    status: int
    text: str = field(repr=False)


async def _unsigned_call() -> tuple[Mapping[str, str], str]:
    return {}, ""


class HttpClient:
    """Calls one host. Use it inside one ``trio.run`` and ``aclose`` it."""

    def __init__(self, dialer: Dialer, address: Address) -> None:
        self._dialer = dialer
        self._address = address
        self._idle: list[trio.abc.Stream] = []
        self._leaving = trio.Lock()

    async def aclose(self) -> None:
        """Close the connections."""
        while self._idle:
            await trio.aclose_forcefully(self._idle.pop())

    async def call(
        self,
        method: str,
        target: str,
        sign: Callable[[], Awaitable[tuple[Mapping[str, str], str]]] = _unsigned_call,
        *,
        cutter: EntryCutter | None = None,
    ) -> HttpAnswer:
        """Make a call. Raises ``AccessFailed`` unless a complete answer arrives in time and is not too long.

        ``sign`` makes its headers and its body once the connection is open, and no other call leaves before
        it: calls with a nonce leave in order. ``cutter`` takes the entries of a list out of the answer as
        they arrive, and may raise ``FrameError``.
        """

        async def request() -> list[h11.Event]:
            headers, body = await sign()
            return _request(self._address, method, target, headers, body.encode())

        while self._idle:
            # A kept connection may have been closed in the meantime; then there was no answer.
            call = _Call(self._idle.pop())
            try:
                return await self._carry_out(call, request, cutter)
            except AccessFailed:
                if call.begun:
                    raise
        return await self._carry_out(_Call(await self._dialer.open(self._address)), request, cutter)

    async def _carry_out(
        self, call: _Call, request: Callable[[], Awaitable[list[h11.Event]]], cutter: EntryCutter | None
    ) -> HttpAnswer:
        try:
            async with self._leaving:
                await call.send(await request())
            answer = await call.answer(cutter)
        except BaseException as error:
            await trio.aclose_forcefully(call.stream)
            if isinstance(error, _BROKEN):
                raise AccessFailed(describe_failure(error), answered=False) from None
            if isinstance(error, IntakeError):
                raise AccessFailed(str(error), answered=call.begun) from None
            if isinstance(error, h11.ProtocolError):
                raise AccessFailed(f"the answer is not HTTP: {in_short(error)}") from None
            raise
        if call.reusable:
            self._idle.append(call.stream)
        else:
            await trio.aclose_forcefully(call.stream)
        return answer


class _Call:
    """One request and its answer on one stream. ``begun``: something of the answer came in."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.stream = stream
        self.begun = False
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        self._allowance = Allowance(seconds=ANSWER_S)

    @property
    def reusable(self) -> bool:
        """Return True if the next call may use the same stream."""
        return (
            self._http.our_state is h11.DONE
            and self._http.their_state is h11.DONE
            and not self._http.trailing_data[0]
        )

    async def send(self, request: list[h11.Event]) -> None:
        """Send the request."""
        data = b"".join(self._http.send(event) or b"" for event in request)
        with trio.move_on_at(self._allowance.deadline) as scope:
            await self.stream.send_all(data)
        if scope.cancelled_caught:
            raise self._allowance.late()

    async def answer(self, cutter: EntryCutter | None = None) -> HttpAnswer:
        """Read the answer."""
        head = await self._head()
        headers = {name: value.decode("latin-1") for name, value in head.headers}
        length = headers.get(b"content-length", "")
        if length.isdigit():
            self._allowance.expect(int(length))
        encoding = headers.get(b"content-encoding", "")
        if cutter is None:
            body = unpack(await self._body(), encoding)
        elif encoding in ("", "identity"):
            body = await self._body(cutter.feed) + cutter.end()
        else:
            body = cutter.feed(unpack(await self._body(), encoding)) + cutter.end()
        return HttpAnswer(head.status_code, strict_text(body))

    async def _head(self) -> h11.Response:
        while not isinstance(event := await self._next_event(), h11.Response):
            if not isinstance(event, h11.InformationalResponse):
                raise AccessFailed(_CLOSED, answered=self.begun)
            # There may be any number of these; each counts against the limit of size.
        return event

    async def _body(self, pass_on: Callable[[bytes], bytes] = bytes) -> bytes:
        parts: list[bytes] = []
        while not isinstance(event := await self._next_event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise AccessFailed(_CLOSED)
            parts.append(pass_on(bytes(event.data)))
        return b"".join(parts)

    async def _next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await take(self.stream, self._allowance)
            self.begun |= bool(data)
            self._http.receive_data(data)
            if not data:
                return self._last_event()
        return event

    def _last_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return the event for the end of the stream: the end of a body without a declared length."""
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError:
            raise AccessFailed(_CLOSED, answered=self.begun) from None


def _request(
    address: Address, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> list[h11.Event]:
    """Return a call as an h11 request, without compression, which could hide the size of an answer."""
    all_headers = [("Host", address.header), ("Accept", "application/json"), ("Accept-Encoding", "identity")]
    all_headers += list(headers.items())
    if address.authorization is not None:
        all_headers.append(("Authorization", address.authorization))
    if method != "GET":
        all_headers.append(("Content-Length", str(len(body))))
    # A base URL may have a path, as behind a gateway.
    start = h11.Request(method=method, target=address.path.rstrip("/") + target, headers=all_headers)
    return [start, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]
