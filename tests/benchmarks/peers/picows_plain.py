"""picows on uvloop, a callback for each frame."""

from __future__ import annotations

import asyncio

import uvloop
from common import Clock, Waiting, arguments
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect


class Listener(WSListener):
    """Counts the settled orders of one connection."""

    def __init__(self, orders: int) -> None:
        self.waiting = Waiting()
        self.left = orders
        self.greeted = asyncio.Event()
        self.done = asyncio.Event()

    def on_ws_frame(self, _: WSTransport, frame: WSFrame) -> None:
        """A message of the exchange."""
        text = frame.get_payload_as_bytes()
        if b"systemStatus" in text:
            self.greeted.set()
            return
        self.left -= self.waiting.take(text)
        if not self.left:
            self.done.set()


async def main() -> None:
    """Send all, wait for all."""
    chosen = arguments(feed="openOrders is subscribed")
    transport, listener = await ws_connect(lambda: Listener(chosen.orders), f"ws://127.0.0.1:{chosen.port}/")
    assert isinstance(listener, Listener)
    await listener.greeted.wait()
    if chosen.feed:
        transport.send(WSMsgType.TEXT, listener.waiting.SUBSCRIBE.encode())
    clock = Clock()
    for number in range(chosen.orders):
        transport.send(WSMsgType.TEXT, listener.waiting.send(number).encode())
    await listener.done.wait()
    clock.report()
    transport.disconnect()


uvloop.run(main())
