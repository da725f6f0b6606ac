"""One open WebSocket, seen from the client: bursts of text messages in and out.

wsproto judges every frame; whatever came in together is handed on together, and whatever is sent together
leaves in one write. What breaks the protocol ends the connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import trio
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.extensions import Extension
from wsproto.frame_protocol import CloseReason, RsvBits
from wsproto.utilities import LocalProtocolError

from .failures import describe_failure
from .intake import in_bytes, take_burst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsproto.events import Event
    from wsproto.frame_protocol import FrameDecoder, FrameProtocol, Opcode

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
        self._first = first
        self._sending = trio.Lock()
        self._protocol = Connection(ConnectionType.CLIENT, extensions=[_SizeLimit(max_bytes)])
        self._reader = _Reader(self._protocol, max_bytes)
        self._close_sent = False
        self._end: ConnectionEnded | None = None

    async def receive(self) -> list[str]:
        """Return the messages that came in together, at least one. Raises ``ConnectionEnded``."""
        while self._end is None:
            if texts := await self._read_on():
                if self._observe is not None:
                    self._observe("received", texts)
                return texts
        raise self._end

    async def send(self, texts: Sequence[str]) -> None:
        """Send messages in one write. Raises ``ConnectionEnded``.

        Cancelled, it may have sent a part of them, which leaves the connection unusable.
        """
        try:
            await self._write(self._framed([TextMessage(data=text) for text in texts]))
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
        """Return the messages that are complete with the bytes that come in next."""
        data, self._first = self._first, b""
        if not data:
            try:
                data = await take_burst(self._stream)
            except _BROKEN as error:
                return self._end_broken(describe_failure(error))
        if not data:
            return self._end_broken("the connection broke")
        texts, pongs, end = self._reader.read(data)
        if pongs:
            await self._answer(pongs)
        if end is not None:
            await self._close(end.answer)
            self._end = ConnectionEnded(self._scrub(end.reason), end.code)
        return texts

    def _end_broken(self, why: str) -> list[str]:
        self._end = ConnectionEnded(why)
        return []

    # --- writing ---

    def _framed(self, events: Sequence[Event]) -> bytes:
        """Return the frames of events. Raises ``ConnectionEnded`` after a close of either side."""
        try:
            return b"".join([self._protocol.send(event) for event in events])
        except LocalProtocolError:
            raise self._end or ConnectionEnded("the connection is being closed") from None

    async def _write(self, data: bytes) -> None:
        async with self._sending:
            if self._end is not None:
                raise self._end
            if self._close_sent:
                raise ConnectionEnded("we closed the connection")
            try:
                await self._stream.send_all(data)
            except _BROKEN as error:
                # Why is for the reader to say: what came in before the break may hold the reason.
                raise ConnectionEnded(describe_failure(error)) from None

    async def _answer(self, pongs: bytes) -> None:
        if self._close_sent:
            return
        try:
            await self._write(pongs)
        except ConnectionEnded:
            return

    async def _close(self, code: int) -> None:
        """Send a close frame, once. Nothing is sent after it."""
        if self._close_sent:
            return
        try:
            await self._write(self._framed([CloseConnection(code=code)]))
        except ConnectionEnded:
            pass
        finally:
            self._close_sent = True


@dataclass(frozen=True, slots=True)
class _Ending:
    """The end of a connection: its reason, the exchange's close code, and the code of our answer."""

    reason: str
    code: int | None
    answer: int


class _SizeLimit(Extension):
    """Refuses a frame as soon as it announces more than ``max_bytes``: none of it is waited for."""

    name = "size-limit"

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    def enabled(self) -> bool:
        """Return True: it needs no agreement with the exchange."""
        return True

    def offer(self) -> bool:
        """Return False: the exchange is offered nothing."""
        return False

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Judge a frame by its header."""
        if payload_length > self._max_bytes:
            return CloseReason.MESSAGE_TOO_BIG
        return RsvBits(rsv1=False, rsv2=False, rsv3=False)


class _Reader:
    """Cuts the exchange's messages out of what comes in, and says how the connection ends."""

    def __init__(self, protocol: Connection, max_bytes: int) -> None:
        self._protocol = protocol
        self._max_bytes = max_bytes
        self._parts: list[str] = []
        self._size = 0

    def read(self, data: bytes) -> tuple[list[str], bytes, _Ending | None]:
        """Return the whole messages in the bytes, the answers to pings, and how it ends, if it does."""
        texts: list[str] = []
        pongs = b""
        self._protocol.receive_data(data)
        for event in self._protocol.events():
            match event:
                case TextMessage():
                    ending = self._collect(event, texts)
                    if ending is not None:
                        return texts, pongs, ending
                case Ping() if self._protocol.state is ConnectionState.OPEN:
                    pongs += self._protocol.send(event.response())  # A close may be next.
                case CloseConnection():
                    return texts, pongs, self._end_closed(event)
                case BytesMessage():
                    return texts, pongs, _protocol_error("a message that is not text", BAD_TEXT)
        return texts, pongs, None

    def _collect(self, event: TextMessage, texts: list[str]) -> _Ending | None:
        if event.data:  # Empty fragments may go on for ever.
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
            return _too_long(self._max_bytes) if code == TOO_LONG else _protocol_error(reason, code)
        text = f" {reason}" if reason else ""
        why = f"the exchange closed the connection ({code}{text})"
        return _Ending(why, code, NORMAL if code in _NO_CODE else code)


def _too_long(max_bytes: int) -> _Ending:
    return _protocol_error(f"a message longer than {in_bytes(max_bytes)}", TOO_LONG)


def _protocol_error(what: str, code: int) -> _Ending:
    return _Ending(f"the exchange broke the WebSocket protocol: {what}", None, code)
