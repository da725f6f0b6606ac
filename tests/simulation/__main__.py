"""The proof, to be repeated by anyone: ``python -m tests.simulation --seeds 20000``.

Every seed is a world: a batch, an exchange, a network and a machine that fail. It exits with 1 when any
promise was broken, and names the seed; ``--seed K`` shows that one world step by step. A batch has 1 to
``--orders`` orders, drawn like all else; with ``--full`` every batch has exactly so many.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.campaign import Campaign, Result
from tests.simulation.report import report_text
from tests.simulation.schedule import Fault, drawn

CHUNK = 50


@dataclass
class Totals:
    """The result of many worlds. ``violations`` names each with its seed and kind."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[Fault] = field(default_factory=Counter)
    violations: list[dict[str, Any]] = field(default_factory=list)

    def take(self, result: Result) -> None:
        """Count a world in."""
        self.faults.update(result.faults)
        self.counts.update(
            schedules=1,
            runs=result.runs,
            orders_placed=result.placed,
            duplicates=result.duplicates,
            losses=result.losses,
            unresolved=result.unresolved,
            recoveries=result.recovered,
            virtual_s=int(result.virtual_s),
        )
        self.violations += [
            {"seed": result.seed, "kind": kind, "what": what} for kind, what in result.violations
        ]

    def add(self, other: Totals) -> None:
        """Count in what another process has counted."""
        self.faults.update(other.faults)
        self.counts.update(other.counts)
        self.violations += other.violations


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen parts; 0 when every promise was kept."""
    options = _parser().parse_args(arguments)
    if options.seed is not None:
        return _show(options.seed, options.orders, full=options.full)
    started = time.perf_counter()
    totals = Totals()
    parts = _parts(
        options.first, options.seeds, options.workers, orders_max=options.orders, full=options.full
    )
    for part in parts:
        totals.add(part)
    report = summary(totals, workers=options.workers, took_s=time.perf_counter() - started)
    print(json.dumps(report, indent=2) if options.json else report_text(report))
    return 1 if report["violations"] else 0


def summary(totals: Totals, *, workers: int, took_s: float) -> dict[str, Any]:
    """The figures to be shown. ``schedules_per_s_per_core`` counts time by the wall: ``took_s`` seconds."""
    counts = totals.counts
    names = ["schedules", "runs", "orders_placed", "duplicates", "losses", "unresolved", "recoveries"]
    return {
        **{name: counts[name] for name in names},
        "virtual_hours": round(counts["virtual_s"] / 3600),
        "seconds": round(took_s, 1),
        "workers": workers,
        "schedules_per_s_per_core": round(counts["schedules"] / took_s / workers, 1),
        "faults": {fault.value: totals.faults[fault] for fault in Fault},
        "violations": totals.violations,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, metavar="N", help="how many worlds (2000)")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="the first seed (0)")
    parser.add_argument("--seed", type=int, metavar="K", help="show this one world step by step")
    parser.add_argument("--orders", type=int, default=20, metavar="N", help="orders a batch at most (20)")
    parser.add_argument("--full", action="store_true", help="exactly so many in every batch")
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes (1)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def _parts(first: int, count: int, workers: int, *, orders_max: int, full: bool) -> Iterator[Totals]:
    chunks = [
        (range(start, min(start + CHUNK, first + count)), orders_max, full)
        for start in range(first, first + count, CHUNK)
    ]
    if workers == 1:
        _be_frugal()
        yield from map(_counted, chunks)
        return
    with ProcessPoolExecutor(workers, initializer=_be_frugal) as pool:
        yield from pool.map(_counted, chunks)


def _be_frugal() -> None:
    """Worlds hold few cycles, so looking for them often would only cost time; what is imported holds none."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _counted(chunk: tuple[range, int, bool]) -> Totals:
    seeds, orders_max, full = chunk
    totals = Totals()
    for seed in seeds:
        totals.take(Campaign(drawn(seed, orders_max=orders_max, full=full)).carry_out())
    return totals


def _show(seed: int, orders_max: int, *, full: bool) -> int:
    campaign = Campaign(drawn(seed, orders_max=orders_max, full=full), trace=print)
    schedule = campaign.schedule
    print(f"seed {seed}; REST behind by {schedule.options.rest.lag_s} s, clocks apart by {schedule.skew_s} s")
    for fault, rate in schedule.chances.items():
        print(f"  chance of {fault}: {rate:.3f}")
    for group in campaign.batch.groups:
        print(f"group {group.name} needs {list(group.needs)}, on_reject {group.on_reject}")
        for order in group.orders:
            id = order.cl_ord_id or order.userref or ""
            print(f"  {order.volume} {order.type} {order.ordertype} {order.price or ''} {id}")
        print(f"  cancel {[str(cancel) for cancel in group.cancel]}")
    result = campaign.carry_out()
    for kind, what in result.violations:
        print(f"VIOLATION ({kind}): {what}")
    print(f"{result.runs} runs, {result.placed} orders placed, {len(result.violations)} violations")
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
