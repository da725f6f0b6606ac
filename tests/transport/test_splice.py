"""The splice beside trio-websocket alone: the same bytes mean the same, however they are torn."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
import trio
import trio_websocket
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trio.testing import memory_stream_pair, wait_all_tasks_blocked
from websockets.sync.server import ServerConnection, serve
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import Event, Pong, TextMessage
from wsproto.utilities import ProtocolError

from runner.domain import Secret
from runner.transport.kraken import AccessFailed, Credentials, Endpoints, KrakenAccess
from runner.transport.splice import RECEIVE_BURSTS, Splice, Wire
from tests.transport.test_frames import FOREIGN, LIMIT_BYTES, MAX_BYTES, frame, served

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Conversation = tuple[list[str], int | None, list[Event]]


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
async def wired(stream: trio.abc.Stream) -> AsyncIterator[Wire]:
    async with stream, trio.open_nursery() as nursery:
        splice = Splice(stream, max_bytes=MAX_BYTES)
        socket = await trio_websocket.wrap_client_stream(
            nursery, splice, "exchange", "/", max_message_size=MAX_BYTES
        )
        yield Wire(socket, splice)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def connected(*, first: bytes = b"") -> AsyncIterator[tuple[Wire, trio.abc.Stream]]:
    """A wire, and the exchange's end of its stream."""
    ours, theirs = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lambda: upgraded(theirs, first=first))
        async with wired(ours) as wire:
            yield wire, theirs


async def heard_by(chunks: list[bytes], *, spliced: bool) -> Conversation:
    """What a client makes of these chunks: the messages, its close code, and what it answers."""
    ours, theirs = memory_stream_pair()
    messages: list[str] = []

    async def read(receive: Callable[[], object]) -> None:
        while True:
            message = await receive()  # type: ignore[misc]
            messages.extend(message if isinstance(message, list) else [message])

    async def exchange() -> None:
        await upgraded(theirs)
        for chunk in chunks:
            await theirs.send_all(chunk)
            await wait_all_tasks_blocked()
        await theirs.send_eof()

    code: int | None = None
    try:
        async with trio.open_nursery() as nursery:
            splice = Splice(ours, max_bytes=LIMIT_BYTES)
            stream = splice if spliced else ours
            nursery.start_soon(exchange)
            # What trio-websocket calls an end depends on how much of what followed it had read by then.
            socket = await trio_websocket.wrap_client_stream(
                nursery,
                stream,
                "exchange",
                "/",
                max_message_size=LIMIT_BYTES,
                message_queue_size=100,
                receive_buffer_size=64 * 1024,
            )
            with pytest.raises(trio_websocket.ConnectionClosed):
                await read(Wire(socket, splice).receive if spliced else socket.get_message)
            # trio-websocket finds its last word for an end only when all bytes are through.
            await wait_all_tasks_blocked()
            code = socket.closed.code if socket.closed else None
            nursery.cancel_scope.cancel()
    except* ProtocolError:
        code = -1  # A ping after its own close frame is too much for trio-websocket.
    answers = Connection(ConnectionType.SERVER)
    await ours.aclose()
    answers.receive_data(await all_of(theirs))
    texts = [m if isinstance(m, str) else m.decode(errors="replace") for m in messages]
    return texts, code, list(answers.events())


async def all_of(stream: trio.abc.Stream) -> bytes:
    """What the other side, which is closed, had written and was not read yet."""
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


@settings(max_examples=200)
@example(b"\x81\x03\x81\x00", [])
@given(st.lists(act, max_size=8).map(b"".join), st.lists(st.integers(1, 300), max_size=6))
def test_any_bytes_in_any_chunks_mean_the_same_as_without_the_splice(stream: bytes, cuts: list[int]) -> None:
    """Messages, close code and answers are those of trio-websocket alone."""
    chunks, at = [], 0
    for size in [*cuts, len(stream)]:
        chunks.append(stream[at : at + size])
        at += size
    chunks = [chunk for chunk in chunks if chunk]
    alone = trio.run(lambda: heard_by(chunks, spliced=False))
    assert trio.run(lambda: heard_by(chunks, spliced=True)) == alone


async def test_messages_that_came_together_are_read_together() -> None:
    """One burst, even with a ping in the middle, which is answered by trio-websocket."""
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
    """A fragmented message is trio-websocket's, and so is all that comes after it."""
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
            await theirs.send_all(frame(0x89, b"ping") + frame(0x89, b"ping"))
            heard: list[str] = []
            server, pongs = Connection(ConnectionType.SERVER), 0
            while pongs < 2 or len("".join(heard)) < len("".join(orders)):
                server.receive_data(await theirs.receive_some())
                for event in server.events():
                    heard += [event.data] if isinstance(event, TextMessage) else []
                    pongs += isinstance(event, Pong)
    assert "".join(heard) == "".join(orders)
    assert len(counting.writes) - before == 3


async def test_after_our_goodbye_nothing_more_is_sent() -> None:
    """Data after a close frame would break the protocol."""
    async with connected() as (wire, theirs), trio.open_nursery() as nursery:
        nursery.start_soon(wire.aclose)
        await wait_all_tasks_blocked()
        with pytest.raises(trio_websocket.ConnectionClosed):
            await wire.send(["too late"])
        await theirs.send_all(frame(0x88, b"\x03\xe8"))


async def test_a_burst_that_waits_behind_a_close_frame_is_refused() -> None:
    """Whatever trio-websocket closed for: the splice has seen the frame leave."""
    async with connected() as (wire, _):
        await wire._splice.send_all(frame(0x88, b"\x03\xe8"))
        with pytest.raises(trio_websocket.ConnectionClosed):
            await wire.send(["too late"])


async def test_a_goodbye_does_not_wait_behind_messages_that_nobody_reads() -> None:
    """The reader is gone and the queue is full; the close is answered and seen all the same."""
    async with connected() as (wire, theirs), trio.open_nursery() as nursery:
        for _ in range(RECEIVE_BURSTS + 2):
            await theirs.send_all(served("news"))
            await wait_all_tasks_blocked()
        nursery.start_soon(wire.aclose)
        await wait_all_tasks_blocked()
        await theirs.send_all(frame(0x88, b"\x03\xe8"))
        with trio.fail_after(5):
            while nursery.child_tasks:
                await wait_all_tasks_blocked()


async def test_a_ping_after_our_goodbye_is_an_end_like_any_other() -> None:
    """trio-websocket raises when it would have to answer; to the run it is a connection that broke."""
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]

    async def exchange(stream: trio.SocketStream) -> None:
        await upgraded(stream)
        await stream.receive_some()
        await stream.send_all(frame(0x89, b"still there?"))
        await stream.receive_some()

    endpoints = Endpoints(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}")
    access = KrakenAccess(endpoints, Credentials(Secret("key"), Secret("c2VjcmV0")))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, exchange, listeners)
        with trio.fail_after(10), pytest.raises(AccessFailed):
            async with access.open_websocket():
                pass
        nursery.cancel_scope.cancel()


async def test_a_stream_that_ends_is_told_after_the_last_message() -> None:
    """What came before the end is read first."""
    async with connected() as (wire, theirs):
        await theirs.send_all(served("last words"))
        await theirs.aclose()
        assert await wire.receive() == ["last words"]
        with pytest.raises(trio_websocket.ConnectionClosed):
            await wire.receive()
        with pytest.raises(trio_websocket.ConnectionClosed):
            await wire.send(["anybody?"])


async def refused(answer: bytes, *, spliced: bool) -> list[str]:
    """How trio-websocket calls it when the answer to the upgrade is this one."""
    ours, theirs = memory_stream_pair()
    await theirs.send_all(answer)
    await theirs.send_eof()
    stream = Splice(ours, max_bytes=MAX_BYTES) if spliced else ours
    try:
        async with trio.open_nursery() as nursery:
            await trio_websocket.wrap_client_stream(nursery, stream, "exchange", "/")
    except (trio_websocket.HandshakeError, trio_websocket.ConnectionClosed) as error:
        return [repr(error)]
    except ExceptionGroup as group:
        return [repr(error) for error in group.exceptions]
    raise AssertionError("there is no connection")


async def test_an_upgrade_that_is_refused_is_left_to_trio_websocket() -> None:
    """The body of the refusal is not taken for frames."""
    answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\n\x81\x02no"
    with trio.fail_after(5):
        assert await refused(answer, spliced=True) == await refused(answer, spliced=False)


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
            with pytest.raises(trio_websocket.ConnectionClosed) as closed:
                await wire.receive()
    assert heard == sent
    assert back == [*sent, "inseveralpieces", "after"]
    assert (closed.value.reason.code, closed.value.reason.reason) == (1001, "maintenance")


async def test_another_library_sees_a_clean_goodbye() -> None:
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
