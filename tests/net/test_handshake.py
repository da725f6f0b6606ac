"""The opening of a WebSocket: the request, and which answers open one."""

from __future__ import annotations

import pytest
import trio
from trio.testing import memory_stream_pair

from runner.net.addresses import Address
from runner.net.failures import AccessFailed
from runner.net.handshake import accept_key, shake_hands
from tests.net.hostile import accepted, frame

ADDRESS = Address.of("wss://user:canary@exchange.test:8443/v1?x=1")


async def shaken(answer: bytes, *, more: bool = False) -> tuple[bytes, bytes]:
    """Return the request, and the bytes after the answer; ``KEY`` becomes the right accept key."""
    ours, theirs = memory_stream_pair()
    request = b""

    async def exchange() -> None:
        nonlocal request
        while b"\r\n\r\n" not in request:
            request += await theirs.receive_some()
        key = request.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        await theirs.send_all(answer.replace(b"KEY", accept_key(key)))
        if not more:
            await theirs.send_eof()

    with trio.fail_after(120):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(exchange)
            first = await shake_hands(ours, ADDRESS)
    return request, first


def test_the_accept_key_is_that_of_the_standard() -> None:
    """The example of RFC 6455, section 1.3."""
    assert accept_key(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


async def test_a_good_answer_opens_and_nothing_after_it_is_lost() -> None:
    """Frames may come in the same packet; informational answers before it are passed over."""
    opening = accepted(b"", accept=b"KEY") + frame(b"hello")
    request, first = await shaken(b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" + opening)
    assert first == frame(b"hello")
    head = request.decode().split("\r\n")
    assert head[0] == "GET /v1?x=1 HTTP/1.1"
    assert "Host: exchange.test:8443" in head
    assert any(line.startswith("Authorization: Basic ") for line in head)
    assert not any(line.startswith(("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")) for line in head)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (accepted(b"", accept=b"wrong"), "wrong Sec-WebSocket-Accept"),
        (accepted(b"", accept=b"KEY", more=b"Sec-WebSocket-Accept: KEY\r\n"), "wrong Sec-WebSocket-Accept"),
        (accepted(b"", accept=b"KEY", more=b"Sec-WebSocket-Protocol: x\r\n"), "subprotocol"),
        (accepted(b"", accept=b"KEY", more=b"Sec-WebSocket-Extensions: x\r\n"), "extension"),
        (accepted(b"", accept=b"KEY").replace(b"Upgrade: websocket", b"Upgrade: h2c"), "does not upgrade"),
        (
            accepted(b"", accept=b"KEY").replace(b"Connection: Upgrade", b"Connection: close"),
            "does not upgrade",
        ),
        (b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere\r\n\r\n", "HTTP status 302"),
        (b"", "closed without an answer"),
        (b"HTTP/1.1 101", "closed without an answer"),
        (b"\x16\x03\x01\x02\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 100 Go on\r\n\r\n" * 10_000, "longer than"),
        (b"HTTP/1.1 101 Yes\r\n" + b"X: y\r\n" * 30_000, r"not HTTP|longer than"),
    ],
)
async def test_any_other_answer_opens_nothing(answer: bytes, why: str) -> None:
    """And says what is wrong with it."""
    with pytest.RaisesGroup(pytest.RaisesExc(AccessFailed, match=why), allow_unwrapped=True):
        await shaken(answer)
