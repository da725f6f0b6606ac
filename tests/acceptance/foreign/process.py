"""The exchange as a test sees it: a process to start, its addresses, and its ledger."""

from __future__ import annotations

import contextlib
import json
import os
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.processes.client import Process, launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STOP_LIMIT_S = 60


@dataclass(frozen=True)
class Account:
    """The knowledge of the exchange, read from its ledger at one moment."""

    entries: list[dict[str, Any]]
    tokens: list[str]
    token_calls: list[dict[str, Any]]
    connections: int
    orders: list[dict[str, Any]]

    def received(self, event: str) -> list[dict[str, Any]]:
        """The frames of a kind that arrived, in order."""
        return [frame for frame in self._frames("in") if frame.get("event") == event]

    def sent(self, event: str) -> list[dict[str, Any]]:
        """The frames of a kind that left, in order."""
        return [frame for frame in self._frames("out") if frame.get("event") == event]

    def orders_before_first_reply(self) -> int:
        """Return how many addOrder frames had arrived when the first of them was answered."""
        count = 0
        for entry in self.entries:
            frame = entry.get("frame")
            event = frame.get("event") if isinstance(frame, dict) else None
            if entry["way"] == "out" and event == "addOrderStatus" and frame["reqid"] < 2**53 - 2:
                return count
            count += entry["way"] == "in" and event == "addOrder"
        return count

    def booked(self) -> list[dict[str, Any]]:
        """The orders that clients placed, in the order of their arrival."""
        return sorted((order for order in self.orders if order["number"]), key=lambda order: order["number"])

    def called(self, name: str) -> list[dict[str, Any]]:
        """The private REST calls of a name, in their order."""
        return [
            entry for entry in self.entries if entry["way"] == "rest" and entry["path"].endswith(f"/{name}")
        ]

    def status_of(self, txid: str) -> str:
        """``open``, ``closed`` or ``canceled``."""
        return next(order["status"] for order in self.orders if order["txid"] == txid)

    def _frames(self, way: str) -> list[dict[str, Any]]:
        frames = [entry["frame"] for entry in self.entries if entry["way"] == way]
        return [frame for frame in frames if isinstance(frame, dict)]


@dataclass(frozen=True)
class Foreign:
    """A running exchange."""

    rest_url: str
    ws_url: str
    api_key: str
    api_secret: str
    process: Process

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the command line at this exchange."""
        return {
            "KRAKEN_SPOT_URL": self.rest_url,
            "KRAKEN_WS_AUTH_URL": self.ws_url,
            "KRAKEN_API_KEY": self.api_key,
            "KRAKEN_API_SECRET": self.api_secret,
        }

    def come_back(self) -> None:
        """Be away no longer."""
        urllib.request.urlopen(f"{self.rest_url}/return", timeout=120).close()

    def account(self) -> Account:
        """Read the ledger."""
        with urllib.request.urlopen(f"{self.rest_url}/ledger", timeout=120) as response:
            return Account(**json.load(response))


@contextlib.contextmanager
def foreign_exchange(folder: Path, **script: Any) -> Iterator[Foreign]:
    """Start the exchange with a script; it is stopped at the end of the block."""
    path = folder / "script.json"
    path.write_text(json.dumps(script), "utf-8")
    with launch("tests.acceptance.foreign", "--script", str(path), environment=os.environ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, "the exchange did not start"
            yield Foreign(**json.loads(line), process=process)
        finally:
            process.terminate()
            process.wait(STOP_LIMIT_S)
