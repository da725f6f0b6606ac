"""``python -m tests.soak``: a million messages from twenty connections, with faults on, and what it took.

The exchange runs in a process of its own, so that its memory can be measured; the clients are our own
sessions. It exits with 1 when memory grew after the warm-up, or when a session met what it cannot read.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio
from trio_websocket import ConnectionClosed

from runner.domain import Secret
from runner.protocol import (
    AddOrder,
    AddOrderStatus,
    CancelAll,
    CancelOrder,
    ClientSession,
    Ping,
    Ready,
    Reqids,
    SequenceGap,
    SubscriptionRefused,
    Unintelligible,
)
from runner.transport.kraken import AccessFailed, Credentials, Endpoints, KrakenAccess
from tests.commands.shell import served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.protocol import Event, Request
    from runner.transport.splice import Wire

GROWTH_MAX = 0.10
WARM_UP = 0.6
"""The share of all messages after which nothing may grow any more: until then, what is kept fills up."""

BURST = 50
"""Messages between two looks at what came back; one of them places an order, one cancels it."""

SWEEP = 200
"""So many bursts later everything is canceled: orders whose reply was lost would pile up."""

PAIRS = (("ETH/EUR", "100"), ("ETH/USD", "110"), ("SOL/EUR", "15"), ("LTC/USD", "30"))
WAIT_S = 5.0
SAMPLES = 50

SCENARIO = """
version: 1
name: soak
seed: 1
latency_s: 0.001
jitter_s: 0.002
message_rate: {per_s: 5000, burst: 400}
faults:
  - {on: addOrder, do: disconnect, chance: 0.001}
  - {on: addOrder, do: lose, chance: 0.01}
  - {on: addOrder, do: reject, error: "EOrder:Insufficient funds", chance: 0.02}
  - {on: cancelOrder, do: delay, seconds: 0.01, chance: 0.01}
  - {on: addOrderStatus, do: disconnect, chance: 0.001}
  - {on: addOrderStatus, do: lose, chance: 0.01}
  - {on: addOrderStatus, do: duplicate, chance: 0.01}
  - {on: cancelOrderStatus, do: duplicate, chance: 0.01}
  - {on: openOrders, do: lose, chance: 0.0001}
  - {on: openOrders, do: reorder, seconds: 0.005, chance: 0.0001}
  - {on: pong, do: reorder, seconds: 0.005, chance: 0.01}
  - {on: ping, do: mute, seconds: 0.2, chance: 0.00005}
"""


@dataclass
class Tally:
    """What was sent, what came back, and what went wrong; memory in KiB by messages sent."""

    sent: int = 0
    received: int = 0
    orders: int = 0
    connections: int = 0
    gaps: int = 0
    refused: int = 0
    strays: int = 0
    protocol_errors: list[str] = field(default_factory=list)
    memory: list[tuple[int, int]] = field(default_factory=list)

    def growth(self, messages: int) -> float:
        """How far memory rose above what it was when the warm-up ended, as a share of that."""
        after = [kib for sent, kib in self.memory if sent >= WARM_UP * messages]
        return max(after) / after[0] - 1 if after else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many the clients send")
    parser.add_argument("--connections", type=int, default=20)
    asked = parser.parse_args(arguments)
    tally, took_s = soak(asked.messages, asked.connections)
    growth = tally.growth(asked.messages)
    kept = growth <= GROWTH_MAX and not tally.protocol_errors
    print(json.dumps(asdict(tally) | {"seconds": round(took_s, 1), "growth": round(growth, 4), "kept": kept}))
    return 0 if kept else 1


def soak(messages: int, connections: int) -> tuple[Tally, float]:
    """Send so many messages over so many connections, and count."""
    tally = Tally()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder, "soak.yaml")
        scenario.write_text(SCENARIO, "utf-8")
        with served(Path(folder, "state"), "--scenario", str(scenario)) as exchange:
            trio.run(
                partial(_clients, exchange.environment, exchange.process.pid, tally, messages, connections)
            )
    return tally, time.perf_counter() - started


async def _clients(where: dict[str, str], pid: int, tally: Tally, messages: int, connections: int) -> None:
    access = KrakenAccess(
        Endpoints(where["KRAKEN_SPOT_URL"], where["KRAKEN_WS_AUTH_URL"]),
        Credentials(Secret(where["KRAKEN_API_KEY"]), Secret(where["KRAKEN_API_SECRET"])),
    )
    token = await access.fetch_token()
    async with trio.open_nursery() as nursery:
        for _ in range(connections):
            nursery.start_soon(_client, access, token, tally, messages)
        every = max(1, messages // SAMPLES)
        while tally.sent < messages:
            if tally.sent >= len(tally.memory) * every:
                tally.memory.append((tally.sent, _memory_kib(pid)))
                print(f"{tally.sent:,} sent, {tally.memory[-1][1]:,} KiB", file=sys.stderr, flush=True)
            await trio.sleep(0.05)
    await access.aclose()


async def _client(access: KrakenAccess, token: Secret, tally: Tally, messages: int) -> None:
    """One client, that comes again whenever it is cut off."""
    while tally.sent < messages:
        try:
            async with access.open_websocket() as wire:
                tally.connections += 1
                reqids = Reqids()
                session = ClientSession(token, reqids)
                client = _Client(wire, session, reqids, tally)
                with suppress(ConnectionClosed):
                    await client.run(messages)
                if client.refused:
                    # A token that is a quarter of an hour old opens no new connection: as documented.
                    token = await access.fetch_token()
                tally.strays += session.strays
        except AccessFailed:
            await trio.sleep(0.01)


class _Client:
    """One connection: bursts of messages, and all that comes back goes through our own session."""

    def __init__(self, wire: Wire, session: ClientSession, reqids: Reqids, tally: Tally) -> None:
        self._wire = wire
        self._session = session
        self._reqids = reqids
        self._tally = tally
        self.refused = False
        self._ready = False
        self._pongs = 0
        self._open: list[str] = []

    async def run(self, messages: int) -> None:
        """Until all messages are sent, or the connection is cut."""
        self._session.start(time.time())
        await self._flush()
        while not self._ready:
            self._take(await self._wire.receive())
            if self.refused:
                return
        bursts = 0
        while self._tally.sent < messages:
            bursts += 1
            await self._burst(sweep=bursts % SWEEP == 0)

    async def _burst(self, *, sweep: bool) -> None:
        requests: list[Request] = [order(self._reqids.take())]
        if sweep:
            requests.append(CancelAll(reqid=self._reqids.take()))
        elif self._open:
            requests.append(CancelOrder(txid=(self._open.pop(),), reqid=self._reqids.take()))
        pings = BURST - len(requests)
        requests += [Ping(reqid=self._reqids.take()) for _ in range(pings)]
        for request in requests:
            self._session.send(request, time.time())
        self._pongs = 0
        await self._flush()
        self._tally.sent += BURST
        self._tally.orders += 1
        # A line that has gone mute is waited for only so long.
        with trio.move_on_after(WAIT_S):
            while self._pongs < pings:
                self._take(await self._wire.receive())

    async def _flush(self) -> None:
        await self._wire.send(self._session.outgoing())

    def _take(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._tally.received += 1
            self._pongs += '"pong"' in text
            for event in self._session.receive(text, time.time()):
                self._note(event)

    def _note(self, event: Event) -> None:
        match event:
            case Ready():
                self._ready = True
            case AddOrderStatus(txid=str(txid)):
                self._open.append(txid)
            case AddOrderStatus():
                self._tally.refused += 1
            case SequenceGap():
                self._tally.gaps += 1
            case SubscriptionRefused():
                self.refused = True
            case Unintelligible(reason):
                self._tally.protocol_errors.append(reason)


def order(reqid: int) -> AddOrder:
    """A buy that rests, on one pair or another."""
    pair, price = PAIRS[reqid % len(PAIRS)]
    return AddOrder(pair=pair, type="buy", ordertype="limit", price=price, volume="0.05", reqid=reqid)


def _memory_kib(pid: int) -> int:
    status = Path("/proc", str(pid), "status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


if __name__ == "__main__":
    sys.exit(main())
