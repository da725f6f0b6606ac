"""The figures of the README, to be repeated by anyone: ``python -m tests.review_recall``.

Every seed is an honest batch, and the same batch with one mistake. Seeds below 1000, and a
few from 100000 on, were used to build the checks; those from 2000000 on were not. It exits with 1 where the
figures are worse than promised.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

from tests.review_recall.measuring import false_alarms, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = {"20 to 2,000 orders": (20, 2000, 95), "3 to 19 orders": (3, 19, 75)}
"""Fewest and most orders, and the share of mistakes to be found, in percent."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found; 0 when it is as much as promised, and nothing else."""
    parser = argparse.ArgumentParser(prog="python -m tests.review_recall", description=__doc__)
    parser.add_argument("--honest", type=int, default=200, help="honest batches")
    parser.add_argument("--mistakes", type=int, default=500, help="mistakes for each size of batch")
    parser.add_argument("--first-seed", type=int, default=2_000_000)
    parser.add_argument("--missed", action="store_true", help="list what was not found")
    options = parser.parse_args(arguments)
    alarms = honest(options.first_seed, options.honest)
    enough = [recall(name, options.first_seed, options.mistakes, missed=options.missed) for name in SIZES]
    return 0 if not alarms and all(enough) else 1


def honest(first: int, number: int) -> int:
    """Say in how many honest batches there is a second look."""
    alarms = orders = 0
    for seed in range(first, first + number):
        draft, found = false_alarms(seed, 3, 2000)
        orders += len(draft.orders)
        alarms += bool(found.second_looks)
        for look in found.second_looks[:3]:
            say(f"  seed {seed}, {draft.kind}: {look.order}: {look.message} [{look.code}]")
    say(f"honest batches with a second look: {alarms} of {number} ({orders:,} orders)")
    return alarms


def recall(name: str, first: int, number: int, *, missed: bool) -> bool:
    """Say how many mistakes are found, of each kind; True if it is enough."""
    fewest, most, promised = SIZES[name]
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    flagged = 0
    for seed in range(first, first + number):
        mistake, _ = verdict(seed, fewest, most)
        made[mistake.kind] += 1
        found[mistake.kind] += mistake.found
        flagged += mistake.flagged
        if missed and not mistake.found:
            say(f"  missed: seed {seed}, {mistake.batch}, {mistake.kind}: {mistake.order}: {mistake.text}")
    share = 100 * found.total() / number
    say(f"{name}: {found.total()} of {number} mistakes found ({share:.1f} %), {flagged} by a second look")
    say("  " + ", ".join(f"{kind} {found[kind]} of {made[kind]}" for kind in sorted(made)))
    return share >= promised


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
