"""A stream between the socket and trio-websocket that carries bursts of text around it.

trio-websocket keeps what needs judgement: the upgrade, pings, the close, everything that is broken. Whole
text messages go straight to the reader and straight to the socket, many at a time. At the first frame that
is not plain text, ping or pong (a fragment, a close, a reserved bit, a binary or an overlong message) the
splice steps aside for good, so that no message is ever judged by two or comes out of its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import trio
from trio_websocket import ConnectionClosed

from .frames import cut, text_frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trio_websocket import WebSocketConnection

RECEIVE_BYTES: Final = 64 * 1024
RECEIVE_BURSTS: Final = 64
"""Bursts, of ``RECEIVE_BYTES`` each, that may wait for the reader; beyond it the socket is left to fill."""

_HEAD_END: Final = b"\r\n\r\n"
_UPGRADED: Final = b"HTTP/1.1 101"
_HEAD_BYTES: Final = 64 * 1024
_OPCODE: Final = 0x0F
_CLOSE: Final = 8


class Splice(trio.abc.Stream):
    """Give it to ``wrap_client_stream`` in place of ``stream``. Messages over ``max_bytes`` are not its."""

    def __init__(self, stream: trio.abc.Stream, *, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._lock = trio.Lock()
        self._upgraded = False
        self._aside = False
        self._closing = False
        self._rest = b""
        self._to_reader, self._texts = trio.open_memory_channel[list[str]](RECEIVE_BURSTS)

    # --- for whoever reads and writes messages ---

    async def texts(self) -> list[str]:
        """The messages of one burst, at least one. Raises ``trio.EndOfChannel`` once it stepped aside."""
        try:
            return await self._texts.receive()
        except trio.ClosedResourceError:
            raise trio.EndOfChannel from None

    async def send_texts(self, texts: Sequence[str]) -> None:
        """Send messages in one write. Raises ``trio.ClosedResourceError`` once a close was sent.

        Cancelled, it may have sent a part of them, which leaves the connection unusable.
        """
        data = text_frames(texts)
        async with self._lock:
            if self._closing:
                raise trio.ClosedResourceError
            await self._stream.send_all(data)

    # --- for trio-websocket ---

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Pass on what trio-websocket says; after a close of its own nothing more is ours to send."""
        async with self._lock:
            if self._upgraded and data and data[0] & _OPCODE == _CLOSE:
                self._closing = True
                # Whoever waits for the answer must not wait behind messages that nobody reads any more.
                self._texts.close()
            await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """As the stream below."""
        await self._stream.wait_send_all_might_not_block()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """What trio-websocket has to judge; texts go to the reader on the way."""
        while not self._aside:
            try:
                data = await self._stream.receive_some(RECEIVE_BYTES)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                self._step_aside()
                raise
            if not data:
                # What was torn off is judged as well: it may be wrong already.
                self._step_aside()
                break
            passed = await self._sort(self._rest + data)
            if passed:
                return passed
        if self._rest:
            size = len(self._rest) if max_bytes is None else max_bytes
            passed, self._rest = self._rest[:size], self._rest[size:]
            return passed
        return await self._stream.receive_some(max_bytes)

    async def aclose(self) -> None:
        """Close the stream below; the reader is told."""
        self._closing = True
        self._step_aside()
        await self._stream.aclose()

    # --- sorting ---

    async def _sort(self, data: bytes) -> bytes:
        head, data = (b"", data) if self._upgraded else self._head(data)
        self._rest = data
        if self._aside or not self._upgraded:
            return head
        found = cut(data, max_bytes=self._max_bytes)
        self._rest = found.rest
        if found.texts:
            await self._deliver(found.texts)
        if found.foreign:
            self._step_aside()
        return head + found.control

    def _head(self, data: bytes) -> tuple[bytes, bytes]:
        """The answer to the upgrade, and what follows it; one that is not yes is passed on whole."""
        end = data.find(_HEAD_END) + len(_HEAD_END)
        if end < len(_HEAD_END):
            if len(data) > _HEAD_BYTES:
                self._step_aside()
            return b"", data
        if data.startswith(_UPGRADED):
            self._upgraded = True
            return data[:end], data[end:]
        self._step_aside()
        return b"", data

    async def _deliver(self, texts: list[str]) -> None:
        try:
            await self._to_reader.send(texts)
        except trio.BrokenResourceError:
            # We said goodbye: what still comes in is dropped, as trio-websocket does.
            return

    def _step_aside(self) -> None:
        self._aside = True
        self._to_reader.close()


class Wire:
    """One private connection: bursts of messages in and out. ``closed`` and ``aclose`` are the socket's."""

    def __init__(self, socket: WebSocketConnection, splice: Splice) -> None:
        self._socket = socket
        self._splice = splice

    async def receive(self) -> list[str]:
        """The messages that came in together, at least one. Raises ``trio_websocket.ConnectionClosed``."""
        try:
            return await self._splice.texts()
        except trio.EndOfChannel:
            message = await self._socket.get_message()
        return [message if isinstance(message, str) else message.decode(errors="replace")]

    async def send(self, texts: Sequence[str]) -> None:
        """Send messages in one write. Raises ``trio_websocket.ConnectionClosed``."""
        if self._socket.closed is not None:
            raise ConnectionClosed(self._socket.closed)
        try:
            await self._splice.send_texts(texts)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise ConnectionClosed(self._socket.closed) from None

    async def aclose(self) -> None:
        """Say goodbye and close."""
        await self._socket.aclose()
