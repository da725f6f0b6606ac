"""``python -m tests.crash.team``: five runs on one ledger, one of which suffers a trouble at every write.

A lane takes every n-th instant until a run gets through. ``--how killed``: this kind of trouble alone;
``--instants 3,17``: these and no others; ``--about order-intent``: statements alone that are about that.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.crash.processes import fork
from tests.crash.team.trial import How, Point, sql, undergo, undisturbed
from tests.postgres.server import missing, serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.crash.scenario import State
    from tests.postgres.server import Server

LANES = 6
INSTANTS_MAX = 10_000


def main() -> int:
    """The command line; the exit code is 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.team", description=__doc__)
    names = ", ".join(how.name.lower() for how in How)
    parser.add_argument("--how", help=f"kinds with commas; default: all of {names}")
    parser.add_argument("--instants", help="numbers from 1 on, with commas; default: all there are")
    parser.add_argument("--about", default="", help="words of the statements that count; default: all")
    parser.add_argument("--json", action="store_true", help="each trial in full, as JSON")
    wanted = parser.parse_args()
    if why := missing():
        print(f"Not run: {why}.")
        return 0
    began = time.monotonic()
    kinds = [How[name.upper()] for name in wanted.how.split(",")] if wanted.how else list(How)
    chosen = [[int(number)] for number in (wanted.instants or "").split(",") if number]
    numbers = [range(lane + 1, INSTANTS_MAX, LANES) for lane in range(LANES)]
    walks = [
        [Point(how, number, wanted.about) for number in few] for how in kinds for few in chosen or numbers
    ]
    with serve() as server:
        trials = campaign(server, walks)
    figures = {"seconds": round(time.monotonic() - began, 1), **summary(trials)}
    print(json.dumps({**figures, "trials": trials} if wanted.json else figures, indent=2))
    return int(bool(figures["wrong"]))


def campaign(server: Server, walks: Sequence[Iterable[Point]]) -> list[dict[str, Any]]:
    """All trials of some walks, in lanes that are a process and a database each."""
    lanes = min(LANES, len(walks))
    ledgers = [f"{server.url.rpartition('/')[0]}/lane_{number}" for number in range(lanes)]
    for ledger in ledgers:
        sql(server.url, f"create database {ledger.rpartition('/')[2]}")
    expected = undisturbed(ledgers[0])
    reader, writer = os.pipe()
    for number, ledger in enumerate(ledgers):
        fork(partial(_walk, walks[number::lanes], ledger, server, writer, expected))
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as results:
        trials = [json.loads(line) for line in results]
    codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in ledgers]
    assert not any(codes), "a lane broke down"
    return sorted(trials, key=lambda trial: (trial["how"], trial["instant"]))


def _walk(
    walks: Sequence[Iterable[Point]], ledger: str, server: Server, results: int, expected: State
) -> int:
    """Go through walks: let a run suffer at each point of one, until a run gets through."""
    for points in walks:
        for point in points:
            # Who crashes a server has one of its own.
            with serve() if point.how is How.CRASHED else nullcontext(server) as own:
                trial = undergo(point, ledger if own is server else own.url, own, expected)
            os.write(results, (json.dumps(asdict(trial) | {"well": trial.well}) + "\n").encode())
            if not trial.struck:
                break
    return 0


def summary(trials: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of a campaign."""
    struck = [trial for trial in trials if trial["struck"]]
    return {
        "points": len(struck),
        "kinds": dict(Counter(trial["how"] for trial in struck)),
        "runs": sum(trial["runs"] for trial in trials),
        "duplicates": sum(len(trial["duplicates"]) for trial in trials),
        "losses": sum(len(trial["losses"]) for trial in trials),
        "over_a_day_limit": sum(trial["over_limit"] for trial in trials),
        "plans_used_twice": sum(trial["plans_twice"] for trial in trials),
        "wrong": [trial for trial in trials if not trial["well"]],
        "instants": dict(Counter(trial["struck"] for trial in struck).most_common()),
    }


if __name__ == "__main__":
    sys.exit(main())
