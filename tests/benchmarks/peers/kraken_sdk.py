"""python-kraken-sdk, whose last version with order entry over v1 is 2.3.0; it has no rate limiter."""

from __future__ import annotations

import asyncio
import logging
import warnings

from common import PAIRS, Clock, arguments
from kraken.spot import KrakenSpotWSClientV1
from kraken.spot.websocket import connectors

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


async def main() -> None:
    """Send all, wait for all."""
    chosen = arguments()
    settled, done, greeted = 0, asyncio.Event(), asyncio.Event()

    async def take(message: dict[str, object] | list[object]) -> None:
        nonlocal settled
        event = message.get("event") if isinstance(message, dict) else None
        if event == "systemStatus":
            greeted.set()
        settled += event == "addOrderStatus"
        if settled == chosen.orders:
            done.set()

    # It knows only the exchange's own addresses, and TLS.
    secure = connectors.websockets.connect
    connectors.websockets.connect = lambda uri, **options: secure(uri.replace("wss://", "ws://"), **options)
    KrakenSpotWSClientV1.URL = f"http://127.0.0.1:{chosen.port}"
    KrakenSpotWSClientV1.AUTH_PROD_ENV_URL = f"127.0.0.1:{chosen.port}"
    client = KrakenSpotWSClientV1(key="key", secret="c2VjcmV0", callback=take, no_public=True)
    await greeted.wait()
    clock = Clock()
    for number in range(chosen.orders):
        await client.create_order(
            ordertype="limit",
            side="buy",
            pair=f"{PAIRS[number % 10]}/EUR",
            price=f"{100 + number}.50",
            volume="0.25",
        )
    await done.wait()
    clock.report()


asyncio.run(main())
