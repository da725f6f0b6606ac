"""The addresses and access rules of the paper exchange."""

from __future__ import annotations

import ssl
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
import trio
import trustme

from runner.errors import InvalidInput
from runner.paper.server import serve_options
from runner.paper.server.serve_options import LOOPBACK, Listening, open_door, server_tls

if TYPE_CHECKING:
    from pathlib import Path


async def greet(stream: trio.abc.Stream) -> None:
    """Say something, and wait for the client to go."""
    await stream.send_all(b"welcome")
    await stream.receive_some()


async def open_to(nursery: trio.Nursery, listening: Listening) -> tuple[str, int]:
    """An open door: its URL and its port."""
    url = await nursery.start(partial(open_door, "http", listening, 0, greet))
    return url, int(url.rpartition(":")[2])


async def said(port: int) -> bytes:
    """The first that a client hears, or nothing."""
    async with await trio.open_tcp_stream(LOOPBACK, port) as stream:
        try:
            return bytes(await stream.receive_some())
        except trio.BrokenResourceError:
            return b""


@pytest.mark.trio
async def test_it_listens_on_loopback() -> None:
    """Without an option no other machine reaches it."""
    async with trio.open_nursery() as nursery:
        url, port = await open_to(nursery, Listening())
        assert url == f"http://127.0.0.1:{port}"
        assert await said(port) == b"welcome"
        nursery.cancel_scope.cancel()


@pytest.mark.trio
async def test_too_many_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are inside stay, and when one goes another may come."""
    monkeypatch.setattr(serve_options, "CONNECTIONS_MAX", 2)
    async with trio.open_nursery() as nursery:
        _, port = await open_to(nursery, Listening())
        inside = [await trio.open_tcp_stream(LOOPBACK, port) for _ in range(2)]
        assert [bytes(await item.receive_some()) for item in inside] == [b"welcome"] * 2
        assert await said(port) == b""
        for item in inside:
            await item.aclose()
        with trio.fail_after(120):
            while await said(port) != b"welcome":
                pass
        nursery.cancel_scope.cancel()


@pytest.mark.trio
async def test_the_silent_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent client gives up its place once all are taken: the one that has been silent the longest."""
    monkeypatch.setattr(serve_options, "CONNECTIONS_MAX", 2)
    monkeypatch.setattr(serve_options, "SILENCE_MS", 0)
    async with trio.open_nursery() as nursery:
        _, port = await open_to(nursery, Listening())
        first = await trio.open_tcp_stream(LOOPBACK, port)
        second = await trio.open_tcp_stream(LOOPBACK, port)
        async with first, second:
            assert [await item.receive_some() for item in (first, second)] == [b"welcome"] * 2
            assert await said(port) == b"welcome"
            with trio.fail_after(120):
                assert await first.receive_some() == b""
        nursery.cancel_scope.cancel()


@pytest.mark.trio
async def test_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL names what a certificate is made out to; plain text and silence end at the door."""
    monkeypatch.setattr(serve_options, "TLS_TIMEOUT_S", 0.05)
    authority = trustme.CA()
    pem = tmp_path / "both.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with trio.open_nursery() as nursery:
        url, port = await open_to(nursery, Listening(tls=server_tls(str(pem), str(pem))))
        assert url == f"https://localhost:{port}"
        async with await trio.open_tcp_stream(LOOPBACK, port) as plain:
            await plain.send_all(b"GET / HTTP/1.1\r\n\r\n")
            received = b""
            # It may be cut off by a reset, since what it sent is not read to its end.
            with trio.fail_after(120), suppress(trio.BrokenResourceError):
                async for chunk in plain:
                    received += chunk
            assert b"welcome" not in received
        assert await said(port) == b""
        monkeypatch.setattr(serve_options, "TLS_TIMEOUT_S", 120.0)  # however busy the machine is
        secured = trio.SSLStream(
            await trio.open_tcp_stream(LOOPBACK, port), trusting, server_hostname="localhost"
        )
        async with secured:
            assert await secured.receive_some() == b"welcome"
        nursery.cancel_scope.cancel()


@pytest.mark.trio
async def test_a_port_that_is_taken() -> None:
    """It says which."""
    async with trio.open_nursery() as nursery:
        _, port = await open_to(nursery, Listening())
        with pytest.raises(InvalidInput, match=f"cannot listen on 127.0.0.1, port {port}"):
            await open_door("http", Listening(), port, greet)
        nursery.cancel_scope.cancel()
