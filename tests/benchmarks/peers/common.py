"""Shared by all peers: the same orders, and the form of a result. It runs in each peer's environment."""

from __future__ import annotations

import argparse
import json
import time

PAIRS = ("XBT", "ETH", "SOL", "ADA", "DOT", "LTC", "XRP", "ATOM", "LINK", "UNI")
TOKEN = "WW91ciBhdXRoZW50aWNhdGlvbiB0b2tlbiBnb2VzIGhlcmUu"


def arguments(**flags: str) -> argparse.Namespace:
    """Port and number of orders; ``flags`` are switches with their help."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--orders", type=int, required=True)
    for name, text in flags.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=text)
    return parser.parse_args()


def order(number: int) -> dict[str, object]:
    """One limit order with the fields that ours carries too."""
    return {
        "event": "addOrder",
        "token": TOKEN,
        "pair": f"{PAIRS[number % 10]}/EUR",
        "type": "buy",
        "ordertype": "limit",
        "price": f"{100 + number}.50",
        "volume": "0.25",
        "cl_ord_id": f"0193af5e-2a3b-7c4d-8e5f-{number:012d}",
        "deadline": "2026-01-01T00:00:10.000Z",
        "reqid": number + 1,
    }


class Clock:
    """Runs from its making to ``report``, in seconds of the wall and of this process."""

    def __init__(self) -> None:
        self._cpu_s = time.process_time()
        self._wall_s = time.perf_counter()

    def report(self) -> None:
        """Print how long it took."""
        wall_s = time.perf_counter() - self._wall_s
        print(json.dumps({"seconds": wall_s, "cpu_seconds": time.process_time() - self._cpu_s}))


class Waiting:
    """The orders without a reply. ``SUBSCRIBE`` turns the feed on, as ours has it."""

    SUBSCRIBE = json.dumps({"event": "subscribe", "subscription": {"name": "openOrders", "token": TOKEN}})

    def __init__(self) -> None:
        self._reqids: set[int] = set()

    def send(self, number: int) -> str:
        """The text of an order that leaves now."""
        message = order(number)
        self._reqids.add(number + 1)
        return json.dumps(message)

    def take(self, text: str | bytes) -> int:
        """A message from the exchange; gives how many orders it settles, 0 or 1."""
        message = json.loads(text)
        if isinstance(message, dict) and message.get("event") == "addOrderStatus":
            self._reqids.remove(message["reqid"])
            return 1
        return 0
