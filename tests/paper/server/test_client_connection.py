"""One WebSocket connection of the paper exchange, over a stream in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import memory_stream_pair
from trio_websocket import ConnectionClosed, wrap_client_stream

from runner.kraken import FrameError, Ping, Pong, SystemStatus
from runner.paper.server import client_connection
from runner.paper.server.client_connection import Connection, converse

if TYPE_CHECKING:
    from trio_websocket import WebSocketConnection

    from runner.domain import Secret
    from runner.kraken import Request

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass
class Host:
    """Greets who comes, answers pings, and remembers the rest."""

    there: list[int] = field(default_factory=list)
    heard_: list[Any] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)

    async def opened(self, connection: Connection) -> None:
        """Greet."""
        self.there.append(connection.number)
        self.connections.append(connection)
        connection.post(SystemStatus(status="online", version="1", connectionID=1))

    async def received(
        self, connection: Connection, content: tuple[Request, Secret | None] | FrameError
    ) -> None:
        """Answer."""
        self.heard_.append(content)
        if not isinstance(content, FrameError) and isinstance(content[0], Ping):
            connection.post(Pong(reqid=content[0].reqid))

    async def gone(self, connection: Connection) -> None:
        """Send a close frame."""
        self.there.remove(connection.number)


async def serve(stream: trio.abc.Stream, host: Host) -> None:
    """One connection, as a door serves it."""
    await converse(stream, host, number=1, clock=trio.current_time)
    await trio.aclose_forcefully(stream)


@pytest.mark.trio
async def test_a_conversation(autojump_clock: object) -> None:
    """The greeting, an answer, and nothing left behind."""
    near, far = memory_stream_pair()
    host = Host()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve, far, host)
        socket = await wrap_client_stream(nursery, near, "here", "/")
        assert "systemStatus" in await socket.get_message()
        await socket.send_message('{"event": "ping", "reqid": 4}')
        assert await socket.get_message() == '{"event":"pong","reqid":4}'
        await socket.send_message(b"\xff")
        await socket.aclose()
    assert host.there == []
    assert isinstance(host.heard_[-1], FrameError)


@pytest.mark.trio
async def test_too_many_messages(autojump_clock: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages beyond the limit are not read, and answered in the exchange's words; later it goes on."""
    monkeypatch.setattr(client_connection, "MESSAGES_PER_S", 2)
    near, far = memory_stream_pair()
    host = Host()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve, far, host)
        socket = await wrap_client_stream(nursery, near, "here", "/")
        await socket.get_message()
        connection = host.connections[0]
        connection.allowance, connection.counted = 3, trio.current_time()
        for _ in range(5):
            await socket.send_message('{"event": "ping"}')
        messages = [await socket.get_message() for _ in range(5)]
        assert sorted(messages)[:2] == ['{"errorMessage":"Exceeded msg rate","event":"error"}'] * 2
        assert sorted(messages)[2:] == ['{"event":"pong"}'] * 3
        await trio.sleep(1)
        await socket.send_message('{"event": "ping"}')
        assert await socket.get_message() == '{"event":"pong"}'
        await socket.aclose()
    assert len(host.heard_) == 4


async def keep_asking(socket: WebSocketConnection) -> None:
    """Pings, a little apart."""
    while True:
        await socket.send_message('{"event": "ping"}')
        await trio.sleep(0.01)


@pytest.mark.trio
async def test_a_client_that_reads_nothing_is_cut_off(
    autojump_clock: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answers pile up; the pipe to it is full at once."""
    monkeypatch.setattr(client_connection, "OUTBOX_MESSAGES", 10)
    near, far = memory_stream_pair()
    host = Host()
    blocked = trio.Event()

    async def never() -> None:
        blocked.set()
        await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve, far, host)
        socket = await wrap_client_stream(nursery, near, "here", "/")
        await socket.get_message()
        far.send_stream.send_all_hook = never
        with pytest.raises(ConnectionClosed):
            await keep_asking(socket)
    assert blocked.is_set()
    assert host.there == []


@pytest.mark.trio
@pytest.mark.parametrize("sent", [b"", HANDSHAKE[:40], b"\x16\x03\x01"])
async def test_a_handshake_has_little_time(sent: bytes, autojump_clock: object) -> None:
    """Half of one is not waited for."""
    near, far = memory_stream_pair()
    if sent:
        await near.send_all(sent)
    with trio.fail_after(client_connection.HANDSHAKE_TIMEOUT_S + 1):
        await serve(far, Host())


FRAME = st.builds(
    lambda first, mask, body: bytes([first, 0x80 | min(len(body), 125)]) + mask + body[:125],
    st.integers(0, 255),
    st.binary(min_size=4, max_size=4),
    st.binary(max_size=125),
)


@given(st.lists(st.one_of(st.binary(max_size=200), FRAME), max_size=6), st.booleans())
def test_no_bytes_raise(chunks: list[bytes], shaken: bool) -> None:
    """Random bytes and random frames, with a handshake before them or without."""

    async def main() -> None:
        near, far = memory_stream_pair()
        for chunk in ([HANDSHAKE] if shaken else []) + chunks:
            await near.send_all(chunk)
        await near.send_eof()
        host = Host()
        await serve(far, host)
        assert host.there == []

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
