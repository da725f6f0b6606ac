"""The proof of a team's ledger, to be repeated by anyone: ``python -m tests.simulation.team --seeds 20000``.

Every seed is a world: two to five runners, one ledger and one exchange, which all fail. It exits with 1 when
any promise was broken, and names the seed; ``--seed K`` shows that one world step by step.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.simulation.report import report_text
from tests.simulation.team.schedule import TeamFault, drawn_team
from tests.simulation.team.world import TeamWorld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.simulation.team.world import TeamResult

CHUNK = 50
PROMISES = {
    "placed twice": ("duplicate",),
    "lost": ("loss",),
    "over a day limit": ("limit",),
    "plans used twice": ("plan",),
}
"""What the report counts of what was broken, with its kinds. All else that was broken is named as well."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was wanted; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.team", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, metavar="N", help="how many worlds (2000)")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="the first seed (0)")
    parser.add_argument("--seed", type=int, metavar="K", help="show this one world step by step")
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes (1)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    wanted = parser.parse_args(arguments)
    if wanted.seed is not None:
        return _show(wanted.seed)
    report = summary(_results(wanted.first, wanted.seeds, wanted.workers))
    print(json.dumps(report, indent=2) if wanted.json else report_text(report))
    return 1 if report["violations"] else 0


def summary(results: Iterable[TeamResult]) -> dict[str, Any]:
    """The figures of many worlds."""
    began = time.perf_counter()
    counts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    violations: list[dict[str, Any]] = []
    for result in results:
        counts.update(
            worlds=1,
            runners=result.runners,
            runs=result.runs,
            orders_placed=result.placed,
            unresolved=result.unresolved,
            virtual_s=int(result.virtual_s),
        )
        faults.update(result.faults)
        violations += [{"seed": result.seed, "kind": kind, "what": what} for kind, what in result.violations]
    kinds = Counter(violation["kind"] for violation in violations)
    return {
        **{name: counts[name] for name in ("worlds", "runners", "runs", "orders_placed", "unresolved")},
        **{name: sum(kinds[kind] for kind in broken) for name, broken in PROMISES.items()},
        "virtual_hours": round(counts["virtual_s"] / 3600),
        "seconds": round(time.perf_counter() - began, 1),
        "faults": {**{fault.value: faults[fault] for fault in TeamFault}, **_others(faults)},
        "violations": violations,
    }


def _others(faults: Counter[str]) -> dict[str, int]:
    own = {fault.value for fault in TeamFault}
    return {str(fault): count for fault, count in sorted(faults.items()) if str(fault) not in own}


def _results(first: int, count: int, workers: int) -> Iterator[TeamResult]:
    seeds = range(first, first + count)
    if workers == 1:
        yield from map(_carried_out, seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_carried_out, seeds, chunksize=CHUNK)


def _carried_out(seed: int) -> TeamResult:
    return TeamWorld(drawn_team(seed)).carry_out()


def _show(seed: int) -> int:
    schedule = drawn_team(seed)
    print(f"seed {seed}; {len(schedule.members)} runners, {schedule.batches} batches")
    for fault, rate in schedule.exchange.chances.items():
        print(f"  chance of {fault}: {rate:.3f}")
    result = TeamWorld(schedule, trace=print).carry_out()
    for kind, what in result.violations:
        print(f"VIOLATION ({kind}): {what}")
    print(f"{result.runs} runs, {result.placed} orders placed, {len(result.violations)} violations")
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
