"""The simulated exchange behind real sockets: REST over HTTP, and the WebSocket.

One task owns the exchange and takes what the connections hand it in bursts: it decides, has the inputs kept,
and only then lets the deliveries leave. What is decided is not known here.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import trio

from runner.protocol import FrameError
from runner.simulator import Delivery, RestCall, RestReply

from .paper_doors import Listening, PaperEndpoints, open_door
from .paper_http import HttpAnswer, serve_http
from .paper_socket import Connection, converse

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.domain import Secret
    from runner.protocol import Request
    from runner.simulator import Exchange

    from .paper_http import HttpRequest

INBOX_ITEMS: Final = 256


async def serve_paper(
    exchange: Exchange,
    *,
    persist: Callable[[list[dict[str, Any]]], None],
    clock: Callable[[], float],
    listening: Listening | None = None,
    task_status: trio.TaskStatus[PaperEndpoints] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve an exchange until cancelled; says its endpoints once it listens.

    ``persist`` is called with the inputs that changed something, before any reply to them leaves; what it
    raises ends the serving. ``clock`` gives Unix seconds. Raises ``InvalidInput`` where it cannot listen.
    """
    server = _Server(exchange, persist, clock)
    listening = listening or Listening()
    async with trio.open_nursery() as nursery:
        enter = partial(nursery.start, open_door)
        ws_url = await enter("ws", listening, listening.ws_port, server.welcome)
        rest_url = await enter("http", listening, listening.rest_port, server.serve_rest)
        nursery.start_soon(server.own)
        task_status.started(PaperEndpoints(rest_url, ws_url))


# --- what is handed to the owner of the exchange ----------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Gone:
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Heard:
    connection: Connection
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
        self._connections: dict[int, Connection] = {}
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
                if self._connections.pop(connection.number, None) is not None:
                    self._exchange.disconnect(connection.number)
                return []
            case _Heard(connection, content):
                if isinstance(content, FrameError):
                    return self._exchange.malformed(connection.number, content, now)
                return self._exchange.handle(connection.number, *content, now)
            case _Asked(call):
                item.reply = self._exchange.rest(call, now)
                return [*item.reply.deliveries]

    def _post(self, delivery: Delivery) -> None:
        connection = self._connections.get(delivery.connection)
        if connection is not None:
            connection.post(delivery.message)

    # --- the WebSocket --------------------------------------------------------------------------

    async def welcome(self, stream: trio.abc.Stream) -> None:
        """The life of one connection."""
        await converse(
            stream,
            self,
            number=next(self._numbers),
            clock=self._clock,
            accept_numbers=self._exchange.options.numeric_fields,
        )

    async def opened(self, connection: Connection) -> None:
        """A connection is there."""
        await self._give.send(_Opened(connection))

    async def heard(
        self, connection: Connection, content: tuple[Request, Secret | None] | FrameError
    ) -> None:
        """A client has said something."""
        await self._give.send(_Heard(connection, content))

    async def gone(self, connection: Connection) -> None:
        """A connection is over."""
        await self._give.send(_Gone(connection))

    # --- REST -----------------------------------------------------------------------------------

    async def serve_rest(self, stream: trio.abc.Stream) -> None:
        """Answer HTTP on one connection."""
        await serve_http(stream, self._answer)

    async def _answer(self, request: HttpRequest) -> HttpAnswer:
        body = request.body.decode(errors="replace")
        asked = _Asked(RestCall(request.method, request.target, request.headers, body))
        await self._give.send(asked)
        await asked.answered.wait()
        assert asked.reply is not None
        return HttpAnswer(asked.reply.status, asked.reply.body.encode())
