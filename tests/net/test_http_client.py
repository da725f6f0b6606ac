"""Calls over HTTP to a scripted server, on loopback."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import trio

from runner.net.addresses import Address
from runner.net.dialing import Dialer
from runner.net.failures import AccessFailed
from runner.net.http_client import HttpClient
from tests.net.hostile import Hostile, answer, hostile

if TYPE_CHECKING:
    from collections.abc import Callable


async def called(server: Hostile, times: int = 1, target: str = "/0/public/Time") -> list[str]:
    """The answers to some calls, one after the other."""
    client = HttpClient(Dialer(), Address.of(f"http://127.0.0.1:{server.port}"))
    with trio.fail_after(120):
        try:
            return [(await client.call("GET", target)).text for _ in range(times)]
        finally:
            await client.aclose()


async def test_one_connection_serves_many_calls() -> None:
    """As long as neither side closes it."""
    connections: list[Any] = []
    server = Hostile(rest=lambda _: answer(b"{}"), wrap=lambda item: connections.append(item) or item)
    with hostile(server):
        assert await called(server, 3) == ["{}"] * 3
    assert len(connections) == 1


async def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    """The server says nothing of it before."""
    server = Hostile(rest=lambda _: partial(closing, answer(b"{}")))
    with hostile(server):
        assert await called(server, 3) == ["{}"] * 3
    assert server.calls["Time"] == 3


def closing(data: bytes, connection: Any) -> None:
    connection.sendall(data)


async def test_the_end_of_the_stream_may_be_the_end_of_the_answer() -> None:
    """Old servers give no length."""
    server = Hostile(rest=lambda _: partial(closing, b"HTTP/1.1 200 OK\r\n\r\n{}"))
    with hostile(server):
        assert await called(server) == ["{}"]


async def test_pieces_are_put_together() -> None:
    """With whatever follows them."""
    body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nX: y\r\n\r\n"
    server = Hostile(rest=lambda _: body)
    with hostile(server):
        assert await called(server, 2) == ["{}", "{}"]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", "closed before the answer was whole"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}", r"not HTTP|closed"),
        (b"", "closed before the answer was whole"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000, "not HTTP"),
        (b"garbage" * 100_000, "not HTTP"),
    ],
)
async def test_what_is_no_whole_answer_is_a_failure(reply: bytes, why: str) -> None:
    """In words, whatever it was."""
    server = Hostile(rest=lambda _: partial(closing, reply))
    with hostile(server), pytest.raises(AccessFailed, match=why):
        await called(server)


def drip(connection: Any, *, head: bytes, pause: Callable[[], object]) -> None:
    connection.sendall(head)
    while True:
        connection.sendall(b"x")
        pause()


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"]
)
async def test_an_answer_that_drips_ends_in_time(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its headers and in its body."""
    monkeypatch.setattr("runner.net.http_client.ANSWER_S", 0.3)
    pause = threading.Event()
    server = Hostile(rest=lambda _: partial(drip, head=head, pause=lambda: pause.wait(0.02)))
    with hostile(server), pytest.raises(AccessFailed, match=r"no whole answer|not HTTP"):
        await called(server)
