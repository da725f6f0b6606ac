"""A program for python-kraken-sdk as it is: places, lists and cancels over TLS, and says what it saw as JSON.

It runs in another virtual environment, knows nothing of this project, and takes the exchange's
addresses and keys from the environment. The client's addresses are attributes of its classes, and are
to be set by a subclass.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

from kraken.exceptions import KrakenInsufficientFundsError
from kraken.spot import KrakenSpotWSClientV1, Market, Trade, User

REST = os.environ["KRAKEN_SPOT_URL"]
SOCKET = os.environ["KRAKEN_WS_AUTH_URL"].removeprefix("wss://")
KEY, SECRET = os.environ["KRAKEN_API_KEY"], os.environ["KRAKEN_API_SECRET"]
PAIR = "ETH/EUR"
LIMIT_S = 120


class Client(KrakenSpotWSClientV1):
    """The client, pointed at another exchange; what it hears is collected."""

    URL = REST
    PROD_ENV_URL = SOCKET
    AUTH_PROD_ENV_URL = SOCKET

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.news = asyncio.Event()
        super().__init__(key=KEY, secret=SECRET, no_public=True)

    async def on_message(self, message: Any) -> None:
        """Everything that comes in."""
        self.heard.append(message)
        self.news.set()

    async def until(self, event: str, count: int = 1) -> list[Any]:
        """The messages of an event, once there are so many of them."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                found = [item for item in self.heard if isinstance(item, dict) and item.get("event") == event]
                if len(found) >= count:
                    return found
                self.news.clear()
                await self.news.wait()

    async def updates(self, status: str) -> list[str]:
        """The txids of the openOrders messages with a status, once there is one."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                feed = [item[0] for item in self.heard if isinstance(item, list) and item[1] == "openOrders"]
                found = [
                    txid
                    for entries in feed
                    for entry in entries
                    for txid, order in entry.items()
                    if order.get("status") == status
                ]
                if found:
                    return found
                self.news.clear()
                await self.news.wait()


async def over_the_socket() -> dict[str, Any]:
    """Subscribe, place, hear of it, cancel, hear of it."""
    client = Client()
    await client.until("pong")
    await client.subscribe(subscription={"name": "openOrders"})
    await client.subscribe(subscription={"name": "ownTrades"})
    subscribed = await client.until("subscriptionStatus", 2)
    await client.send_message(
        {
            "event": "addOrder",
            "ordertype": "limit",
            "type": "buy",
            "pair": PAIR,
            "price": "101.5",
            "volume": "0.25",
            "reqid": 5,
        },
        private=True,
    )
    (placed,) = await client.until("addOrderStatus")
    opened = await client.updates("open")
    await client.send_message({"event": "cancelOrder", "txid": [placed["txid"]], "reqid": 6}, private=True)
    (canceled,) = await client.until("cancelOrderStatus")
    ended = await client.updates("canceled")
    await client.send_message({"event": "cancelAll", "reqid": 7}, private=True)
    (everything,) = await client.until("cancelAllStatus")
    return {
        "status": (await client.until("systemStatus"))[0]["status"],
        "subscribed": sorted(item["subscription"]["name"] for item in subscribed),
        "placed": placed,
        "opened": opened,
        "canceled": canceled,
        "ended": ended,
        "everything": everything,
        "errors": [item for item in client.heard if isinstance(item, dict) and "error" in item],
    }


def over_rest() -> dict[str, Any]:
    """The same by REST, and what it says about the market."""
    market, user = Market(url=REST), User(key=KEY, secret=SECRET, url=REST)
    trade = Trade(key=KEY, secret=SECRET, url=REST)
    report: dict[str, Any] = {
        "pairs": len(market.get_asset_pairs()),
        "assets": len(market.get_assets()),
        "ticker": market.get_ticker(pair="ETHEUR")["XETHZEUR"]["a"][0],
        "rest_status": market.get_system_status()["status"],
    }
    order = {"ordertype": "limit", "side": "buy", "pair": "ETHEUR", "volume": "0.25", "price": "101.5"}
    report["validated"] = trade.create_order(**order, validate=True)
    placed = [trade.create_order(**order)["txid"][0] for _ in range(3)]
    report["rest_open"] = list(user.get_open_orders()["open"])
    report["queried"] = user.get_orders_info(txid=",".join(placed[:2]))[placed[0]]["descr"]["order"]
    report["rest_canceled"] = trade.cancel_order(txid=placed[0])
    report["rest_batch"] = trade.cancel_order_batch(orders=placed[1:])
    other = {"ordertype": "limit", "type": "buy", "volume": "0.25"}
    batch = [other | {"price": price} for price in ("99", "98")]
    rows = trade.create_order_batch(orders=batch, pair="ETHEUR")["orders"]
    report["batch"] = [row["descr"]["order"] for row in rows]
    report["edited"] = trade.edit_order(txid=rows[0]["txid"], pair="ETHEUR", price="97", volume="0.5")
    report["amended"] = trade._request(
        method="POST", uri="/0/private/AmendOrder", params={"txid": rows[1]["txid"], "order_qty": "0.75"}
    )
    report["left"] = [order["vol"] for order in user.get_open_orders()["open"].values()]
    trade.cancel_all_orders()
    report["positions"] = user.get_open_positions()
    report["worth"] = sorted(user.get_trade_balance())
    report["rest_closed"] = user.get_closed_orders()["count"]
    report["balance"] = user.get_account_balance()["ZEUR"]
    report["book"] = [
        len(side) for side in market.get_order_book(pair="ETHEUR", count=5)["XETHZEUR"].values()
    ]
    report["candles"] = len(market.get_ohlc(pair="ETHEUR", interval=15)["XETHZEUR"])
    report["public_trades"] = market.get_recent_trades(pair="ETHEUR")["XETHZEUR"]
    report["spreads"] = [spread[1:] for spread in market.get_recent_spreads(pair="ETHEUR")["XETHZEUR"]]
    report["rest_placed"] = placed
    try:
        trade.create_order(**(order | {"volume": "9000"}))
    except KrakenInsufficientFundsError:
        report["short"] = "KrakenInsufficientFundsError"
    return report


async def main() -> None:
    """The socket first, then REST; the client's tasks end with the program."""
    report = await over_the_socket()
    print(json.dumps(report | over_rest()), flush=True)
    os._exit(0)


asyncio.run(main())
