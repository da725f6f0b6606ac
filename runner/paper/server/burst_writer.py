"""A stream between a client's socket and trio-websocket that sends bursts of text past it, in one write each.

trio-websocket keeps what needs judgement: the upgrade, all reading, pings, the close. One message at a time
costs it ten times what the message itself does, and an exchange says the same to many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import trio
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from runner.net.intake import take_burst

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLOSE: Final = 0x88


class BurstWriter(trio.abc.Stream):
    """Give it to ``wrap_server_stream`` in place of ``stream``; after the upgrade, send texts here."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._frames = Connection(ConnectionType.SERVER)
        self._lock = trio.Lock()
        self._closing = False

    async def send_texts(self, texts: Sequence[str]) -> None:
        """Send messages in one write. Raises ``trio.ClosedResourceError`` once a close was sent.

        Cancelled, it may have sent a part of them, which leaves the connection unusable.
        """
        data = b"".join([self._frames.send(TextMessage(data=text)) for text in texts])
        async with self._lock:
            if self._closing:
                raise trio.ClosedResourceError
            await self._stream.send_all(data)

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Pass on what trio-websocket says; after its close nothing more is ours to send."""
        async with self._lock:
            self._closing |= bool(data) and data[0] == _CLOSE
            await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """As the stream below."""
        await self._stream.wait_send_all_might_not_block()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """As the stream below."""
        return await take_burst(self._stream, max_bytes)

    async def aclose(self) -> None:
        """Close the stream below."""
        self._closing = True
        await self._stream.aclose()
