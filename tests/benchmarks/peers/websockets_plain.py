"""The ``websockets`` library on asyncio, a sender and a receiver."""

from __future__ import annotations

import asyncio

from common import Clock, Waiting, arguments
from websockets.asyncio.client import connect


async def main() -> None:
    """Send all, wait for all."""
    chosen = arguments(feed="openOrders is subscribed")
    async with connect(f"ws://127.0.0.1:{chosen.port}/", compression=None, max_queue=None) as socket:
        await socket.recv()
        waiting = Waiting()
        if chosen.feed:
            await socket.send(waiting.SUBSCRIBE)
            await socket.recv()
            await socket.recv()

        async def receive() -> None:
            settled = 0
            while settled < chosen.orders:
                settled += waiting.take(await socket.recv())

        clock = Clock()
        receiver = asyncio.create_task(receive())
        for number in range(chosen.orders):
            await socket.send(waiting.send(number))
        await receiver
        clock.report()


asyncio.run(main())
