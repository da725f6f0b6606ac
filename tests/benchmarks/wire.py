"""Sending: a batch from its first send to its last settled reply, beside other clients of the same exchange.

Ours is the whole real thing (driver, engine, journal on disk, openOrders feed); the others keep nothing.
Their clocks run from before the first order is made to the last reply, ours as ``tests.benchmarks.ours``
says. All talk to one process of ``tests.benchmarks.server``, in turns, each in another process. Where
there is more than one core the server has the last to itself, or it would now and then be woken on the
client's. Run alone: ``python -m tests.benchmarks.wire``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.rows import Row, alone, beside, table

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TIMEOUT_S = 180
ROUND_TRIPS_MS = (0, 20, 100)
SIZES = (60, 1_000, 10_000)
OURS = "order-batch"
LIMITER_ORDERS = 10
"""With its limiter on, ccxt takes about a second for an order."""


@dataclass(frozen=True, slots=True)
class Client:
    """One row's program. ``home`` is the environment that it needs: ours, or that of a peer."""

    name: str
    script: str
    home: str = "bench"
    flags: tuple[str, ...] = ()
    most: int = 10_000


CLIENTS = (
    Client("raw socket (floor)", "raw_socket", "ours"),
    Client("trio-websocket, pipelined", "trio_websocket_plain", "ours"),
    Client("trio-websocket, pipelined, feed on", "trio_websocket_plain", "ours", ("--feed",)),
    Client("trio-websocket, one by one", "trio_websocket_plain", "ours", ("--one-by-one",), 60),
    Client("websockets", "websockets_plain"),
    Client("websockets, feed on", "websockets_plain", flags=("--feed",)),
    Client("picows", "picows_plain"),
    Client("picows, feed on", "picows_plain", flags=("--feed",)),
    Client("ccxt 4.4.20", "ccxt_pro", "ccxt"),
    Client("python-kraken-sdk 2.3.0", "kraken_sdk", "sdk"),
)
PLAIN = ("trio-websocket, pipelined", "trio-websocket, pipelined, feed on")
"""They use the same library as ours and keep nothing."""

LIMITED = Client("ccxt 4.4.20, limiter on", "ccxt_pro", "ccxt", ("--limiter",), LIMITER_ORDERS)


@dataclass(frozen=True, slots=True)
class Homes:
    """The interpreters of the environments in which the peers live; those that are not given are missing."""

    paths: Mapping[str, str] = field(default_factory=dict)

    def command(self, client: Client, port: int, orders: int) -> list[str] | None:
        """Return how to run a peer, or None where its environment is missing."""
        python = sys.executable if client.home == "ours" else self.paths.get(client.home)
        if python is None:
            return None
        script = str(HERE / "peers" / f"{client.script}.py")
        return [python, script, f"--port={port}", f"--orders={orders}", *client.flags]


@contextmanager
def exchange(round_trip_ms: float) -> Iterator[int]:
    """The server in another process; gives its port."""
    command = [sys.executable, "-m", "tests.benchmarks.server", f"--round-trip-ms={round_trip_ms}"]
    cores = os.sched_getaffinity(0)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            if len(cores) > 1:
                os.sched_setaffinity(process.pid, {max(cores)})
                os.sched_setaffinity(0, cores - {max(cores)})  # Clients are started from here.
            yield port
        finally:
            os.sched_setaffinity(0, cores)
            process.terminate()


def one_run(command: list[str]) -> dict[str, float] | None:
    """Return the result of one process; None when it failed, with a message."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=True
        )
        return {name: float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        why = getattr(error, "stderr", "") or ""
        last = why.splitlines()[-1] if isinstance(why, str) and why else ""
        print(f"{command[1]}: no result: {type(error).__name__} {last}", file=sys.stderr)
        return None


def ours(port: int, orders: int) -> list[str]:
    """Return how to run ours."""
    return [sys.executable, "-m", "tests.benchmarks.ours", f"--port={port}", f"--orders={orders}"]


def measure(repeats: int, homes: Homes, *, sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """One row for each client, size and round trip, each beside ours of the same round."""
    missing = sorted({client.home for client in CLIENTS} - {"ours", *homes.paths})
    for home in missing:
        print(f"peers of {home!r} are missing: give their interpreter with --{home}", file=sys.stderr)
    rows: list[Row] = []
    for round_trip_ms in ROUND_TRIPS_MS:
        with exchange(round_trip_ms) as port:
            for orders in sizes:
                rows += _makespans(port, orders, round_trip_ms, repeats, homes)
    return rows


def _makespans(port: int, orders: int, round_trip_ms: int, repeats: int, homes: Homes) -> Iterator[Row]:
    clients = [client for client in CLIENTS if orders <= client.most]
    commands = {client.name: homes.command(client, port, orders) for client in clients}
    runs: dict[str, list[dict[str, float]]] = {OURS: [], **{client.name: [] for client in clients}}
    for _ in range(repeats):
        rest = {name: command for name, command in commands.items() if command is not None}
        for name, command in {OURS: ours(port, orders), **rest}.items():
            run = one_run(command)
            if run is not None:
                runs[name].append(run)
    what = f"{orders:,} orders, {round_trip_ms} ms"
    own = [run["seconds"] * 1000 for run in runs[OURS]]
    if not own:
        return
    target = _target(orders, round_trip_ms)
    yield alone(f"{what}: {OURS}", "ms", own, target=target)
    whole = [run["whole_seconds"] * 1000 for run in runs[OURS]]
    yield alone(f"{what}: the same, from the first thought to the last outcome on disk", "ms", whole)
    for client in clients:
        theirs = [run["seconds"] * 1000 for run in runs[client.name]]
        if len(theirs) == len(own):
            ahead = 1.0 if client.home in ("ccxt", "sdk") or client.name in PLAIN else None
            yield beside(f"{what}: {OURS}", "ms", own, client.name, theirs, target=ahead)


def _target(orders: int, round_trip_ms: int) -> float | None:
    """Return what is promised, in milliseconds: 1.3 round trips for 60 orders, 3 for a thousand, at 20 ms."""
    return {(60, 20): 1.3 * 20, (1_000, 20): 3.0 * 20}.get((orders, round_trip_ms))


def memory(repeats: int) -> list[Row]:
    """Return what a run holds for each order beyond the plan: the growth from 1,000 orders to 10,000."""
    with exchange(0) as port:
        figures = []
        for _ in range(repeats):
            small, large = (one_run([*ours(port, orders), "--memory"]) for orders in (1_000, 10_000))
            assert small is not None
            assert large is not None
            figures.append((large["peak_bytes"] - small["peak_bytes"]) / 9_000)
    return [alone("memory of a run", "bytes an order", figures, target=2_000)]


def limited(homes: Homes) -> list[Row]:
    """One run with ccxt's own limiter on, which is what its users have."""
    with exchange(0) as port:
        command = homes.command(LIMITED, port, LIMITER_ORDERS)
        theirs = one_run(command) if command else None
        own = one_run(ours(port, LIMITER_ORDERS))
    if theirs is None or own is None:
        return []
    what = f"{LIMITER_ORDERS} orders, 0 ms: {OURS}"
    return [beside(what, "ms", [own["seconds"] * 1000], LIMITED.name, [theirs["seconds"] * 1000], target=1.0)]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that say where the peers live."""
    for home, packages in PACKAGES.items():
        parser.add_argument(f"--{home}", metavar="PYTHON", help=f"interpreter that has {packages}")


PACKAGES = {
    "bench": "websockets, picows and uvloop (the extra `bench`)",
    "ccxt": "ccxt==4.4.20 and aiohttp==3.9.5",
    "sdk": "python-kraken-sdk==2.3.0 and websockets<14",
}


def homes_of(chosen: argparse.Namespace) -> Homes:
    """The environments that were named."""
    return Homes({home: path for home in PACKAGES if (path := getattr(chosen, home))})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    add_options(parser)
    chosen = parser.parse_args()
    homes = homes_of(chosen)
    print(table([*measure(chosen.repeats, homes), *limited(homes), *memory(min(chosen.repeats, 3))]))


if __name__ == "__main__":
    main()
