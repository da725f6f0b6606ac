"""Our row: the driver, the engine, the journal on disk and the openOrders feed, as ``apply`` wires them.

Two clocks run. ``seconds``: from the first send, when the first intents are durable and their frames are
about to be made, to the last settled reply. ``whole_seconds``: from the moment in which the engine learns
that the connection is ready, before the first intent is written, to the return of the sync that made the
last outcome durable; ``cpu_seconds`` is what that cost.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import trio

from runner.app.access.signals import while_sending
from runner.batchfile import parse
from runner.domain import Secret
from runner.execution import EngineEvent, Execution, Progress, Turn
from runner.journal import Entry, OrderIntent, fold
from runner.kraken import AddOrder, Limits, Reqids
from runner.net.clock import RunClock
from runner.planning import Plan, plan
from runner.runtime.driver import Driver
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess
from runner.runtime.storage.journal import Journal, RunJournal

UNLIMITED = Limits(threshold=1e6, decay_per_s=1e6, open_orders_max=1_000_000)
"""What is timed is what we cost; what the exchange's limits cost is the pacer's benchmark."""


class _Timed(Execution):
    started_s = 0.0
    settled_s = 0.0
    cpu_s = 0.0

    def handle(self, events: Iterable[EngineEvent], now: float) -> Turn:
        begun = time.perf_counter(), time.process_time()
        turn = super().handle(events, now)
        if not self.started_s and any(isinstance(action, AddOrder) for action in turn.actions):
            self.started_s, self.cpu_s = begun
        return turn

    def progress(self) -> Progress:
        found = super().progress()
        if found.settled == found.orders and not self.settled_s:
            self.settled_s = time.perf_counter()
        return found


def plan_of(orders: int) -> Plan:
    """A batch of limit orders in ten pairs, none of which an earlier run has placed."""
    pairs = ("XBT", "ETH", "SOL", "ADA", "DOT", "LTC", "XRP", "ATOM", "LINK", "UNI")
    rows = (
        f"  - {{id: o{i}, pair: {pairs[i % 10]}/EUR, type: buy, ordertype: limit, "
        f"price: {100 + i}.50, volume: 0.25}}"
        for i in range(orders)
    )
    text = "version: 1\nname: benchmark\ngroups:\n- name: all\n  orders:\n" + "\n".join(rows) + "\n"
    batch = parse(text.encode(), "benchmark.yaml").batch
    assert batch is not None
    return plan(batch, fold([]), run_key="", venue="kraken")


@contextmanager
def ledger_journal(url: str) -> Iterator[RunJournal]:
    """A new journal in a team's ledger, of an account that is held during a block."""
    from runner.runtime.team_ledger.journal import LedgerJournal  # noqa: PLC0415 - psycopg for a ledger alone
    from runner.runtime.team_ledger.lease import Holder, find_account, take_account  # noqa: PLC0415
    from runner.runtime.team_ledger.session import Session  # noqa: PLC0415

    with Session(Secret(url)) as session:
        account = find_account(session, "AA01", "f" * 16, "api.example")
        holder = Holder(user="benchmark", host="here", pid=os.getpid(), batch="benchmark")
        yield LedgerJournal(session, take_account(session, account, holder), "benchmark", str(time.time_ns()))


def run(port: int, found: Plan, folder: Path, *, durable: bool = True, ledger: str = "") -> dict[str, float]:
    """One run against the server at ``port``, with its journal on this disk or in a ledger."""
    reqids = Reqids()
    execution = _Timed(found, reqids, tool="benchmark", limits=UNLIMITED)
    syncs, intents, left, ended = 0, 0, 0.0, (0.0, 0.0)

    async def main() -> None:
        clock = RunClock()
        local = Journal(folder / "journal.jsonl", durable=durable)
        with ledger_journal(ledger) if ledger else local as journal:

            async def append(entries: Sequence[Entry]) -> None:
                nonlocal syncs, intents, left, ended
                syncs += 1
                intents += any(isinstance(entry, OrderIntent) for entry in entries)
                await trio.to_thread.run_sync(journal.write, journal.sealed(entries))
                ended = time.perf_counter(), time.process_time()
                if not left and any(isinstance(entry, OrderIntent) for entry in entries):
                    left = ended[0]

            access = KrakenAccess(
                Endpoints(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/"),
                Credentials(Secret("key"), Secret("c2VjcmV0")),
            )
            driver = Driver(execution, access, reqids=reqids, append=append, clock=clock)
            with while_sending():
                await driver.run()
            await access.aclose()

    trio.run(main)
    progress = execution.progress()
    assert progress.placed == progress.orders, progress
    return {
        "seconds": execution.settled_s - left,
        "whole_seconds": ended[0] - execution.started_s,
        "cpu_seconds": ended[1] - execution.cpu_s,
        "syncs": syncs,
        "intents": intents,
        "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def main() -> None:
    """Print the result of one run as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--memory", action="store_true", help="what the run holds, not its time")
    parser.add_argument("--ledger", action="store_true", help="the journal is in ORDER_BATCH_LEDGER")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd()) as folder:
        if arguments.memory:
            found = plan_of(arguments.orders)
            tracemalloc.start()
            run(arguments.port, found, Path(folder))
            print(json.dumps({"peak_bytes": tracemalloc.get_traced_memory()[1]}))
        else:
            ledger = os.environ["ORDER_BATCH_LEDGER"] if arguments.ledger else ""
            print(json.dumps(run(arguments.port, plan_of(arguments.orders), Path(folder), ledger=ledger)))


if __name__ == "__main__":
    main()
