"""A run with its journal in a team's ledger, beside the same run with the journal on this disk.

Both send to one process of ``tests.benchmarks.server``, in turns; PostgreSQL is a cluster of its own with the
settings of its package, so that a commit is synced. A proxy is before it where the ledger is a round trip
away. Run: ``python -m tests.benchmarks.team_ledger``.
"""

from __future__ import annotations

import argparse
import json
import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

from runner.api import Secret, init_ledger
from tests.benchmarks import wire
from tests.benchmarks.delay import delayed
from tests.benchmarks.rows import Row, alone, beside, table
from tests.postgres.server import missing, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = 1_000
DISTANCES_MS = ((20, 0), (20, 20), (0, 0))
"""Round trips to the exchange and to the ledger."""
MOST_RATIO, MOST_ROUND_TRIPS = 1.3, 2.0
SPANS = {
    "seconds": "first send to last reply",
    "whole_seconds": "first thought to last outcome durable",
}


def measure(repeats: int, orders: int = ORDERS) -> Iterator[Row]:
    """Two rows for each distance and span: the time, and beside the local journal's."""
    with serve() as postgres:
        init_ledger(Secret(postgres.url))
        for exchange_ms, ledger_ms in DISTANCES_MS:
            way = delayed(postgres.port, ledger_ms) if ledger_ms else nullcontext(postgres.port)
            with wire.exchange(exchange_ms) as port, way as ledger_port:
                url = postgres.url.replace(f":{postgres.port}/", f":{ledger_port}/")
                pairs = list(_pairs(port, url, orders, repeats))
            yield from _rows(pairs, orders, exchange_ms, ledger_ms)


def _pairs(
    port: int, url: str, orders: int, repeats: int
) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Run both in turns, after one pair that is not counted."""
    local = wire.ours(port, orders)
    os.environ["ORDER_BATCH_LEDGER"] = url
    for number in range(repeats + 1):
        ledger, beside_it = wire.one_run([*local, "--ledger"]), wire.one_run(local)
        assert ledger is not None
        assert beside_it is not None
        if number:
            yield ledger, beside_it


def _rows(
    pairs: list[tuple[dict[str, float], dict[str, float]]], orders: int, exchange_ms: int, ledger_ms: int
) -> Iterator[Row]:
    where = f"{orders:,} orders, {exchange_ms} ms to the exchange, {ledger_ms} ms to the ledger"
    for span, words in SPANS.items():
        ours, local = ([pair[at][span] * 1000 for pair in pairs] for at in (0, 1))
        target = MOST_RATIO if (exchange_ms, ledger_ms) == (20, 0) else None
        yield beside(f"{where}: {words}", "ms", ours, "journal on this disk", local, target=target)
        fastest = [min(ours)], "journal on this disk", [min(local)]
        yield beside(f"{where}: {words}, the fastest of each", "ms", *fastest, target=target)
        if ledger_ms:
            more = [(min(ours) - min(local)) / ledger_ms]
            target = MOST_ROUND_TRIPS if span == "seconds" else None
            yield alone(f"{where}: {words}, the fastest of each", "round trips more", more, target=target)
    ours, local = ([pair[at]["cpu_seconds"] * 1000 for pair in pairs] for at in (0, 1))
    yield beside(f"{where}: processor", "ms", ours, "journal on this disk", local)
    yield alone(f"{where}: commits that orders waited for", "rows", [pair[0]["intents"] for pair in pairs])


def main() -> None:
    """Print the table, and JSON if wanted."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.team_ledger", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9, help="pairs of runs behind each median")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON as well")
    chosen = parser.parse_args()
    if why := missing():
        raise SystemExit(why)
    rows = list(measure(chosen.repeats))
    print(table(rows))
    if chosen.json:
        print(json.dumps([[row.name, row.figure, row.ratio, row.kept] for row in rows]))


if __name__ == "__main__":
    main()
