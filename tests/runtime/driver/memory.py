"""The way to the simulated exchange through streams in memory: a real WebSocket, virtual time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio
import trio_websocket
from trio.testing import memory_stream_pair

from runner.domain import Secret
from runner.execution import LookUp, QueryOrders
from runner.kraken import MAX_FRAME_BYTES, OpenOrder, ServerSession
from runner.net.addresses import Address
from runner.net.clock import RunClock
from runner.net.handshake import shake_hands
from runner.net.websocket import PrivateConnection
from runner.paper import Exchange
from runner.paper.api.rendering import rest
from runner.runtime.kraken.access import AccessFailed


@dataclass
class MemoryAccess:
    """Serves one exchange to the driver. ``refuse`` lists reasons for attempts that fail, first to last.

    ``deaf``: the first connection takes nothing from now on, and talks all the time.
    ``cut_after``: the stream is cut after so many frames. ``mute_from``: the event from which on nothing is
    sent any more.
    """

    exchange: Exchange
    clock: RunClock
    refuse: list[AccessFailed] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    tokens: int = 0
    connections: int = 0
    cut_after: int | None = None
    mute_from: str | None = None
    deaf: bool = False
    doing: str = ""

    async def fetch_token(self) -> Secret:
        if self.refuse:
            raise self.refuse.pop(0)
        self.tokens += 1
        return Secret(self.exchange._tokens.issue(self.clock()))

    @asynccontextmanager
    async def open_websocket(self) -> AsyncIterator[PrivateConnection]:
        ours, theirs = memory_stream_pair()
        self.connections += 1
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._serve, theirs, self.connections)
            if self.connections == 1:
                carry = ours.send_stream.send_all_hook
                ours.send_stream.send_all_hook = lambda: self._listen(carry)
            first = await shake_hands(ours, Address("exchange", 80, False, "/"))
            yield PrivateConnection(ours, first=first, max_bytes=MAX_FRAME_BYTES)
            nursery.cancel_scope.cancel()

    async def clock_skew(self, now: float) -> tuple[float, float]:
        return 0.0, 0.0

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        return ()

    async def query_orders(self, query: QueryOrders) -> tuple[OpenOrder, ...]:
        state = self.exchange.state()
        known = {**state.live, **state.ended}
        return tuple(OpenOrder.read(txid, rest(known[txid])) for txid in query.txids if txid in known)

    async def _listen(self, carry: Callable[[], Awaitable[None]]) -> None:
        if self.deaf:
            await trio.sleep_forever()
        await carry()

    async def _chatter(self, socket: trio_websocket.WebSocketConnection) -> None:
        while True:
            if self.deaf:
                await socket.send_message('{"event":"heartbeat"}')
            await trio.sleep(0.05)

    async def _serve(self, stream: trio.abc.Stream, number: int) -> None:
        async with trio.open_nursery() as nursery:
            request = await trio_websocket.wrap_server_stream(nursery, stream)
            socket = await request.accept()
            if number == 1:
                nursery.start_soon(self._chatter, socket)
            session, muted = ServerSession(self.clock()), False
            for delivery in self.exchange.connect(number, self.clock()):
                await socket.send_message(session.send(delivery.message, self.clock()))
            try:
                while True:
                    text = await socket.get_message()
                    self.received.append(text)
                    if self.cut_after == len(self.received):
                        self.cut_after = None
                        self.exchange.handle(number, *session.receive(text, self.clock()), self.clock())
                        await stream.aclose()
                        break
                    muted = muted or json.loads(text)["event"] == self.mute_from
                    heard = session.receive(text, self.clock())
                    for delivery in self.exchange.handle(number, *heard, self.clock()):
                        if not muted and delivery.connection == number:
                            await socket.send_message(session.send(delivery.message, self.clock()))
            except (trio_websocket.ConnectionClosed, trio.ClosedResourceError):
                pass
            self.exchange.disconnect(number)
            nursery.cancel_scope.cancel()
