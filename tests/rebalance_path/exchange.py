"""A served exchange with its market in the hands of a test, by the calls of its control page."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT_S = 60
TICKS = {"XBT/EUR": Decimal("0.1"), "ETH/EUR": Decimal("0.01"), "SOL/EUR": Decimal("0.01")}
_TOKEN = re.compile(r'name="control-token" content="([^"]+)"')
_PRICE = re.compile(r"@ limit ([0-9.]+)")


@dataclass(frozen=True)
class Steered:
    """The exchange that is served at a URL."""

    client: httpx.Client
    token: str

    @classmethod
    @contextmanager
    def at(cls, rest_url: str) -> Iterator[Steered]:
        """Read the token of the control page, as the page itself does."""
        with httpx.Client(base_url=rest_url, trust_env=False, timeout=LIMIT_S) as client:
            found = _TOKEN.search(client.get("/").text)
            assert found is not None, "no token in the control page"
            yield cls(client, found.group(1))

    def state(self) -> dict[str, Any]:
        """The view of the page."""
        view: dict[str, Any] = self.client.get("/control/state").json()
        return view

    def open_orders(self, type: str) -> list[dict[str, Any]]:
        """The open orders of one side that carry a client order id: those of batches."""
        return [order for order in self.state()["orders"] if order["type"] == type and order["id"]]

    def fill(self, type: str) -> None:
        """Move the market to the price of each open order of one side, until none is open."""
        for order in self.open_orders(type):
            found = _PRICE.search(order["descr"])
            assert found is not None, order
            tick = TICKS[order["pair"]]
            self.move(order["pair"], Decimal(found.group(1)) - (0 if type == "sell" else 2 * tick))
        assert self.open_orders(type) == []

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Poll until something has come true at the exchange."""
        limit = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < limit, f"{what} did not come"
            time.sleep(0.02)

    def move(self, pair: str, price: Decimal) -> None:
        """Move the market to a price: the bid is there, the ask two ticks above it."""
        tick = TICKS[pair]
        bid = price.quantize(tick, ROUND_HALF_UP)
        self._post("quote", {"pair": pair, "bid": str(bid), "ask": str(bid + 2 * tick)})

    def status(self, word: str) -> None:
        """Set the state of the exchange: ``online``, ``cancel_only`` and so on."""
        self._post("status", {"status": word})

    def _post(self, name: str, fields: dict[str, str]) -> None:
        url = urlsplit(str(self.client.base_url))
        headers = {"x-control-token": self.token, "origin": f"{url.scheme}://{url.netloc}"}
        answer = self.client.post(f"/control/{name}", json=fields, headers=headers)
        assert answer.status_code == 200, answer.text
