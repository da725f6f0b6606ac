"""One open WebSocket, seen from the client: bursts of text messages in and out.

Whole text messages are cut from what comes in many at a time and sent many in one write. At the first frame
that is not plain text, ping or pong (a fragment, a close, whatever breaks the protocol) wsproto takes over,
so that no message is ever judged by two or comes out of its order. What breaks the protocol ends the
connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import trio
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from .failures import describe_failure
from .frames import close_frame, cut, pong_frames, text_frames
from .intake import in_bytes, take_burst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NORMAL: Final = 1000
TOO_LONG: Final = 1009
BAD_TEXT: Final = 1007

_NO_CODE: Final = {1005, 1006}
_BROKEN: Final = (OSError, trio.BrokenResourceError, trio.ClosedResourceError)


class ConnectionEnded(Exception):
    """The connection has ended; ``reason`` is for people.

    ``code`` is that of the exchange's close frame, None without one.
    """

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class PrivateConnection:
    """Messages over a stream on which the handshake is over; ``first`` came together with it.

    One task receives, any may send. A message over ``max_bytes`` ends the connection. ``scrub`` takes secrets
    out of the exchange's reason for closing it. ``observe`` gets ``sent`` or ``received`` and the messages of
    a burst; those that are sent once they may have left.
    """

    def __init__(
        self,
        stream: trio.abc.Stream,
        *,
        first: bytes = b"",
        max_bytes: int,
        scrub: Callable[[str], str] = str,
        observe: Callable[[str, Sequence[str]], object] | None = None,
    ) -> None:
        self._scrub = scrub
        self._observe = observe
        self._stream = stream
        self._max_bytes = max_bytes
        self._rest = first
        self._missing = 0
        self._sending = trio.Lock()
        self._strict: _StrictReader | None = None
        self._said_goodbye = False
        self._end: ConnectionEnded | None = None

    async def receive(self) -> list[str]:
        """Return the messages that came in together, at least one. Raises ``ConnectionEnded``."""
        while self._end is None:
            texts = await self._read_on() if self._missing else await self._process_frames()
            if texts:
                if self._observe is not None:
                    self._observe("received", texts)
                return texts
        raise self._end

    async def send(self, texts: Sequence[str]) -> None:
        """Send messages in one write. Raises ``ConnectionEnded``.

        Cancelled, it may have sent a part of them, which leaves the connection unusable.
        """
        try:
            await self._write(text_frames(texts))
        finally:
            if self._observe is not None:
                self._observe("sent", texts)

    async def aclose(self) -> None:
        """Send a close frame, wait for the answer, and close. Messages that still arrive are dropped."""
        try:
            if self._end is None:
                await self._close(NORMAL)
                while self._end is None:
                    await self.receive()
        except ConnectionEnded:
            pass
        finally:
            await trio.aclose_forcefully(self._stream)

    # --- reading ---

    async def _read_on(self) -> list[str]:
        """Take in what is missing of the message that has begun, or whatever there is."""
        parts, have = [self._rest], len(self._rest)
        while have < self._missing or len(parts) == 1:
            try:
                data = await take_burst(self._stream)
            except _BROKEN as error:
                return self._end_broken(describe_failure(error))
            if not data:
                return self._torn_off(b"".join(parts))
            parts.append(data)
            have += len(data)
        self._rest, self._missing = b"".join(parts), 0
        return await self._process_frames()

    async def _process_frames(self) -> list[str]:
        if self._strict is not None:
            data, self._rest, self._missing = self._rest, b"", 1
            return await self._strictly(self._strict, data)
        found = cut(self._rest, max_bytes=self._max_bytes)
        self._rest, self._missing = found.rest, found.missing
        if found.pings:
            await self._answer(pong_frames(found.pings))
        if found.too_long:
            # Not one byte of it is waited for.
            await self._close(TOO_LONG)
            self._end = ConnectionEnded(_too_long(self._max_bytes).reason)
        elif found.foreign:
            self._strict, self._missing = _StrictReader(self._max_bytes), 0
        return found.texts

    async def _strictly(self, strict: _StrictReader, data: bytes) -> list[str]:
        texts, pings, end = strict.read(data)
        if pings:
            await self._answer(pong_frames(pings))
        if end is not None:
            await self._close(end.answer)
            self._end = ConnectionEnded(self._scrub(end.reason), end.code)
        return texts

    def _torn_off(self, rest: bytes) -> list[str]:
        """Handle a stream that ended inside of a message, or between two.

        What there is may be wrong already.
        """
        _, _, ending = (self._strict or _StrictReader(self._max_bytes)).read(rest)
        return self._end_broken("the connection broke" if ending is None else ending.reason)

    def _end_broken(self, why: str) -> list[str]:
        self._end = ConnectionEnded(why)
        return []

    # --- writing ---

    async def _write(self, data: bytes) -> None:
        async with self._sending:
            if self._end is not None:
                raise self._end
            if self._said_goodbye:
                raise ConnectionEnded("we closed the connection")
            try:
                await self._stream.send_all(data)
            except _BROKEN as error:
                # Why is for the reader to say: what came in before the break may hold the reason.
                raise ConnectionEnded(describe_failure(error)) from None

    async def _answer(self, pongs: bytes) -> None:
        if self._said_goodbye:
            return
        try:
            await self._write(pongs)
        except ConnectionEnded:
            return

    async def _close(self, code: int) -> None:
        """Send a close frame, once. Nothing is sent after it."""
        if self._said_goodbye:
            return
        try:
            await self._write(close_frame(code))
        except ConnectionEnded:
            pass
        finally:
            self._said_goodbye = True


@dataclass(frozen=True, slots=True)
class _Ending:
    """The end of a connection: its reason, the exchange's close code, and the code of our answer."""

    reason: str
    code: int | None
    answer: int


class _StrictReader:
    """All of RFC 6455 for the few connections that need it."""

    def __init__(self, max_bytes: int) -> None:
        self._protocol = Connection(ConnectionType.CLIENT)
        self._max_bytes = max_bytes
        self._parts: list[str] = []
        self._size = 0

    def read(self, data: bytes) -> tuple[list[str], list[bytes], _Ending | None]:
        """Return the whole messages in the bytes, the pings to be answered, and how it ends, if it does."""
        texts: list[str] = []
        pings: list[bytes] = []
        self._protocol.receive_data(data)
        for event in self._protocol.events():
            match event:
                case Ping(payload=payload):
                    pings.append(bytes(payload))
                case CloseConnection():
                    return texts, pings, self._end_closed(event)
                case BytesMessage():
                    return texts, pings, _protocol_error("a message that is not text", BAD_TEXT)
                case TextMessage():
                    ending = self._collect(event, texts)
                    if ending is not None:
                        return texts, pings, ending
        return texts, pings, None

    def _collect(self, event: TextMessage, texts: list[str]) -> _Ending | None:
        self._parts.append(event.data)
        self._size += len(event.data)
        if self._size > self._max_bytes:
            return _too_long(self._max_bytes)
        if event.message_finished:
            texts.append("".join(self._parts))
            self._parts, self._size = [], 0
        return None

    def _end_closed(self, event: CloseConnection) -> _Ending:
        """Handle a close frame, or bytes that break the protocol: then its state stays."""
        code, reason = int(event.code), event.reason or ""
        if self._protocol.state is ConnectionState.OPEN:
            return _protocol_error(reason, code)
        text = f" {reason}" if reason else ""
        why = f"the exchange closed the connection ({code}{text})"
        return _Ending(why, code, NORMAL if code in _NO_CODE else code)


def _too_long(max_bytes: int) -> _Ending:
    return _protocol_error(f"a message longer than {in_bytes(max_bytes)}", TOO_LONG)


def _protocol_error(what: str, code: int) -> _Ending:
    return _Ending(f"the exchange broke the WebSocket protocol: {what}", None, code)
