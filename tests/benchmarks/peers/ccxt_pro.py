"""ccxt, whose last version with order entry over v1 is 4.4.20: ``create_order_ws`` for all at once."""

from __future__ import annotations

import asyncio

import ccxt.pro
from common import PAIRS, Clock, arguments


def market(base: str) -> dict[str, object]:
    """A market as ccxt describes it, so that none has to be loaded."""
    precision = {"amount": 1e-8, "price": 0.01}
    limits = {name: {"min": None, "max": None} for name in ("amount", "price", "cost", "leverage")}
    return {
        "id": f"{base}EUR",
        "wsId": f"{base}/EUR",
        "symbol": f"{base}/EUR",
        "base": base,
        "quote": "EUR",
        "baseId": base,
        "quoteId": "EUR",
        "altname": f"{base}EUR",
        "type": "spot",
        "spot": True,
        "contract": False,
        "active": True,
        "darkpool": False,
        "precision": precision,
        "limits": limits,
    }


async def main() -> None:
    """Send all, wait for all."""
    chosen = arguments(limiter="its rate limiter is on")
    exchange = ccxt.pro.kraken(
        {"apiKey": "key", "secret": "c2VjcmV0", "enableRateLimit": chosen.limiter, "newUpdates": False}
    )
    rest = f"http://127.0.0.1:{chosen.port}"
    exchange.urls["api"] |= {"public": rest, "private": rest}
    exchange.urls["api"]["ws"] |= {"private": f"ws://127.0.0.1:{chosen.port}/"}
    exchange.set_markets([market(base) for base in PAIRS])
    try:
        # Its socket takes the event loop that is known when it is made, and reads nothing where none is. With
        # markets to load, the first request shows it; here nothing is loaded.
        exchange.open()
        await exchange.authenticate()
        # The first order opens the connection; it is not timed.
        await exchange.create_order_ws("XBT/EUR", "limit", "buy", 0.25, 99.5)
        clock = Clock()
        orders = (
            exchange.create_order_ws(f"{PAIRS[number % 10]}/EUR", "limit", "buy", 0.25, 100.5 + number)
            for number in range(chosen.orders)
        )
        await asyncio.gather(*orders)
        clock.report()
    finally:
        await exchange.close()


asyncio.run(main())
