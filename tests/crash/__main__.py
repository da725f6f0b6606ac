"""``python -m tests.crash``: kill a run at every instant, run it again, and print what came of it.

A lane takes every n-th instant until a run gets through. ``--instants 3,17``: these two and no others.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from .processes import fork
from .scenario import State, suffer, undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LANES = 14


def main() -> int:
    """The command line; the exit code is 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--instants", help="numbers from 1 on, with commas; default: all there are")
    parser.add_argument("--lost", action="store_true", help="the journal is lost with the run")
    parser.add_argument("--fills", action="store_true", help="groups wait until others are filled")
    parser.add_argument("--json", action="store_true", help="each death in full, as JSON")
    arguments = parser.parse_args()
    began = time.monotonic()
    chosen = [[int(number)] for number in (arguments.instants or "").split(",") if number]
    lanes: list[Iterable[int]] = [count(lane + 1, LANES) for lane in range(LANES)]
    deaths = campaign(chosen or lanes, lost=arguments.lost, fills=arguments.fills)
    figures = {"seconds": round(time.monotonic() - began, 1), **summary(deaths)}
    print(json.dumps({**figures, "deaths": deaths} if arguments.json else figures, indent=2))
    return int(bool(figures["wrong"]))


def campaign(lanes: Sequence[Iterable[int]], *, lost: bool, fills: bool) -> list[dict[str, Any]]:
    """All deaths of some lanes, each lane another process."""
    expected = undisturbed(lost=lost, fills=fills)
    reader, writer = os.pipe()
    for lane in lanes:
        fork(partial(walk, lane, writer, lost=lost, fills=fills, expected=expected))
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as results:
        deaths = [json.loads(line) for line in results]
    codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in lanes]
    assert not any(codes), "a lane broke down"
    return sorted(deaths, key=lambda death: death["instant"])


def walk(instants: Iterable[int], results: int, *, lost: bool, fills: bool, expected: State) -> int:
    """Die at each instant, until a run gets through."""
    for instant in instants:
        death = suffer(instant, lost=lost, fills=fills, expected=expected)
        os.write(results, (json.dumps(asdict(death) | {"well": death.well}) + "\n").encode())
        if not death.died:
            break
    return 0


def summary(deaths: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of a campaign."""
    died = [death for death in deaths if death["died"]]
    return {
        "deaths": len(died),
        "runs": sum(death["runs"] for death in deaths),
        "duplicates": sum(len(death["duplicates"]) for death in deaths),
        "losses": sum(len(death["losses"]) for death in deaths),
        "wrong": [death for death in deaths if not death["well"]],
        "instants": dict(Counter(death["died"] for death in died).most_common()),
    }


if __name__ == "__main__":
    sys.exit(main())
