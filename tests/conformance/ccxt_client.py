"""A program for ccxt as it is: places, lists and cancels, and prints what it saw as one JSON object.

It runs in another virtual environment, knows nothing of this project, and takes the exchange's
addresses and keys from the environment.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import ccxt
import ccxt.pro

SYMBOL = "ETH/EUR"


def client() -> Any:
    """A client that is pointed at the exchange by its own settings."""
    exchange = ccxt.pro.kraken(
        {
            "apiKey": os.environ["KRAKEN_API_KEY"],
            "secret": os.environ["KRAKEN_API_SECRET"],
            # Milliseconds between calls, by the client's own throttle: enough for its nonces to grow.
            "rateLimit": 5,
        }
    )
    rest, socket = os.environ["KRAKEN_SPOT_URL"], os.environ["KRAKEN_WS_AUTH_URL"]
    exchange.urls["api"] |= {
        "public": rest,
        "private": rest,
        "ws": {"public": socket, "private": socket, "privateV2": socket},
    }
    return exchange


async def look_at_the_market(exchange: Any) -> dict[str, Any]:
    """Public calls."""
    markets = await exchange.load_markets()
    ticker = await exchange.fetch_ticker(SYMBOL)
    tickers = await exchange.fetch_tickers([SYMBOL, "BTC/USD"])
    currencies = await exchange.fetch_currencies()
    status = await exchange.fetch_status()
    return {
        "markets": len(markets),
        "precision": markets[SYMBOL]["precision"],
        "limits": markets[SYMBOL]["limits"],
        "fees": [markets[SYMBOL]["taker"], markets[SYMBOL]["maker"]],
        "ticker": [ticker["bid"], ticker["ask"], ticker["last"]],
        "tickers": sorted(tickers),
        "currencies": sorted(currencies),
        "status": status["status"],
        "time": await exchange.fetch_time(),
    }


async def trade_over_the_socket(exchange: Any) -> dict[str, Any]:
    """Place, list and cancel over the WebSocket."""
    placed = await exchange.create_order_ws(SYMBOL, "limit", "buy", 0.25, 101.5)
    watched = await exchange.watch_orders(SYMBOL)
    canceled = await exchange.cancel_order_ws(placed["id"], SYMBOL)
    ended = await exchange.watch_orders(SYMBOL)
    taken = await exchange.create_order_ws(SYMBOL, "market", "buy", 0.1)
    trades = await exchange.watch_my_trades(SYMBOL)
    several = [(await exchange.create_order_ws(SYMBOL, "limit", "buy", 0.25, 102))["id"] for _ in range(2)]
    everything = await exchange.cancel_all_orders_ws()
    return {
        "placed": placed["id"],
        "watched": [order["id"] for order in watched],
        "canceled": canceled["status"],
        "ended": [[order["id"], order["status"]] for order in ended],
        "taken": taken["id"],
        "trades": [[trade["order"], trade["amount"]] for trade in trades],
        "several": several,
        "count": everything["count"],
    }


async def look_things_up(exchange: Any, placed: str) -> dict[str, Any]:
    """Private REST calls."""
    found = await exchange.fetch_order(placed)
    balance = await exchange.fetch_balance()
    return {
        "found": [found["status"], found["symbol"], found["price"], found["amount"], found["filled"]],
        "open": [order["id"] for order in await exchange.fetch_open_orders()],
        "closed": [order["id"] for order in await exchange.fetch_closed_orders()],
        "balance": [balance["EUR"]["free"], balance["EUR"]["total"]],
        "my_trades": [[trade["order"], trade["amount"]] for trade in await exchange.fetch_my_trades()],
    }


async def trade_over_rest(exchange: Any) -> dict[str, Any]:
    """Place, list and cancel over REST."""
    first = await exchange.create_order(SYMBOL, "limit", "buy", 0.25, 101.5)
    second, third = [await exchange.create_order(SYMBOL, "limit", "buy", 0.25, 99.5) for _ in range(2)]
    opened = [order["id"] for order in await exchange.fetch_open_orders(SYMBOL)]
    await exchange.cancel_order(first["id"])
    batch = await exchange.cancel_orders([second["id"], third["id"]])
    await exchange.create_order(SYMBOL, "limit", "buy", 0.25, 99.5)
    everything = await exchange.cancel_all_orders()
    return {
        "rest_placed": [first["id"], second["id"], third["id"]],
        "rest_open": opened,
        "rest_batch": batch[0]["info"]["result"]["count"],
        "rest_all": everything[0]["info"]["result"]["count"],
        "rest_left": len(await exchange.fetch_open_orders()),
    }


async def next_book(exchange: Any) -> dict[str, list[Any]]:
    """Return both sides of the book after its next message."""
    book = await exchange.watch_order_book(SYMBOL, 10)
    return {side: [level[:2] for level in book[side]] for side in ("bids", "asks")}


async def watch_the_market(exchange: Any) -> dict[str, Any]:
    """The public channels, while orders of this program move the market; the client checks each checksum."""
    before = await next_book(exchange)
    update = asyncio.create_task(next_book(exchange))
    placed = await exchange.create_order(SYMBOL, "limit", "buy", 1.5, 150.15)
    during = await update
    update = asyncio.create_task(next_book(exchange))
    await exchange.cancel_order(placed["id"])
    after = await update
    trades = asyncio.create_task(exchange.watch_trades(SYMBOL))
    candles = asyncio.create_task(exchange.watch_ohlcv(SYMBOL, "5m"))
    ticker = await exchange.watch_ticker(SYMBOL)
    # The client does not say when its subscriptions are confirmed.
    for _ in range(50):
        await exchange.create_order(SYMBOL, "market", "buy", 0.5)
        if {trades, candles} == (await asyncio.wait({trades, candles}, timeout=0.1))[0]:
            break
    book = await exchange.fetch_order_book(SYMBOL, 50)
    public = await exchange.fetch_trades(SYMBOL)
    return {
        "bids": [sides["bids"][0] for sides in (before, during, after)],
        "depths": [[len(side) for side in sides.values()] for sides in (before, during, after)],
        "watched_ticker": [ticker["bid"], ticker["ask"]],
        "watched_trade": [trades.result()[0][name] for name in ("side", "price", "amount")],
        "watched_candle": candles.result()[0][1:5],
        "book": [len(book[side]) for side in ("bids", "asks")],
        "candles": len(await exchange.fetch_ohlcv(SYMBOL, "1h")),
        "public_trades": sorted({(trade["side"], trade["amount"]) for trade in public}),
    }


async def errors(exchange: Any) -> dict[str, Any]:
    """Return what becomes of errors: the client has a class for each text that it knows."""
    seen = {}
    for name, call in {
        "funds": exchange.create_order_ws(SYMBOL, "limit", "buy", 5000, 100),
        "unknown": exchange.cancel_order_ws("OAAAAA-BBBBB-CCCCCC", SYMBOL),
        "rest_unknown": exchange.cancel_order("OAAAAA-BBBBB-CCCCCC"),
        "small": exchange.create_order(SYMBOL, "limit", "buy", 0.0001, 100),
    }.items():
        try:
            await call
        except ccxt.BaseError as error:
            seen[name] = type(error).__name__
    return {"errors": seen}


async def main() -> None:
    """All of it, one after another."""
    exchange = client()
    try:
        report = await look_at_the_market(exchange)
        report |= await trade_over_the_socket(exchange)
        report |= await look_things_up(exchange, report["placed"])
        report |= await trade_over_rest(exchange)
        report |= await watch_the_market(exchange)
        report |= await errors(exchange)
    finally:
        await exchange.close()
    print(json.dumps(report))


asyncio.run(main())
