"""``python -m tests.soak``: a million messages from twenty connections, with faults on, and what it took.

The exchange runs in another process, so that its memory can be measured; the clients are our own
sessions. It exits with 1 when memory grew after the warm-up, when a session met what it cannot read, or when
answers are missing; ``tally.py`` says exactly when.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from runner.domain import Secret
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess
from tests.app.shell import LIMIT_S, environment

from .client import keep_talking
from .tally import KEPT_SHARE, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLES = 200

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many the clients send")
    parser.add_argument("--connections", type=int, default=20)
    options = parser.parse_args(arguments)
    tally, took_s = soak(options.messages, options.connections)
    failures = tally.failures(options.messages)
    judged = {
        "seconds": round(took_s, 1),
        "growth": round(tally.growth(options.messages), 4),
        "failures": failures,
    }
    print(json.dumps(asdict(tally) | judged))
    return 1 if failures else 0


def soak(messages: int, connections: int) -> tuple[Tally, float]:
    """Send so many messages over so many connections, and count."""
    tally = Tally()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, _exchange(Path(folder), messages) as (pid, where):
        trio.run(partial(_clients, where, pid, tally, messages, connections))
    return tally, time.perf_counter() - started


@contextmanager
def _exchange(folder: Path, messages: int) -> Iterator[tuple[int, dict[str, str]]]:
    """An exchange in another process: its id, and where it is."""
    scenario = folder / "soak.yaml"
    scenario.write_text(SCENARIO, "utf-8")
    options = {"state-dir": folder / "state", "scenario": scenario, "kept": max(1, messages // KEPT_SHARE)}
    command = [sys.executable, "-m", "tests.soak.exchange"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.pid, json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(LIMIT_S)


async def _clients(where: dict[str, str], pid: int, tally: Tally, messages: int, connections: int) -> None:
    access = KrakenAccess(
        Endpoints(where["rest_url"], where["ws_url"]),
        Credentials(Secret(where["api_key"]), Secret(where["api_secret"])),
    )
    token = await access.fetch_token()
    async with trio.open_nursery() as nursery:
        for number in range(connections):
            nursery.start_soon(keep_talking, access, token, tally, number, messages)
        every = max(1, messages // SAMPLES)
        while tally.sent < messages:
            if tally.sent >= len(tally.memory) * every:
                tally.memory.append((tally.sent, _memory_kib(pid)))
                if len(tally.memory) % 10 == 1:
                    print(f"{tally.sent:,} sent, {tally.memory[-1][1]:,} KiB", file=sys.stderr, flush=True)
            await trio.sleep(0.02)
    tally.memory.append((tally.sent, _memory_kib(pid)))
    await access.aclose()


def _memory_kib(pid: int) -> int:
    """Return what the process has in memory now."""
    pages = int(Path("/proc", str(pid), "statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    sys.exit(main())
