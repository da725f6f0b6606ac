"""A TCP proxy on loopback that holds back each byte for half a round trip, either way, and drops none."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 1 << 16


@contextmanager
def delayed(port: int, round_trip_ms: float) -> Iterator[int]:
    """Forward a new port to ``port`` during a block; gives the new one."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    ours: list[int] = []

    async def main() -> None:
        one_way_s = round_trip_ms / 2000

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.suppress(OSError):
                await asyncio.gather(_carry(reader, back, one_way_s), _carry(there, writer, one_way_s))

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        ours.append(server.sockets[0].getsockname()[1])
        ready.set()
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield ours[0]
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(10)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way_s: float) -> None:
    """Write what is read, each part after its delay; several may be on their way, in their order."""
    loop = asyncio.get_running_loop()
    data = b"begin"
    while data:
        try:
            data = await reader.read(CHUNK)
        except OSError:
            data = b""
        at = loop.time() + one_way_s
        loop.call_at(at, writer.write, data) if data else loop.call_at(at, writer.close)
