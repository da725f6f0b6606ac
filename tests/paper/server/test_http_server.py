"""HTTP on one connection: what is answered, and that rubbish ends no more than its own connection."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import memory_stream_pair

from runner.paper.server import http_server
from runner.paper.server.http_server import HttpAnswer, HttpRequest, serve_http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GET = b"GET /0/public/Time HTTP/1.1\r\nHost: here\r\n\r\n"
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def echo(request: HttpRequest) -> HttpAnswer:
    """Send the request back."""
    return HttpAnswer(200, f"{request.method} {request.target} {len(request.body)}".encode())


@asynccontextmanager
async def client() -> AsyncIterator[trio.abc.Stream]:
    """The client's end of a connection that is being served; the serving ends with the block."""
    near, far = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve, far)
        yield near
        await near.aclose()


async def serve(stream: trio.abc.Stream) -> None:
    """As a door does it: the stream is taken away at the end."""
    await serve_http(stream, echo)
    await stream.aclose()


async def all_of(stream: trio.abc.Stream) -> bytes:
    """Return what comes until the end."""
    return b"".join([chunk async for chunk in stream])


async def said(*chunks: bytes) -> bytes:
    """The whole answer to what a client sends before it falls silent and listens."""
    async with client() as near:
        for chunk in chunks:
            await near.send_all(chunk)
        with trio.move_on_after(1):
            return await all_of(near)
    return b""


@pytest.mark.trio
async def test_requests_follow_each_other(autojump_clock: object) -> None:
    """One connection serves many requests, also such as come in pieces or at once."""
    post = b"POST /a?b=c HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello"
    async with client() as near:
        for byte in GET + post + post:
            await near.send_all(bytes([byte]))
        read = b""
        while read.count(b"POST /a?b=c 5") < 2:
            read += bytes(await near.receive_some())
    assert b"GET /0/public/Time 0" in read


REFUSED = [
    (b"\x16\x03\x01\x02\x00\r\n\r\n", b" 400 "),
    (HANDSHAKE, b" 403 "),
    (HANDSHAKE + b"\x81\x85\x00garbage\xff\xfe", b" 403 "),
    (b"DELETE / HTTP/1.1\r\nHost: here\r\n\r\n", b" 405 "),
    (b"GET / HTTP/1.1\r\nHost: here\r\nX: " + b"x" * http_server.HEAD_BYTES_MAX, b" 431 "),
    (b"GET /\r\n\r\n", b" 400 "),
    (b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b" 400 "),
]


@pytest.mark.trio
@pytest.mark.parametrize(("sent", "status"), REFUSED, ids=range(len(REFUSED)))
async def test_refused_requests(sent: bytes, status: bytes, autojump_clock: object) -> None:
    """A proper answer, and then the end."""
    assert status in await said(sent)


@pytest.mark.trio
async def test_a_long_body_is_answered_before_it_is_read(autojump_clock: object) -> None:
    """The client may still be sending; what it sends is thrown away so that it can read the answer."""
    head = f"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: {10**9}\r\n\r\n".encode()
    assert b" 413 " in await said(head, *[b"x" * 65536] * 20)


@pytest.mark.trio
async def test_a_client_that_waits_for_continue_gets_it(autojump_clock: object) -> None:
    """``Expect: 100-continue``, as curl sends it with larger bodies."""
    head = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    async with client() as near:
        await near.send_all(head)
        assert b" 100 " in bytes(await near.receive_some())
        await near.send_all(b"ok")
        assert b"POST / 2" in bytes(await near.receive_some())


@pytest.mark.trio
@pytest.mark.parametrize("sent", [b"", b"GET / HT", GET[:-2], GET + b"P"])
async def test_a_client_that_falls_silent_is_left(sent: bytes, autojump_clock: object) -> None:
    """Neither an open connection nor half a request is waited for without end."""
    async with client() as near:
        if sent:
            await near.send_all(sent)
        with trio.fail_after(http_server.IDLE_TIMEOUT_S + 1):
            await all_of(near)


@pytest.mark.trio
async def test_a_request_may_not_trickle(autojump_clock: object) -> None:
    """A byte now and then does not move the limit."""
    head = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n"
    begun = trio.current_time()
    async with client() as near:
        await near.send_all(head)
        with pytest.raises(trio.BrokenResourceError):
            await trickle(near, autojump_clock=autojump_clock)
    assert trio.current_time() - begun < 2 * http_server.REQUEST_TIMEOUT_S


async def trickle(stream: trio.abc.Stream, *, autojump_clock: object) -> None:
    """A byte a second."""
    while True:
        await stream.send_all(b"x")
        await trio.sleep(1)


@given(st.lists(st.binary(max_size=200), max_size=5), st.sampled_from([b"", GET, HANDSHAKE, GET[:-4]]))
def test_no_bytes_raise(chunks: list[bytes], before: bytes) -> None:
    """Random bytes, alone or after something sensible."""

    async def main() -> None:
        near, far = memory_stream_pair()
        for chunk in (before, *chunks):
            await near.send_all(chunk)
        await near.send_eof()
        await serve_http(far, echo)

    trio.run(main)


def test_secrets_are_in_no_repr() -> None:
    """A request holds a key and a signature, an answer may hold a token."""
    request = HttpRequest("POST", "/", {"api-key": "hidden"}, b"hidden")
    assert "hidden" not in repr((request, HttpAnswer(200, b"hidden")))
