"""The connection beside wsproto alone: the same bytes mean the same, however they are torn."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest
import trio
from hypothesis import example, given
from hypothesis import strategies as st
from trio.testing import memory_stream_pair, wait_all_tasks_blocked
from websockets.sync.server import ServerConnection, serve
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from runner.net.addresses import Address
from runner.net.handshake import shake_hands
from runner.net.websocket import ConnectionEnded, PrivateConnection
from tests.net.server_frames import FOREIGN, LIMIT_BYTES, MAX_BYTES, frame, served

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Conversation = tuple[list[str], bool, list[bytes]]


async def upgraded(stream: trio.abc.Stream, *, first: bytes = b"") -> None:
    """Answer a client's upgrade; ``first`` follows in the same write."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += await stream.receive_some()
    key = next(line.split(b":")[1].strip() for line in head.split(b"\r\n") if b"-key:" in line.lower())
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
    await stream.send_all(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + first
    )


@asynccontextmanager
async def wired(stream: trio.abc.Stream) -> AsyncIterator[PrivateConnection]:
    first = await shake_hands(stream, Address("exchange", 80, secure=False, path="/"))
    connection = PrivateConnection(stream, first=first, max_bytes=MAX_BYTES)
    yield connection
    with trio.move_on_after(1, shield=True):
        await connection.aclose()


@asynccontextmanager
async def connected(*, first: bytes = b"") -> AsyncIterator[tuple[PrivateConnection, trio.abc.Stream]]:
    """A connection, and the exchange's end of its stream."""
    ours, theirs = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lambda: upgraded(theirs, first=first))
        async with wired(ours) as wire:
            yield wire, theirs
            await theirs.aclose()


async def heard_by(chunks: list[bytes]) -> Conversation:
    """Return what a client makes of these chunks: the messages, whether it was closed, what it answers."""
    ours, theirs = memory_stream_pair()
    texts: list[str] = []
    closed = False
    connection = PrivateConnection(ours, max_bytes=LIMIT_BYTES)

    async def exchange() -> None:
        for chunk in chunks:
            await theirs.send_all(chunk)
            await wait_all_tasks_blocked()
        await theirs.send_eof()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(exchange)
        try:
            while True:
                texts += await connection.receive()
        except ConnectionEnded as end:
            closed = end.reason != "the connection broke"
    answers = Connection(ConnectionType.SERVER)
    await ours.aclose()
    answers.receive_data(await all_of(theirs))
    return texts, closed, pongs_in(answers.events())


def by_wsproto(data: bytes) -> Conversation:
    """The same, as wsproto alone has it."""
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(data)
    texts, parts, pongs = [], [], []
    for event in client.events():
        match event:
            case Ping():
                pongs.append(bytes(event.payload))
            case CloseConnection() | BytesMessage():
                return texts, True, pongs
            case TextMessage():
                parts.append(event.data)
                if sum(map(len, parts)) > LIMIT_BYTES:
                    return texts, True, pongs
                if event.message_finished:
                    texts.append("".join(parts))
                    parts.clear()
    return texts, False, pongs


def pongs_in(events: Iterable[Event]) -> list[bytes]:
    return [bytes(event.payload) for event in events if isinstance(event, Pong)]


async def all_of(stream: trio.abc.Stream) -> bytes:
    """Return what the other side, which is closed, had written and was not read yet."""
    data = b""
    while piece := await stream.receive_some():
        data += piece
    return data


act = st.one_of(
    st.text(max_size=200).map(served),
    st.binary(max_size=125).map(lambda payload: frame(0x89, payload)),
    st.binary(max_size=125).map(lambda payload: frame(0x8A, payload)),
    st.sampled_from(sorted(FOREIGN.values())),
    st.tuples(st.text(), st.text()).map(lambda two: frame(1, two[0].encode()) + frame(0x80, two[1].encode())),
    st.tuples(st.text(), st.text()).map(
        lambda two: frame(1, two[0].encode()) + frame(0x89, b"mid") + frame(0x80, two[1].encode())
    ),
    st.sampled_from([1000, 1001, 1011, 4000, 999, 0]).map(lambda code: frame(0x88, code.to_bytes(2, "big"))),
    st.just(b"\x88\x01x"),
    st.binary(min_size=1, max_size=20),
)


@example(b"\x81\x03\x81\x00", [])
@example(b"\x89\x00\x81~\x03\xe9xxxxxx", [])
@given(st.lists(act, max_size=8).map(b"".join), st.lists(st.integers(1, 300), max_size=6))
def test_bytes_in_any_chunks_mean_what_wsproto_alone_makes_of_them(stream: bytes, cuts: list[int]) -> None:
    """Messages, end and answers, however the bytes are torn."""
    chunks, at = [], 0
    for size in [*cuts, len(stream)]:
        chunks.append(stream[at : at + size])
        at += size
    chunks = [chunk for chunk in chunks if chunk]
    texts, closed, pongs = trio.run(heard_by, chunks)
    expected = by_wsproto(stream)
    assert (texts, pongs) == (expected[0], expected[2])
    # A message that will be too long is refused when it is announced.
    assert closed or not expected[1]


async def test_messages_that_came_together_are_read_together() -> None:
    """One burst, even with a ping in the middle, which is answered."""
    async with connected() as (wire, theirs):
        await theirs.send_all(served("a", "b") + frame(0x89, b"still there?") + served("c"))
        assert await wire.receive() == ["a", "b", "c"]
        server = Connection(ConnectionType.SERVER)
        server.receive_data(await theirs.receive_some())
        assert list(server.events()) == [Pong(bytearray(b"still there?"))]


async def test_what_follows_the_upgrade_in_the_same_packet_is_not_lost() -> None:
    """The exchange greets at once."""
    async with connected(first=served("hello")) as (wire, _):
        assert await wire.receive() == ["hello"]


async def test_the_order_of_messages_holds_across_a_fragmented_one() -> None:
    """A fragmented message is wsproto's, and so is all that comes after it."""
    async with connected() as (wire, theirs):
        parts = served("1", "2") + frame(1, b"thr") + frame(0x80, b"ee") + served("4", "5")
        await theirs.send_all(parts)
        heard: list[str] = []
        while len(heard) < 5:
            heard += await wire.receive()
        assert heard == ["1", "2", "three", "4", "5"]


class Counting(trio.abc.Stream):
    """A stream that counts the writes, and yields in the middle of each."""

    def __init__(self, below: trio.abc.Stream) -> None:
        self._below = below
        self.writes: list[bytes] = []

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))
        half = len(data) // 2
        await self._below.send_all(data[:half])
        await wait_all_tasks_blocked()
        await self._below.send_all(data[half:])

    async def wait_send_all_might_not_block(self) -> None:
        await self._below.wait_send_all_might_not_block()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        return await self._below.receive_some(max_bytes)

    async def aclose(self) -> None:
        await self._below.aclose()


async def read_to_the_end(wire: PrivateConnection) -> None:
    with suppress(ConnectionEnded):
        while True:
            await wire.receive()


async def test_a_burst_is_one_write_and_no_pong_gets_into_it() -> None:
    """Both write to one socket, each in turn."""
    ours, theirs = memory_stream_pair()
    counting = Counting(ours)
    orders = [f"order {number}" for number in range(500)]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(upgraded, theirs)
        async with wired(counting) as wire:
            before = len(counting.writes)
            nursery.start_soon(wire.send, orders)
            nursery.start_soon(read_to_the_end, wire)
            await theirs.send_all(frame(0x89, b"ping") + frame(0x89, b"ping"))
            heard: list[str] = []
            server, pongs = Connection(ConnectionType.SERVER), 0
            while pongs < 2 or len("".join(heard)) < len("".join(orders)):
                server.receive_data(await theirs.receive_some())
                for event in server.events():
                    heard += [event.data] if isinstance(event, TextMessage) else []
                    pongs += isinstance(event, Pong)
            assert "".join(heard) == "".join(orders)
            assert len(counting.writes) - before == 2
            nursery.cancel_scope.cancel()


async def test_after_our_close_frame_nothing_more_is_sent() -> None:
    """Data after a close frame would break the protocol."""
    async with connected() as (wire, theirs), trio.open_nursery() as nursery:
        nursery.start_soon(wire.aclose)
        await wait_all_tasks_blocked()
        with pytest.raises(ConnectionEnded):
            await wire.send(["too late"])
        await theirs.send_all(frame(0x88, b"\x03\xe8"))


async def test_a_close_does_not_wait_for_messages_to_be_read(autojump_clock: object) -> None:
    """Later messages are dropped; the close is answered and seen all the same."""
    async with connected() as (wire, theirs):
        await theirs.send_all(served("news") * 100 + frame(0x88, b"\x03\xe8"))
        with trio.fail_after(5):
            await wire.aclose()


async def test_a_ping_after_our_close_frame_is_not_answered() -> None:
    """After a close frame of ours nothing more is sent."""
    async with connected() as (wire, theirs), trio.open_nursery() as nursery:
        nursery.start_soon(wire.aclose)
        await wait_all_tasks_blocked()
        await theirs.send_all(frame(0x89, b"still there?") + frame(0x88, b"\x03\xe8"))
        server = Connection(ConnectionType.SERVER)
        server.receive_data(await theirs.receive_some())
        assert [type(event) for event in server.events()] == [CloseConnection]


async def test_the_end_of_a_stream_comes_after_the_last_message() -> None:
    """Earlier messages are read first."""
    async with connected() as (wire, theirs):
        await theirs.send_all(served("last words"))
        await theirs.aclose()
        assert await wire.receive() == ["last words"]
        with pytest.raises(ConnectionEnded):
            await wire.receive()
        with pytest.raises(ConnectionEnded):
            await wire.send(["anybody?"])


# --- a real server of other people's making ---


@contextmanager
def server(handle: Callable[[ServerConnection], None]) -> Iterator[int]:
    """A server of the ``websockets`` library on loopback; gives its port."""
    with serve(handle, "127.0.0.1", 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield running.socket.getsockname()[1]
        finally:
            running.shutdown()
            thread.join()


async def test_another_library_understands_every_burst() -> None:
    """Short, long, very long and foreign letters; what it says comes back whole, fragments and pings too."""
    sent = ["short", "m" * 126, "l" * 65_536, "Währung: €", ""]
    heard: list[str | bytes] = []

    def handle(connection: ServerConnection) -> None:
        heard.extend(connection.recv() for _ in sent)
        for text in sent:
            connection.send(text)
        connection.ping(b"now")
        connection.send(iter(["in", "several", "pieces"]))
        connection.send("after")
        connection.close(1001, "maintenance")

    with server(handle) as port:
        async with wired(await trio.open_tcp_stream("127.0.0.1", port)) as wire:
            await wire.send(sent)
            back: list[str] = []
            while len(back) < len(sent) + 2:
                back += await wire.receive()
            with pytest.raises(ConnectionEnded) as closed:
                await wire.receive()
    assert heard == sent
    assert back == [*sent, "inseveralpieces", "after"]
    assert (closed.value.code, closed.value.reason) == (
        1001,
        "the exchange closed the connection (1001 maintenance)",
    )


async def test_another_library_sees_a_clean_close() -> None:
    """The close frame is answered, with code 1000 on both sides."""
    codes: list[int | None] = []

    def handle(connection: ServerConnection) -> None:
        for _ in connection:
            pass
        codes.append(connection.close_code)

    with server(handle) as port:
        async with wired(await trio.open_tcp_stream("127.0.0.1", port)) as wire:
            await wire.send(["order"])
            await wire.aclose()
    assert codes == [1000]


async def test_a_message_of_many_megabytes_is_put_together() -> None:
    """A snapshot of a large account comes in a thousand pieces, and what follows it is not lost."""
    text = "x" * 30_000_000

    def handle(connection: ServerConnection) -> None:
        connection.send(text)
        connection.send("after")
        connection.recv()

    with server(handle) as port:
        stream = await trio.open_tcp_stream("127.0.0.1", port)
        first = await shake_hands(stream, Address("exchange", 80, secure=False, path="/"))
        connection = PrivateConnection(stream, first=first, max_bytes=len(text))
        heard: list[str] = []
        with trio.fail_after(120):
            while len(heard) < 2:
                heard += await connection.receive()
            await connection.send(["enough"])
            await connection.aclose()
    assert (len(heard[0]), heard[1]) == (len(text), "after")
