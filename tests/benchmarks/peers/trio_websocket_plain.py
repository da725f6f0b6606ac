"""trio-websocket as its documentation shows it: one by one, or a sender and a receiver (pipelined)."""

from __future__ import annotations

import trio
import trio_websocket
from common import Clock, Waiting, arguments


async def main() -> None:
    """Send all, wait for all."""
    chosen = arguments(
        one_by_one="each reply is awaited before the next order", feed="openOrders is subscribed"
    )
    async with trio_websocket.open_websocket("127.0.0.1", chosen.port, "/", use_ssl=False) as socket:
        await socket.get_message()
        waiting = Waiting()
        if chosen.feed:
            await socket.send_message(waiting.SUBSCRIBE)
            await socket.get_message()
            await socket.get_message()

        async def receive(orders: int) -> None:
            settled = 0
            while settled < orders:
                settled += waiting.take(await socket.get_message())

        clock = Clock()
        async with trio.open_nursery() as nursery:
            if not chosen.one_by_one:
                nursery.start_soon(receive, chosen.orders)
            for number in range(chosen.orders):
                await socket.send_message(waiting.send(number))
                if chosen.one_by_one:
                    await receive(1)
        clock.report()


trio.run(main)
