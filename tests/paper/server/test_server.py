"""The paper exchange over real loopback sockets."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, open_websocket_url, wrap_client_stream

from runner.domain import Secret
from runner.kraken import (
    TIME_PATH,
    TOKEN_PATH,
    AddOrder,
    AddOrderStatus,
    CancelAll,
    CancelAllStatus,
    ErrorReply,
    OpenOrders,
    Ping,
    Pong,
    Subscribe,
    SystemStatus,
    parse_envelope,
    private_call,
    token_from,
)
from runner.kraken.session import server
from runner.kraken.wire.codec import decode_reply, encode_request
from runner.kraken.wire.messages import Heartbeat
from runner.paper import Credentials, Exchange, Options
from runner.paper.options.options import ConnectionOptions, LimitOptions
from runner.paper.server import client_connection, http_server
from runner.paper.server.serve_options import PaperEndpoints
from runner.paper.server.server import serve_paper
from tests.support.silence import idle_s

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from runner.kraken import Reply, Request

pytestmark = pytest.mark.trio

SECRET = Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")
IDLE_LIMIT_S = 0.5
DISK_FULL = pytest.RaisesExc(OSError, match="disk full")


def exchange(**groups: Any) -> Exchange:
    """A fresh paper exchange."""
    options = Options(**{"limits": LimitOptions(enforce_rates=False)} | groups)
    return Exchange(seed="test", credentials=Credentials(api_key="key", secret=SECRET), options=options)


def order(**fields: Any) -> AddOrder:
    """A buy that rests."""
    base = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "100", "volume": "0.01"}
    return AddOrder(**(base | fields))


@dataclass
class Served:
    """An exchange that is being served, and what it has kept."""

    exchange: Exchange
    endpoints: PaperEndpoints
    http: httpx.AsyncClient
    kept: list[dict[str, Any]] = field(default_factory=list)
    nonce: int = 0

    async def token(self) -> Secret:
        """A token, by a signed call."""
        self.nonce += 1
        headers, body = private_call("key", SECRET, TOKEN_PATH, str(self.nonce))
        answer = await self.http.post(TOKEN_PATH, headers=headers, content=body)
        return token_from(parse_envelope(answer.text))

    def connect(self) -> Any:
        """A WebSocket connection, as a context manager."""
        return connected(self.endpoints.ws_url)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[WebSocketConnection]:
    """A connection whose socket is closed at the end also when the server sent a close frame first.

    trio-websocket's own context manager leaves the socket open then.
    """
    host, port = url.removeprefix("ws://").split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    async with stream, trio.open_nursery() as nursery:
        socket = await wrap_client_stream(nursery, stream, host, "/")
        yield socket
        await socket.aclose()
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def served(
    built: Exchange | None = None, clock: Callable[[], float] = time.time
) -> AsyncIterator[Served]:
    """Serve an exchange for the length of a block, and stop it quickly."""
    built = built or exchange()
    kept: list[dict[str, Any]] = []
    with trio.fail_after(120):
        async with trio.open_nursery() as nursery:
            serving = partial(serve_paper, built, persist=kept.extend, clock=clock)
            endpoints = await nursery.start(serving)
            async with httpx.AsyncClient(base_url=endpoints.rest_url) as http:
                yield Served(built, endpoints, http, kept)
            stopping = idle_s()
            nursery.cancel_scope.cancel()
    assert idle_s() - stopping < IDLE_LIMIT_S


async def send(socket: WebSocketConnection, request: Request, token: Secret | None) -> None:
    """One request."""
    await socket.send_message(encode_request(request, token))


async def next_reply(socket: WebSocketConnection) -> Reply:
    """The next message that is no heartbeat."""
    while True:
        reply = decode_reply(await socket.get_message())
        if not isinstance(reply, Heartbeat):
            return reply


async def until(socket: WebSocketConnection, kind: type[Reply] | None) -> Reply:
    """The first message of a kind; with None, read to the end."""
    while True:
        reply = await next_reply(socket)
        if kind is not None and isinstance(reply, kind):
            return reply


async def subscribed(socket: WebSocketConnection, token: Secret) -> None:
    """Subscribe to openOrders, and read until the snapshot is in."""
    await send(socket, Subscribe(subscription={"name": "openOrders"}), token)
    await until(socket, OpenOrders)


async def test_an_order_over_real_sockets() -> None:
    """Token by HTTP, then the greeting, the subscription, and an order with its updates."""
    async with served() as there, open_websocket_url(there.endpoints.ws_url) as socket:
        token = await there.token()
        greeting = await next_reply(socket)
        await subscribed(socket, token)
        await send(socket, order(reqid=7), token)
        messages = [await next_reply(socket) for _ in range(3)]

    assert isinstance(greeting, SystemStatus)
    assert isinstance(messages[0], AddOrderStatus)
    assert (messages[0].status, messages[0].reqid) == ("ok", 7)
    txid = messages[0].txid
    assert txid
    assert [item.orders[0][0] for item in messages[1:] if isinstance(item, OpenOrders)] == [txid, txid]


async def test_what_changed_is_kept_before_the_reply_leaves() -> None:
    """The client reads the reply after ``persist`` was called; replayed, it is the same exchange."""
    async with served() as there, there.connect() as socket:
        token = await there.token()
        await send(socket, order(), token)
        await until(socket, AddOrderStatus)
        assert [item["request"]["event"] for item in there.kept] == ["addOrder"]

    again = exchange()
    again.replay(there.kept)
    assert again.state() == there.exchange.state()


async def test_the_serving_ends_with_what_persist_raises() -> None:
    """A change that cannot be kept is not answered."""

    def full(_: list[dict[str, Any]]) -> None:
        raise OSError("disk full")

    with trio.fail_after(120), pytest.RaisesGroup(DISK_FULL, flatten_subgroups=True):
        async with trio.open_nursery() as nursery:
            serving = partial(serve_paper, exchange(), persist=full, clock=time.time)
            endpoints = await nursery.start(serving)
            async with (
                httpx.AsyncClient(base_url=endpoints.rest_url) as http,
                connected(endpoints.ws_url) as socket,
            ):
                headers, body = private_call("key", SECRET, TOKEN_PATH, "1")
                token = token_from(
                    parse_envelope((await http.post(TOKEN_PATH, headers=headers, content=body)).text)
                )
                await send(socket, order(), token)
                with pytest.raises(ConnectionClosed):
                    await until(socket, AddOrderStatus)


async def test_an_exchange_can_be_served_again() -> None:
    """Orders stay, connections and subscriptions do not."""
    built = exchange()
    for expected in (3, 4):
        async with served(built) as there, there.connect() as socket:
            there.nonce = expected
            token = await there.token()
            await subscribed(socket, token)
            assert len(built.state().live) == expected
            await send(socket, order(), token)
            assert isinstance(await next_reply(socket), AddOrderStatus)


async def test_many_orders_in_flight() -> None:
    """Replies come in the order of the requests, and the feed has no gap."""
    async with served(exchange(limits=LimitOptions(enforce_rates=False))) as there, there.connect() as socket:
        token = await there.token()
        await subscribed(socket, token)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stream, socket, token, 200)
            messages = [await next_reply(socket) for _ in range(600)]

    replies = [item.reqid for item in messages if isinstance(item, AddOrderStatus)]
    numbers = [item.sequence for item in messages if isinstance(item, OpenOrders)]
    assert replies == list(range(200))
    assert numbers == list(range(2, 402))


async def stream(socket: WebSocketConnection, token: Secret, number: int) -> None:
    """Send orders without waiting for replies."""
    for reqid in range(number):
        await send(socket, order(reqid=reqid), token)


async def test_another_connection_gets_the_change() -> None:
    """The feed of one client shows what another did; its death does not matter."""
    async with served() as there, there.connect() as watcher:
        token = await there.token()
        async with there.connect() as trader:
            await subscribed(trader, token)
            await send(watcher, order(), token)
            assert isinstance(await next_reply(trader), OpenOrders)
        await send(watcher, Ping(reqid=1), None)
        assert await until(watcher, Pong) == Pong(reqid=1)


async def test_a_slow_reader_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its unread messages may not pile up, and no other client waits for it."""
    monkeypatch.setattr(client_connection, "OUTBOX_MESSAGES", 5)
    async with served() as there, there.connect() as slow, there.connect() as quick:
        token = await there.token()
        for number in range(20):
            await send(quick, order(reqid=number), token)
            await until(quick, AddOrderStatus)
        await subscribed(slow, token)
        await send(quick, CancelAll(), token)
        await until(quick, CancelAllStatus)
        with pytest.raises(ConnectionClosed):
            await until(slow, None)


async def test_a_heartbeat_comes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subscribed connection hears something although nothing happens."""
    monkeypatch.setattr(server, "HEARTBEAT_AFTER_S", 0.02)
    async with served() as there, there.connect() as socket:
        await subscribed(socket, await there.token())

        assert decode_reply(await socket.get_message()) == Heartbeat()
        assert decode_reply(await socket.get_message()) == Heartbeat()


async def test_an_expiry_comes_by_itself() -> None:
    """The exchange's own timer needs no request; its clock waits until the order is in."""
    running: list[float] = []

    def clock() -> float:
        return 1_700_000_000.9 + (time.monotonic() - running[0] if running else 0.0)

    async with served(clock=clock) as there, there.connect() as socket:
        token = await there.token()
        await subscribed(socket, token)
        await send(socket, order(timeinforce="GTD", expiretm="1700000001"), token)
        await until(socket, AddOrderStatus)
        running.append(time.monotonic())
        messages = [await until(socket, OpenOrders) for _ in range(3)]

    assert isinstance(messages[-1], OpenOrders)
    assert messages[-1].orders[0][1]["status"] == "expired"


async def test_a_silent_connection_is_closed() -> None:
    """Without a subscription, after the limit, with a proper close."""
    impatient = exchange(connection=ConnectionOptions(inactivity_s=0.05))
    async with served(impatient) as there, there.connect() as socket:
        await next_reply(socket)
        with pytest.raises(ConnectionClosed) as caught:
            await socket.get_message()

    assert caught.value.reason is not None
    assert (caught.value.reason.code, caught.value.reason.reason) == (1000, "inactivity")


async def test_stopping_sends_a_close_frame() -> None:
    """A client that listens gets a proper close, and the exchange can be served again afterwards."""
    built = exchange()
    async with trio.open_nursery() as clients:
        reasons: list[Any] = []

        async def listen(url: str, *, task_status: trio.TaskStatus[None]) -> None:
            async with connected(url) as socket:
                await next_reply(socket)
                task_status.started()
                try:
                    await socket.get_message()
                except ConnectionClosed as closed:
                    reasons.append(closed.reason)

        async with served(built) as there:
            await clients.start(listen, there.endpoints.ws_url)

    async with served(built) as there, there.connect() as socket:
        assert isinstance(await next_reply(socket), SystemStatus)
    assert [(reason.code, reason.reason) for reason in reasons] == [(1001, "going away")]


HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
RUBBISH = [
    HANDSHAKE,
    HANDSHAKE + b"\x81\x85\x00garbage\xff\xfe",
    b"",
    b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01" + b"\x00" * 600,
    b"A" * 100_000,
]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_harms_no_other_connection(
    rubbish: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Any bytes at either port: the exchange goes on, and prints nothing."""
    async with served() as there:
        for url in (there.endpoints.rest_url, there.endpoints.ws_url):
            stream_ = await trio.open_tcp_stream("127.0.0.1", int(url.rpartition(":")[2]))
            with trio.move_on_after(0.05):
                await stream_.send_all(rubbish)
                await stream_.receive_some()
            await stream_.aclose()
        assert (await there.http.get(TIME_PATH)).status_code == 200
        async with there.connect() as socket:
            assert isinstance(await next_reply(socket), SystemStatus)

    assert capfd.readouterr() == ("", "")


async def test_frames_that_are_no_text() -> None:
    """Bytes are read as text, an endless frame ends its connection, the others stay."""
    async with served() as there, there.connect() as hostile, there.connect() as client:
        await next_reply(hostile)
        await hostile.send_message(b"\xff{")
        assert await next_reply(hostile) == ErrorReply(errorMessage="Malformed request")
        await hostile.send_message("x" * (client_connection.FRAME_BYTES_MAX + 1))
        with pytest.raises(ConnectionClosed):
            await hostile.get_message()
        assert isinstance(await next_reply(client), SystemStatus)


async def test_a_body_that_is_too_long() -> None:
    """It is not read to its end."""
    async with served() as there:
        answer = await there.http.post(TOKEN_PATH, content=b"x" * (http_server.BODY_BYTES_MAX + 1))

    assert answer.status_code == 413


async def test_silent_connections_keep_no_other_out() -> None:
    """Half-open ones at both doors, and one that does not read: the others are served as before."""
    async with served() as there:
        silent = []
        for url in (there.endpoints.rest_url, there.endpoints.ws_url) * 40:
            silent.append(await trio.open_tcp_stream("127.0.0.1", int(url.rpartition(":")[2])))
        await silent[0].send_all(b"GET / HT")
        await silent[1].send_all(HANDSHAKE[:50])
        started = idle_s()
        assert (await there.http.get(TIME_PATH)).status_code == 200
        async with there.connect() as socket:
            await send(socket, Ping(reqid=1), None)
            assert await until(socket, Pong) == Pong(reqid=1)
        assert idle_s() - started < IDLE_LIMIT_S
        for stream_ in silent:
            await stream_.aclose()
