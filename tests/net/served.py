"""A paper exchange that is served under a scenario, and a client at it."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import trio
from trio_websocket import wrap_client_stream

from runner.domain import Scenario, Secret
from runner.kraken import AddOrder
from runner.kraken.wire.codec import decode_reply, encode_request
from runner.paper import Credentials, Exchange
from runner.paper.server.server import serve_paper

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trio_websocket import WebSocketConnection

    from runner.kraken import Reply, Request
    from runner.paper.server.in_thread import PaperExchange
    from runner.paper.server.serve_options import PaperEndpoints

SECRET = Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")
LIMIT_S = 120


def exchange() -> Exchange:
    """A fresh exchange."""
    return Exchange(seed="test", credentials=Credentials(api_key="key", secret=SECRET))


@asynccontextmanager
async def served(built: Exchange, **scenario: Any) -> AsyncIterator[PaperEndpoints]:
    """Serve it for the length of a block."""
    with trio.fail_after(LIMIT_S):
        async with trio.open_nursery() as nursery:
            serving = partial(
                serve_paper,
                built,
                persist=lambda _: None,
                clock=time.time,
                scenario=Scenario(name="test", **scenario),
            )
            yield await nursery.start(serving)
            nursery.cancel_scope.cancel()


@asynccontextmanager
async def client(where: PaperEndpoints | PaperExchange) -> AsyncIterator[WebSocketConnection]:
    """A WebSocket connection, whose socket is closed at the end also when the server went first."""
    host, port = where.ws_url.removeprefix("ws://").split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    async with stream, trio.open_nursery() as nursery:
        socket = await wrap_client_stream(nursery, stream, host, "/")
        yield socket
        await socket.aclose()
        nursery.cancel_scope.cancel()


async def say(socket: WebSocketConnection, request: Request, token: Secret | None = None) -> None:
    """Send a request."""
    await socket.send_message(encode_request(request, token))


async def heard(socket: WebSocketConnection) -> Reply:
    """The next message."""
    return decode_reply(await socket.get_message())


def order(**fields: Any) -> AddOrder:
    """A buy that rests."""
    base = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "100", "volume": "0.01"}
    return AddOrder(**(base | fields))
