"""The simulated exchange behind real sockets on loopback: REST over HTTP, and the WebSocket.

One task owns the exchange and takes what the connections hand it in bursts: it decides, has the inputs kept,
and only then lets the deliveries leave. What is decided is not known here. A reader that is too slow is cut
off and never holds anyone else up.
"""

from __future__ import annotations

import logging
import math
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

import trio
from hypercorn.config import Config
from hypercorn.trio import serve
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from trio_websocket import ConnectionClosed, wrap_server_stream
from wsproto.utilities import ProtocolError

from runner.protocol import Closing, FrameError, ServerSession
from runner.simulator import Delivery, RestCall, RestReply

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypercorn.typing import Framework
    from starlette.requests import Request as HttpRequest
    from trio_websocket import WebSocketConnection

    from runner.domain import Secret
    from runner.protocol import Reply, Request
    from runner.simulator import Exchange

LOOPBACK: Final = "127.0.0.1"
FRAME_BYTES_MAX: Final = 1024 * 1024
BODY_BYTES_MAX: Final = 1024 * 1024
INBOX_ITEMS: Final = 256
OUTBOX_MESSAGES: Final = 10_000
SEND_TIMEOUT_S: Final = 10.0
HANDSHAKE_TIMEOUT_S: Final = 5.0
GOODBYE_TIMEOUT_S: Final = 0.1
FRAMES_UNREAD: Final = 64
RECEIVE_BYTES: Final = 64 * 1024

# What a client can do to its connection, as the libraries below call it.
_BROKEN = (
    ConnectionClosed,
    ProtocolError,
    trio.BrokenResourceError,
    trio.ClosedResourceError,
    trio.TooSlowError,
)


@dataclass(frozen=True, slots=True)
class PaperEndpoints:
    """Where the paper exchange listens, as the base URLs that a client is given."""

    rest_url: str
    ws_url: str


async def serve_paper(
    exchange: Exchange,
    *,
    persist: Callable[[list[dict[str, Any]]], None],
    clock: Callable[[], float],
    task_status: trio.TaskStatus[PaperEndpoints] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve an exchange until cancelled; says its endpoints once it listens.

    ``persist`` is called with the inputs that changed something, before any reply to them leaves; what it
    raises ends the serving. ``clock`` gives Unix seconds.
    """
    server = _Server(exchange, persist, clock)
    async with trio.open_nursery() as nursery:
        ws_url = await nursery.start(server.serve_websocket)
        rest_url = await nursery.start(server.serve_rest)
        nursery.start_soon(server.own)
        task_status.started(PaperEndpoints(rest_url, ws_url))


# --- what is handed to the owner of the exchange ----------------------------------------------


@dataclass(slots=True, eq=False)
class _Connection:
    """A client's connection: its session, what waits to be sent, and the scope to cut it off with."""

    number: int
    session: ServerSession
    outbox: trio.MemorySendChannel[Reply]
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: _Connection


@dataclass(frozen=True, slots=True)
class _Gone:
    connection: _Connection


@dataclass(frozen=True, slots=True)
class _Heard:
    connection: _Connection
    content: tuple[Request, Secret | None] | FrameError


@dataclass(slots=True, eq=False)
class _Asked:
    call: RestCall
    answered: trio.Event = field(default_factory=trio.Event)
    reply: RestReply | None = None


_Item = _Opened | _Gone | _Heard | _Asked


class _Server:
    def __init__(
        self,
        exchange: Exchange,
        persist: Callable[[list[dict[str, Any]]], None],
        clock: Callable[[], float],
    ) -> None:
        self._exchange = exchange
        self._persist = persist
        self._clock = clock
        self._numbers = count(1)
        self._connections: dict[int, _Connection] = {}
        self._give, self._take = trio.open_memory_channel[_Item](INBOX_ITEMS)

    # --- the owner ------------------------------------------------------------------------------

    async def own(self) -> None:
        """The one task that talks to the exchange."""
        try:
            while True:
                self._serve(await self._burst())
        finally:
            # The exchange may be served again later, and connections do not outlive a serving.
            for number in self._connections:
                self._exchange.disconnect(number)

    def _serve(self, burst: list[_Item]) -> None:
        deliveries = self._exchange.advance(self._clock())
        for item in burst:
            deliveries += self._apply(item)
        record = self._exchange.take_record()
        if record:
            self._persist(record)
        for delivery in deliveries:
            self._post(delivery)
        for item in burst:
            if isinstance(item, _Asked):
                item.answered.set()

    async def _burst(self) -> list[_Item]:
        """All that waits, as soon as something does; nothing when the exchange's timer is reached first."""
        burst: list[_Item] = []
        with trio.move_on_after(self._until_timer()):
            burst.append(await self._take.receive())
        with suppress(trio.WouldBlock):
            while len(burst) < INBOX_ITEMS:
                burst.append(self._take.receive_nowait())
        return burst

    def _until_timer(self) -> float:
        timer = self._exchange.timer()
        return math.inf if timer is None else max(0.0, timer - self._clock())

    def _apply(self, item: _Item) -> list[Delivery]:
        now = self._clock()
        match item:
            case _Opened(connection):
                self._connections[connection.number] = connection
                return self._exchange.connect(connection.number, now)
            case _Gone(connection):
                self._connections.pop(connection.number, None)
                self._exchange.disconnect(connection.number)
                return []
            case _Heard(connection, content):
                if isinstance(content, FrameError):
                    return self._exchange.malformed(connection.number, content, now)
                return self._exchange.handle(connection.number, *content, now)
            case _Asked(call):
                item.reply = self._exchange.rest(call, now)
                return []

    def _post(self, delivery: Delivery) -> None:
        connection = self._connections.get(delivery.connection)
        if connection is None:
            return
        try:
            connection.outbox.send_nowait(delivery.message)
        except (trio.WouldBlock, trio.BrokenResourceError):
            connection.scope.cancel()

    # --- the WebSocket --------------------------------------------------------------------------

    async def serve_websocket(self, *, task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED) -> None:
        """Listen for clients; says the base URL."""
        logging.getLogger("trio-websocket").addHandler(logging.NullHandler())
        listeners = await trio.open_tcp_listeners(0, host=LOOPBACK)
        _, port = listeners[0].socket.getsockname()
        task_status.started(f"ws://{LOOPBACK}:{port}")
        await trio.serve_listeners(self._welcome, listeners)

    async def _welcome(self, stream: trio.SocketStream) -> None:
        """The life of one connection; whatever a client does to it stays in here."""
        try:
            async with trio.open_nursery() as nursery:
                await self._converse(nursery, stream)
                nursery.cancel_scope.cancel()
        except* _BROKEN:
            pass

    async def _converse(self, nursery: trio.Nursery, stream: trio.SocketStream) -> None:
        with trio.fail_after(HANDSHAKE_TIMEOUT_S):
            request = await wrap_server_stream(
                nursery,
                stream,
                max_message_size=FRAME_BYTES_MAX,
                message_queue_size=FRAMES_UNREAD,
                receive_buffer_size=RECEIVE_BYTES,
            )
            socket = await request.accept()
        give, take = trio.open_memory_channel["Reply"](OUTBOX_MESSAGES)
        session = ServerSession(self._clock(), accept_numbers=self._exchange.options.numeric_fields)
        connection = _Connection(next(self._numbers), session, give)
        try:
            with connection.scope, take:
                await self._give.send(_Opened(connection))
                nursery.start_soon(self._write, connection, socket, take)
                await self._read(connection, socket)
        finally:
            await self._part(connection, socket)

    async def _part(self, connection: _Connection, socket: WebSocketConnection) -> None:
        # Shielded, because it also happens while everything is being cancelled; and therefore short.
        closing = connection.session.closing or Closing(1001, "going away")
        with trio.move_on_after(GOODBYE_TIMEOUT_S, shield=True):
            await self._give.send(_Gone(connection))
            await socket.aclose(closing.code, closing.reason)

    async def _read(self, connection: _Connection, socket: WebSocketConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                frame = await socket.get_message()
                text = frame if isinstance(frame, str) else frame.decode(errors="replace")
                content = connection.session.receive(text, self._clock())
                await self._give.send(_Heard(connection, content))

    async def _write(
        self, connection: _Connection, socket: WebSocketConnection, take: trio.MemoryReceiveChannel[Reply]
    ) -> None:
        session = connection.session
        with suppress(ConnectionClosed, trio.TooSlowError, trio.ClosedResourceError):
            while session.closing is None:
                texts = []
                with trio.move_on_after(max(0.0, session.timer() - self._clock())):
                    texts.append(session.send(await take.receive(), self._clock()))
                for text in texts or session.handle_timer(self._clock()):
                    with trio.fail_after(SEND_TIMEOUT_S):
                        await socket.send_message(text)
        connection.scope.cancel()

    # --- REST -----------------------------------------------------------------------------------

    async def serve_rest(self, *, task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED) -> None:
        """Answer HTTP; says the base URL."""
        config = Config()
        config.bind = [f"{LOOPBACK}:0"]
        config.accesslog = None
        config.errorlog = None
        config.include_server_header = False
        config.graceful_timeout = GOODBYE_TIMEOUT_S
        # Starlette's types for ASGI are looser than Hypercorn's.
        app = cast(
            "Framework", Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])
        )
        async with trio.open_nursery() as nursery:
            binds = await nursery.start(partial(serve, app, config))
            task_status.started(binds[0])

    async def _answer(self, request: HttpRequest) -> Response:
        body = await _limited_body(request)
        if body is None:
            return Response(status_code=413)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        asked = _Asked(RestCall(request.method, path, dict(request.headers), body.decode(errors="replace")))
        await self._give.send(asked)
        await asked.answered.wait()
        assert asked.reply is not None
        return Response(asked.reply.body, status_code=asked.reply.status, media_type="application/json")


async def _limited_body(request: HttpRequest) -> bytes | None:
    """The body, or None when it is too long; then the rest of it is not read."""
    body = b""
    async with aclosing(request.stream()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > BODY_BYTES_MAX:
                return None
    return body
