"""The WebSocket of the paper exchange: the life of one client's connection.

Frames become requests and go to the owner of the exchange; what the owner posts becomes frames. A reader
that is too slow is cut off and never holds anyone else up. What a request means is not known here.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import trio
from trio_websocket import ConnectionClosed, wrap_server_stream
from wsproto.utilities import ProtocolError

from runner.domain import CloseFrame
from runner.kraken import Closing, ErrorReply, ServerSession

from .burst_writer import BurstWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from trio_websocket import WebSocketConnection

    from runner.domain import Secret
    from runner.kraken import FrameError, Reply, Request

FRAME_BYTES_MAX: Final = 1024 * 1024
OUTBOX_MESSAGES: Final = 10_000
MESSAGES_BURST: Final = 50_000
MESSAGES_PER_S: Final = 10_000
"""Burst size and sustained rate of messages per connection: above any sensible client's, so that a runaway
one does not slow the others. Undocumented; a scenario sets a lower one."""

WITHOUT_A_WORD: Final = 1006
"""The code by which WebSockets call a connection that just ends; it is never sent."""

SEND_TIMEOUT_S: Final = 10.0
HANDSHAKE_TIMEOUT_S: Final = 5.0
GOODBYE_TIMEOUT_S: Final = 0.1
FRAMES_UNREAD: Final = 64
MESSAGES_AT_ONCE: Final = 256
"""Sent in one write."""

RECEIVE_BYTES: Final = 64 * 1024

# What a client can do to its connection, as the libraries below call it.
_BROKEN = (
    ConnectionClosed,
    ProtocolError,
    trio.BrokenResourceError,
    trio.ClosedResourceError,
    trio.TooSlowError,
)

logging.getLogger("trio-websocket").addHandler(logging.NullHandler())


@dataclass(slots=True, eq=False)
class Connection:
    """A client's connection: its session, what waits to be sent, and the scope to cut it off with.

    Before ``silent_until`` (Unix seconds) it says nothing by itself.
    """

    number: int
    session: ServerSession
    outbox: trio.MemorySendChannel[Reply]
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    silent_until: float = 0.0
    close_frame: CloseFrame = field(default_factory=CloseFrame)
    allowance: float = MESSAGES_BURST
    counted: float = 0.0

    def admits(self, now: float) -> bool:
        """Count a message of the client; return False if it exceeds the rate."""
        grown = self.allowance + max(0.0, now - self.counted) * MESSAGES_PER_S
        self.counted = now
        self.allowance = min(grown, MESSAGES_BURST)
        if self.allowance < 1:
            return False
        self.allowance -= 1
        return True

    def end(self, close_frame: CloseFrame) -> None:
        """End the connection, in this way."""
        self.close_frame = close_frame
        self.scope.cancel()

    def post(self, message: Reply) -> None:
        """Have a message sent; who leaves too many of them unread is cut off."""
        try:
            self.outbox.send_nowait(message)
        except (trio.WouldBlock, trio.BrokenResourceError):
            self.scope.cancel()


class Owner(Protocol):
    """The owner of the exchange, as a connection sees it."""

    async def opened(self, connection: Connection) -> None:
        """Record a new connection."""

    async def received(
        self, connection: Connection, content: tuple[Request, Secret | None] | FrameError
    ) -> None:
        """Handle a frame of a client."""

    async def gone(self, connection: Connection) -> None:
        """Drop a connection that is over."""


async def converse(
    stream: trio.abc.Stream,
    owner: Owner,
    *,
    number: int,
    clock: Callable[[], float],
    open_session: Callable[[float], ServerSession] = ServerSession,
) -> None:
    """Serve one connection to its end; whatever a client does to it stays in here.

    ``number`` is never used again, ``clock`` gives Unix seconds.
    """
    conversation = _Conversation(owner, number, clock, open_session)
    try:
        async with trio.open_nursery() as nursery:
            await conversation.run(nursery, stream)
            nursery.cancel_scope.cancel()
    except* _BROKEN:
        pass


class _Conversation:
    def __init__(
        self,
        owner: Owner,
        number: int,
        clock: Callable[[], float],
        open_session: Callable[[float], ServerSession],
    ) -> None:
        self._owner = owner
        self._number = number
        self._clock = clock
        self._open_session = open_session

    async def run(self, nursery: trio.Nursery, stream: trio.abc.Stream) -> None:
        """From the handshake to the close frame."""
        writer = BurstWriter(stream)
        with trio.fail_after(HANDSHAKE_TIMEOUT_S):
            request = await wrap_server_stream(
                nursery,
                writer,
                max_message_size=FRAME_BYTES_MAX,
                message_queue_size=FRAMES_UNREAD,
                receive_buffer_size=RECEIVE_BYTES,
            )
            socket = await request.accept()
        give, take = trio.open_memory_channel["Reply"](OUTBOX_MESSAGES)
        session = self._open_session(self._clock())
        connection = Connection(self._number, session, give)
        try:
            with connection.scope, take:
                await self._owner.opened(connection)
                nursery.start_soon(self._write, connection, writer, take)
                await self._read(connection, socket)
        finally:
            await self._part(connection, socket)

    async def _part(self, connection: Connection, socket: WebSocketConnection) -> None:
        # Shielded, because it also happens while everything is being cancelled; and therefore short.
        close_frame = connection.close_frame
        closing = connection.session.closing or Closing(close_frame.code, close_frame.reason)
        with trio.move_on_after(GOODBYE_TIMEOUT_S, shield=True):
            await self._owner.gone(connection)
            if closing.code != WITHOUT_A_WORD:
                await socket.aclose(closing.code, closing.reason)

    async def _read(self, connection: Connection, socket: WebSocketConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                frame = await socket.get_message()
                now = self._clock()
                if not connection.admits(now):
                    connection.post(ErrorReply(errorMessage="Exceeded msg rate"))
                    await trio.lowlevel.checkpoint()
                    continue
                text = frame if isinstance(frame, str) else frame.decode(errors="replace")
                await self._owner.received(connection, connection.session.receive(text, now))

    async def _write(
        self, connection: Connection, writer: BurstWriter, take: trio.MemoryReceiveChannel[Reply]
    ) -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
            while connection.session.closing is None:
                texts = await self._next_texts(connection, take)
                if texts:
                    with trio.fail_after(SEND_TIMEOUT_S):
                        await writer.send_texts(texts)
        connection.scope.cancel()

    async def _next_texts(self, connection: Connection, take: trio.MemoryReceiveChannel[Reply]) -> list[str]:
        """Wait for messages to send, or for a timer; return them."""
        session, messages = connection.session, []
        with trio.move_on_after(max(0.0, session.timer() - self._clock())):
            messages.append(await take.receive())
        if not messages:
            return self._due_heartbeat(connection)
        with suppress(trio.WouldBlock):
            while len(messages) < MESSAGES_AT_ONCE:
                messages.append(take.receive_nowait())
        now = self._clock()
        return [session.send(message, now) for message in messages]

    def _due_heartbeat(self, connection: Connection) -> list[str]:
        """Send a heartbeat when it is due."""
        now = self._clock()
        texts = connection.session.handle_timer(now)
        return [] if now < connection.silent_until else texts
