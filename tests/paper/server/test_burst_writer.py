"""The writer, over a stream in memory, with trio-websocket above it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import trio
from trio.testing import memory_stream_pair
from trio_websocket import wrap_client_stream, wrap_server_stream
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from runner.paper.server.burst_writer import BurstWriter
from tests.net.server_frames import frame, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trio_websocket import WebSocketConnection


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[BurstWriter, WebSocketConnection, WebSocketConnection]]:
    """An writer, the server's socket above it, and the client's."""
    ours, theirs = memory_stream_pair()
    writer = BurstWriter(ours)
    sockets: list[WebSocketConnection] = []

    async def accept() -> None:
        sockets.append(await (await wrap_server_stream(nursery, writer)).accept())

    async with ours, theirs, trio.open_nursery() as nursery:
        async with trio.open_nursery() as both:
            both.start_soon(accept)
            client = await wrap_client_stream(nursery, theirs, "exchange", "/")
        yield writer, sockets[0], client
        nursery.cancel_scope.cancel()


async def test_texts_arrive_whole_and_in_their_order() -> None:
    """Short ones, long ones, and those that trio-websocket sends between them."""
    async with connected() as (writer, socket, client):
        texts = ["", "a", "ü" * 100, "x" * 70_000]
        await writer.send_texts(texts[:2])
        await socket.send_message("between")
        await writer.send_texts(texts[2:])
        assert [await client.get_message() for _ in range(5)] == [*texts[:2], "between", *texts[2:]]


async def test_pings_are_answered_beside_it() -> None:
    """Frames of trio-websocket itself go through the same stream."""
    async with connected() as (writer, _, client):
        await client.ping(b"are you there")
        await writer.send_texts(["yes"])
        assert await client.get_message() == "yes"


async def test_after_a_close_nothing_more_is_sent() -> None:
    """A frame behind it would be an error on the client's side, however long the client takes to answer."""
    ours, theirs = memory_stream_pair()
    writer = BurstWriter(ours)
    close = frame(0x88, b"\x03\xe9going away")
    await writer.send_all(close)
    with pytest.raises(trio.ClosedResourceError):
        await writer.send_texts(["late"])
    assert await theirs.receive_some() == close


async def test_nor_after_the_client_s_close() -> None:
    """The answer to a close is a close."""
    async with connected() as (writer, _, client):
        await client.aclose()
        with pytest.raises(trio.ClosedResourceError):
            await writer.send_texts(["late"])


async def test_senders_wait_for_each_other() -> None:
    """The stream below takes one write at a time, and says so when there are two."""
    ours, theirs = memory_stream_pair()
    writer = BurstWriter(ours)
    async with trio.open_nursery() as nursery:
        for letter in "abcd":
            nursery.start_soon(writer.send_texts, [letter * 5])
            nursery.start_soon(writer.send_all, served(letter.upper() * 5))
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(await theirs.receive_some())
    heard = [event.data for event in client.events() if isinstance(event, TextMessage)]
    assert sorted(heard) == sorted(letter * 5 for letter in "abcdABCD")
