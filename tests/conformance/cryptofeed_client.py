"""A program for cryptofeed as it is: follows the public channels over TLS, and says what it saw as JSON.

It runs in another virtual environment, knows nothing of this project, and takes the exchange's
addresses and keys from the environment. The client keeps a book of its own, and has its own checksum of it.
What there is to see are orders that this program places by plain REST.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import time
import urllib.parse
import urllib.request
from typing import Any

from cryptofeed import FeedHandler
from cryptofeed.connection import RestEndpoint, Routes, WebsocketEndpoint
from cryptofeed.defines import CANDLES, L2_BOOK, TICKER, TRADES
from cryptofeed.exchanges import Kraken

REST, SOCKET = os.environ["KRAKEN_SPOT_URL"], os.environ["KRAKEN_WS_AUTH_URL"]
KEY, SECRET = os.environ["KRAKEN_API_KEY"], base64.b64decode(os.environ["KRAKEN_API_SECRET"])
SYMBOL = "ETH-EUR"
LIMIT_S = 60


class Here(Kraken):
    """The client, pointed at another exchange by its own settings."""

    websocket_endpoints = [WebsocketEndpoint(SOCKET, limit=20)]
    rest_endpoints = [RestEndpoint(REST, routes=Routes("/0/public/AssetPairs"))]
    api = f"{REST}/0"


def called(name: str, **fields: str) -> Any:
    """Return the result of a signed call."""
    nonce, path = str(time.time_ns()), f"/0/private/{name}"
    body = urllib.parse.urlencode({"nonce": nonce, **fields})
    digest = hashlib.sha256((nonce + body).encode()).digest()
    signature = base64.b64encode(hmac.new(SECRET, path.encode() + digest, "sha512").digest()).decode()
    request = urllib.request.Request(REST + path, body.encode(), {"API-Key": KEY, "API-Sign": signature})
    with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
        content = json.load(answer)
    assert not content["error"], content
    return content["result"]


class Seen:
    """What the callbacks were given, and a way to wait for more of it."""

    def __init__(self) -> None:
        self.books: list[Any] = []
        self.others: dict[str, list[Any]] = {TRADES: [], TICKER: [], CANDLES: []}
        self.news = asyncio.Event()

    async def book(self, book: Any, _: float) -> None:
        """Note the sides, and whether the exchange's checksum is the client's."""
        parts = book.raw
        sums = [part["c"] for part in parts if "c" in part]
        best = [str(next(iter(side))) for side in (book.book.bids, book.book.asks)]
        sizes = [len(book.book.bids), len(book.book.asks)]
        self.books.append([best, sizes, sums == [str(book.book.checksum())] if sums else None])
        self.news.set()

    def taking(self, name: str) -> Any:
        """Return a callback that keeps what it is given in the wire's words."""

        async def take(data: Any, _: float) -> None:
            self.others[name].append(
                data.raw[1] if isinstance(data.raw, list) and name != TRADES else data.raw
            )
            self.news.set()

        return take

    async def until(self, **counts: int) -> None:
        """Wait until so many books, trades, tickers and candles came."""
        async with asyncio.timeout(LIMIT_S):
            while any(len(self.of(name)) < count for name, count in counts.items()):
                self.news.clear()
                await self.news.wait()

    def of(self, name: str) -> list[Any]:
        """Return what came of a kind."""
        return self.books if name == "books" else self.others[name]


async def watch(seen: Seen) -> None:
    """Place an order between the prices, cancel it, and buy: each is seen before the next is done."""
    loop = asyncio.get_running_loop()
    await seen.until(books=1, ticker=1)
    order = {"pair": "ETHEUR", "type": "buy", "volume": "1.5"}
    placed = await loop.run_in_executor(
        None, lambda: called("AddOrder", **order, ordertype="limit", price="150.15")
    )
    await seen.until(books=2, ticker=2)
    await loop.run_in_executor(None, lambda: called("CancelOrder", txid=placed["txid"][0]))
    await seen.until(books=3, ticker=3)
    await loop.run_in_executor(None, lambda: called("AddOrder", **order, ordertype="market"))
    await seen.until(ticker=4, trades=1, candles=1)


async def by_rest(feed: Any) -> dict[str, Any]:
    """Return the public calls of the client itself."""
    book = await feed.l2_book(SYMBOL)
    trades = [trade async for page in feed.trades(SYMBOL) for trade in page]
    ticker = await feed.ticker(SYMBOL)
    return {
        "rest_book": [len(book.book.bids), len(book.book.asks)],
        "rest_trades": [[str(trade["price"]), str(trade["amount"]), trade["side"]] for trade in trades],
        "rest_ticker": [str(ticker["bid"]), str(ticker["ask"])],
    }


def main() -> None:
    """All of it, then an end without ceremony: the client's tasks end with the program."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    seen = Seen()
    handler = FeedHandler(config={"uvloop": False, "log": {"disabled": True}})
    callbacks = {L2_BOOK: seen.book} | {name: seen.taking(name) for name in seen.others}
    settings = {"checksum_validation": True, "max_depth": 10, "candle_closed_only": False}
    feed = Here(symbols=[SYMBOL], channels=[*callbacks], callbacks=callbacks, **settings)
    handler.add_feed(feed)
    handler.run(start_loop=False, install_signal_handlers=False)
    loop.run_until_complete(watch(seen))
    report = loop.run_until_complete(by_rest(feed)) | {"books": seen.books, **seen.others}
    print(json.dumps(report), flush=True)
    os._exit(0)


main()
